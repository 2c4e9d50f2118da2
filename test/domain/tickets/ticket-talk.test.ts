/** What people say in a ticket, and what that does to it. */
import { describe, expect, it } from 'vitest'
import { codeOf, HOUR, MINUTE, openWorld } from '../../desk/world.ts'

async function talking(options: Parameters<typeof openWorld>[0] = {}) {
  const world = await openWorld(options)
  const agent = await world.agent()
  const ada = await world.customer('ada@example.org')
  const { id: ticketId } = await world.open('ada@example.org')
  return {
    world,
    agent,
    ada,
    ticketId,
    get: () => world.system.ticket.get({ ticketId }),
    status: async () => (await world.system.ticket.get({ ticketId })).status,
  }
}

describe('the first human action', () => {
  it.each(['reply', 'note'] as const)('by an agent takes a new ticket to work: %s', async (verb) => {
    const { world, agent, ticketId } = await talking()
    const names = await world.during(() => agent.desk.ticket[verb]({ ticketId, body: 'Looking.' }))
    expect(names).toEqual(['message.posted', 'ticket.started'])
    expect(await world.during(() => agent.desk.ticket[verb]({ ticketId, body: 'Still.' }))).toEqual(['message.posted'])
  })

  it('is not a bot’s, the system’s or the customer’s', async () => {
    const { world, ada, ticketId, status } = await talking()
    for (const acting of [world.system, world.as({ kind: 'bot', id: 'b' }), ada.desk])
      await acting.ticket.reply({ ticketId, body: 'Hello.' })
    expect(await status()).toBe('new')
  })
})

describe('a customer’s reply', () => {
  it.each([
    ['pend', 'ticket.resumed'],
    ['hold', 'ticket.resumed'],
    ['solve', 'ticket.reopened'],
  ] as const)('after %s brings the ticket back to work', async (verb, event) => {
    const { world, agent, ada, ticketId, status } = await talking()
    await agent.desk.ticket[verb]({ ticketId })
    expect(await world.during(() => ada.desk.ticket.reply({ ticketId, body: 'I am back.' }))).toEqual([
      'message.posted',
      event,
    ])
    expect(await status()).toBe('open')
  })

  it('leaves a waiting ticket waiting where the policy says so', async () => {
    const lifecycle = {
      reopenWindow: '24h',
      closeAfter: null,
      solveAfterSilence: null,
      customerReplyResumes: { pending: false, hold: false },
    }
    const { agent, ada, ticketId, status } = await talking({ policies: { lifecycle } })
    for (const verb of ['pend', 'hold'] as const) {
      await agent.desk.ticket[verb]({ ticketId })
      await ada.desk.ticket.reply({ ticketId, body: 'I am back.' })
      expect(await status()).toBe(verb === 'pend' ? 'pending' : 'hold')
    }
  })

  it('to a closed ticket lands in a follow-up, and its retry finds the same message', async () => {
    const { world, agent, ada, ticketId } = await talking()
    await agent.desk.ticket.solve({ ticketId })
    await agent.desk.ticket.close({ ticketId })
    const reply = () => ada.desk.ticket.reply({ ticketId, body: 'It hums again.' }, { commandId: 'mail-1' })
    const message = await reply()
    expect(message).toMatchObject({ seq: 1, body: 'It hums again.', authorId: ada.id })
    expect(message.ticketId).not.toBe(ticketId)
    const next = await ada.desk.ticket.get({ ticketId: message.ticketId })
    expect(next).toMatchObject({ followUpOf: ticketId, status: 'new', messageCount: 1 })
    await agent.desk.ticket.reply({ ticketId: next.id, body: 'Noted.' })
    expect(await reply()).toEqual(message)
    expect((await world.system.ticket.find({})).items).toHaveLength(2)
  })

  it('after the reopen window lands in a follow-up, at its very end still in the ticket', async () => {
    const { world, agent, ada, ticketId } = await talking()
    await agent.desk.ticket.solve({ ticketId })
    world.clock.advance(672 * HOUR)
    expect((await ada.desk.ticket.reply({ ticketId, body: 'Now.' })).ticketId).toBe(ticketId)
    await agent.desk.ticket.solve({ ticketId })
    world.clock.advance(672 * HOUR + 1)
    expect((await ada.desk.ticket.reply({ ticketId, body: 'Too late.' })).ticketId).not.toBe(ticketId)
  })

  it('that makes a follow-up still minds the version it was written for', async () => {
    const { agent, ada, ticketId, get } = await talking()
    await agent.desk.ticket.solve({ ticketId })
    await agent.desk.ticket.close({ ticketId })
    const { version } = await get()
    const reply = (ifVersion: number) => ada.desk.ticket.reply({ ticketId, body: 'Again.' }, { ifVersion })
    expect(await codeOf(reply(version - 1))).toBe('store.stale-version')
    expect((await reply(version)).seq).toBe(1)
  })
})

describe('an automatic message', () => {
  it('moves no status, wakes nothing and is no sign of life', async () => {
    const { world, agent, ada, ticketId, get } = await talking()
    await agent.desk.ticket.pend({ ticketId })
    await agent.desk.ticket.snooze({ ticketId, until: '2026-03-03T09:00:00.000Z' })
    const before = await get()
    world.clock.advance(MINUTE)
    const names = await world.during(() => ada.desk.ticket.reply({ ticketId, body: 'I am away.', automatic: true }))
    expect(names).toEqual(['message.posted'])
    const { changedAt, version, messageCount, ...rest } = await get()
    expect({ ...rest, changedAt: before.changedAt, version: 3, messageCount: 1 }).toEqual(before)
    expect([version, messageCount]).toEqual([4, 2])
  })

  it('does not start, reopen, or open a follow-up', async () => {
    const { world, agent, ada, ticketId, status } = await talking()
    await agent.desk.ticket.reply({ ticketId, body: 'Received.', automatic: true })
    expect(await status()).toBe('new')
    const away = () => ada.desk.ticket.reply({ ticketId, body: 'I am away.', automatic: true })
    await agent.desk.ticket.solve({ ticketId })
    await away()
    expect(await status()).toBe('solved')
    world.clock.advance(1000 * HOUR)
    expect((await away()).ticketId).toBe(ticketId)
    await agent.desk.ticket.close({ ticketId })
    expect(await codeOf(away())).toBe('ticket.closed')
    expect((await world.system.ticket.find({})).items).toHaveLength(1)
  })
})

describe('a reply that names a status', () => {
  it('moves there after the message, in one commit', async () => {
    const { world, agent, ticketId, get } = await talking()
    const solved = await world.during(() => agent.desk.ticket.reply({ ticketId, body: 'Done.', status: 'solved' }))
    expect(solved).toEqual(['message.posted', 'ticket.assigned', 'ticket.solved'])
    expect(await get()).toMatchObject({ status: 'solved', assigneeId: agent.id, version: 2 })
    const same = await world.during(() => agent.desk.ticket.reply({ ticketId, body: 'PS.', status: 'solved' }))
    expect(same).toEqual(['message.posted'])
    const back = await world.during(() => agent.desk.ticket.reply({ ticketId, body: 'PPS.', status: 'open' }))
    expect(back).toEqual(['message.posted', 'ticket.reopened'])
  })

  it('needs the right to that move, for that ticket', async () => {
    const roles = {
      roles: {
        writer: { 'ticket.get': 'any', 'ticket.reply': 'any', 'ticket.pend': 'own', 'ticket.resume': 'any' },
      },
    } as const
    const { world, ada, ticketId, status } = await talking({ policies: { roles } })
    const writer = await world.agent(['writer'])
    const reply = (name: string) => codeOf(writer.desk.ticket.reply({ ticketId, body: 'A', status: name }))
    expect(await reply('solved')).toBe('access.forbidden')
    expect(await reply('pending')).toBe('access.forbidden')
    expect(await reply('nope')).toBe('ticket.unknown-status')
    await world.system.ticket.follow({ ticketId, add: [writer.id] })
    expect(await reply('pending')).toBe('done')
    expect(await codeOf(ada.desk.ticket.reply({ ticketId, body: 'A', status: 'hold' }))).toBe('access.forbidden')
    await world.system.ticket.solve({ ticketId })
    expect(await reply('open')).toBe('access.forbidden')
    expect(await status()).toBe('solved')
  })

  it('does not let a colleague of the customer solve what is not theirs', async () => {
    const { world, agent } = await talking()
    const acme = await world.system.organisation.create({ name: 'Acme', sharesTickets: true })
    const zoe = await world.customer('zoe@example.org', { organisationId: acme.id })
    const yan = await world.customer('yan@example.org', { organisationId: acme.id })
    const { id: ticketId } = await world.open('zoe@example.org', { assigneeId: agent.id })
    expect(await codeOf(yan.desk.ticket.reply({ ticketId, body: 'Me too.' }))).toBe('done')
    expect(await codeOf(yan.desk.ticket.reply({ ticketId, body: 'Thanks.', status: 'solved' }))).toBe(
      'access.forbidden',
    )
    expect(await codeOf(zoe.desk.ticket.reply({ ticketId, body: 'Thanks.', status: 'solved' }))).toBe('done')
  })
})

describe('messages', () => {
  it('count up in their ticket, whatever their visibility', async () => {
    const { agent, ticketId, get } = await talking()
    const attachments = [{ ref: 'blob/1', name: 'press.jpg', mediaType: 'image/jpeg', bytes: 12 }]
    const a = await agent.desk.ticket.reply({ ticketId, body: 'A', channel: 'email', attachments })
    const b = await agent.desk.ticket.note({ ticketId, body: 'B' })
    const c = await agent.desk.ticket.sideMessage({
      ticketId,
      body: 'C',
      to: [{ email: 'Maker@example.org', name: 'M' }],
    })
    expect([a.seq, b.seq, c.seq]).toEqual([2, 3, 4])
    expect([a.visibility, b.visibility, c.visibility]).toEqual(['public', 'internal', 'side'])
    expect([a.channel, b.channel, c.channel]).toEqual(['email', 'api', 'email'])
    expect(a.attachments).toEqual(attachments)
    expect(c.to).toEqual([{ email: 'Maker@example.org', name: 'M' }])
    expect(await get()).toMatchObject({ messageCount: 4 })
  })

  it('are edited by their author only, and keep their earlier texts', async () => {
    const { world, agent, ticketId } = await talking()
    const { id: messageId } = await agent.desk.ticket.reply({ ticketId, body: 'First' })
    world.clock.advance(MINUTE)
    const at = world.clock.instant()
    const edited = await agent.desk.ticket.editMessage({ ticketId, messageId, body: 'Second' })
    expect(edited).toMatchObject({
      version: 2,
      body: 'Second',
      editedAt: at,
      edits: [{ body: 'First', until: at }],
    })
    expect(await codeOf(agent.desk.ticket.editMessage({ ticketId, messageId, body: 'Second' }))).toBe(
      'ticket.nothing-new',
    )
    const other = await world.agent()
    expect(await codeOf(other.desk.ticket.editMessage({ ticketId, messageId, body: 'X' }))).toBe('message.not-author')
    const admin = await world.agent(['admin'])
    expect((await admin.desk.ticket.editMessage({ ticketId, messageId, body: 'Third' })).edits).toHaveLength(2)
  })

  it('are redacted for good, earlier texts and attachments included', async () => {
    const { world, agent, ticketId } = await talking()
    const attachments = [{ ref: 'blob/1', name: 'card.jpg', mediaType: 'image/jpeg', bytes: 12 }]
    const { id: messageId } = await agent.desk.ticket.reply({ ticketId, body: 'Card 4111', attachments })
    await agent.desk.ticket.editMessage({ ticketId, messageId, body: 'Card 4112' })
    const redacted = await world.system.ticket.redact({ ticketId, messageId, reason: 'A card number' })
    expect(redacted).toMatchObject({ version: 3, seq: 2, body: '', attachments: [], edits: [] })
    expect(redacted.redactedAt).not.toBeNull()
    expect(await codeOf(agent.desk.ticket.editMessage({ ticketId, messageId, body: 'X' }))).toBe('message.redacted')
    expect(await codeOf(world.system.ticket.redact({ ticketId, messageId, reason: 'X' }))).toBe('message.redacted')
    expect(JSON.stringify(await world.store.history('main', { limit: 1000 }))).not.toContain('Card 41')
  })

  it('are looked for in their own ticket only', async () => {
    const { world, agent, ticketId } = await talking()
    const other = await world.open('bob@example.org')
    const { id: messageId } = await agent.desk.ticket.reply({ ticketId: other.id, body: 'Elsewhere' })
    expect(await codeOf(agent.desk.ticket.editMessage({ ticketId, messageId, body: 'X' }))).toBe('message.not-found')
    expect(await codeOf(world.system.ticket.redact({ ticketId, messageId, reason: 'X' }))).toBe('message.not-found')
    const absent = 'msg_01J00000000000000000000000'
    expect(await codeOf(agent.desk.ticket.editMessage({ ticketId, messageId: absent, body: 'X' }))).toBe(
      'message.not-found',
    )
  })
})
