/** Links between tickets: one record for both ends, told on both journals, each in its own words. */
import type { Ticket, TicketId } from 'deskwright'
import { describe, expect, it } from 'vitest'
import { codeOf, openWorld, type World } from './world.ts'

async function tickets(world: World, n: number): Promise<Ticket[]> {
  const all: Ticket[] = []
  for (; n > 0; n--) all.push(await world.open())
  return all
}

async function linkIds(world: World): Promise<string[]> {
  const records = await world.store.find('main', 'link', { where: null, order: [], limit: 1000, after: null })
  return records.map(({ id }) => id)
}

describe('a link', () => {
  it('is one record whichever end names it, and each journal has it in the words of its end', async () => {
    const names = [
      ['blocks', 'blockedBy'],
      ['causes', 'causedBy'],
      ['duplicates', 'duplicatedBy'],
      ['followUpOf', 'followedUpBy'],
      ['relates', 'relates'],
    ] as const
    for (const [forward, back] of names)
      for (const [type, inverse] of [
        [forward, back],
        [back, forward],
      ] as const) {
        const world = await openWorld()
        const [a, b] = (await tickets(world, 2)) as [Ticket, Ticket]
        await world.system.ticket.link({ ticketId: a.id, type, otherId: b.id })
        const told = world.events.slice(-2).map(({ name, record, data }) => [name, record.id, data])
        expect(told).toEqual([
          ['ticket.linked', a.id, { type, otherId: b.id }],
          ['ticket.linked', b.id, { type: inverse, otherId: a.id }],
        ])
        const ends = type === forward ? [a.id, b.id] : [b.id, a.id]
        expect(await linkIds(world)).toEqual([[forward, ...(forward === 'relates' ? ends.sort() : ends)].join(':')])
        expect(await codeOf(world.system.ticket.link({ ticketId: b.id, type: inverse, otherId: a.id }))).toBe(
          'ticket.already-linked',
        )
        await world.system.ticket.unlink({ ticketId: b.id, type: inverse, otherId: a.id })
        expect(await linkIds(world)).toEqual([])
        expect((await world.desk.verify()).findings).toEqual([])
      }
  })

  it('is refused to itself, to what is not there, and where it stands already or does not stand', async () => {
    const world = await openWorld()
    const [a, b, gone] = (await tickets(world, 3)) as [Ticket, Ticket, Ticket]
    const { link, unlink, delete: remove } = world.system.ticket
    const code = (ticketId: TicketId, otherId: TicketId) => codeOf(link({ ticketId, type: 'relates', otherId }))
    expect(await code(a.id, a.id)).toBe('ticket.self-relation')
    expect(await code(a.id, 'tkt_01JABSENT')).toBe('ticket.not-found')
    const abroad = await world.as({ kind: 'system', id: 's' }, 'elsewhere').ticket.open({
      requester: { email: 'a@example.org' },
      subject: 'A',
      body: 'B',
    })
    expect(await code(a.id, abroad.id)).toBe('ticket.not-found')
    await remove({ ticketId: gone.id })
    expect(await code(a.id, gone.id)).toBe('ticket.deleted')
    expect(await code(gone.id, a.id)).toBe('ticket.deleted')
    expect(await codeOf(unlink({ ticketId: a.id, type: 'relates', otherId: b.id }))).toBe('ticket.not-linked')
    await link({ ticketId: a.id, type: 'followUpOf', otherId: b.id })
    expect(await world.system.ticket.get({ ticketId: a.id })).toMatchObject({ followUpOf: b.id })
    expect(await codeOf(link({ ticketId: a.id, type: 'followUpOf', otherId: gone.id }))).toBe('ticket.deleted')
    const [other] = (await tickets(world, 1)) as [Ticket]
    expect(await codeOf(link({ ticketId: a.id, type: 'followUpOf', otherId: other.id }))).toBe('ticket.already-linked')
    expect(await codeOf(link({ ticketId: other.id, type: 'followedUpBy', otherId: a.id }))).toBe(
      'ticket.already-linked',
    )
    await unlink({ ticketId: a.id, type: 'followUpOf', otherId: b.id })
    expect(await world.system.ticket.get({ ticketId: a.id })).toMatchObject({ followUpOf: null })
    expect((await world.desk.verify()).findings).toEqual([])
  })

  it('is made by the opening of a follow-up', async () => {
    const world = await openWorld()
    const [a] = (await tickets(world, 1)) as [Ticket]
    await world.system.ticket.solve({ ticketId: a.id })
    const next = await world.system.ticket.followUp({ ticketId: a.id, body: 'B' })
    expect(await linkIds(world)).toEqual([`followUpOf:${next.id}:${a.id}`])
    expect((await world.desk.verify()).findings).toEqual([])
  })

  it('is one of five hundred of its name at most', async () => {
    const world = await openWorld()
    const [a, b] = (await tickets(world, 2)) as [Ticket, Ticket]
    const doc = (n: number) => ({ type: 'relates', fromId: a.id, toId: `tkt_${n}` })
    const writes = Array.from({ length: 500 }, (_, n) => ({
      kind: 'link' as const,
      id: `relates:${n}`,
      expected: 0,
      tip: '',
      doc: doc(n),
    }))
    const rest = { checks: [], journal: [], set: [], clear: [], settle: [], command: null }
    await world.store.commit({ tenant: 'main', writes, ...rest })
    const { link } = world.system.ticket
    expect(await codeOf(link({ ticketId: a.id, type: 'relates', otherId: b.id }))).toBe('ticket.too-many')
    expect(await codeOf(link({ ticketId: b.id, type: 'relates', otherId: a.id }))).toBe('ticket.too-many')
    expect(await codeOf(link({ ticketId: a.id, type: 'causes', otherId: b.id }))).toBe('done')
  })

  it('needs the right at both of its ends, and no customer makes one', async () => {
    const roles = { narrow: { 'ticket.get': 'any', 'ticket.link': 'own' } } as const
    const world = await openWorld({ policies: { roles: { roles } } })
    const me = await world.agent(['narrow'])
    const mine = await world.open('ada@example.org', { followerIds: [me.id] })
    const theirs = await world.open()
    const asked = { ticketId: mine.id, type: 'relates', otherId: theirs.id } as const
    expect(await codeOf(me.desk.ticket.link(asked))).toBe('access.forbidden')
    expect(await codeOf(world.as({ kind: 'customer', id: mine.requesterId }).ticket.link(asked))).toBe(
      'access.forbidden',
    )
  })
})

describe('a ticket that blocks another', () => {
  it('holds it open until it is solved, and opens the way when it is', async () => {
    const world = await openWorld()
    const { link, unlink, solve, reopen } = world.system.ticket
    const [a, b, blocked] = (await tickets(world, 3)) as [Ticket, Ticket, Ticket]
    for (const { id } of [a, b]) await link({ ticketId: blocked.id, type: 'blockedBy', otherId: id })
    await expect(solve({ ticketId: blocked.id })).rejects.toMatchObject({
      code: 'ticket.guarded',
      data: { openChildren: 0, openBlockers: 2 },
    })
    expect(await world.during(() => solve({ ticketId: a.id }))).toEqual(['ticket.solved'])
    const names = await world.during(() => solve({ ticketId: b.id }))
    expect(names).toEqual(['ticket.solved', 'ticket.unblocked'])
    await reopen({ ticketId: a.id })
    expect(await codeOf(solve({ ticketId: blocked.id }))).toBe('ticket.guarded')
    const untied = await world.during(() => unlink({ ticketId: a.id, type: 'blocks', otherId: blocked.id }))
    expect(untied).toEqual(['ticket.unlinked', 'ticket.unlinked', 'ticket.unblocked'])
    expect(await codeOf(solve({ ticketId: blocked.id }))).toBe('done')
    expect((await world.desk.verify()).findings).toEqual([])
  })

  it('is never, through others, blocked by what it blocks', async () => {
    const world = await openWorld()
    const { link, unlink } = world.system.ticket
    const [a, b, c] = (await tickets(world, 3)) as [Ticket, Ticket, Ticket]
    await link({ ticketId: a.id, type: 'blocks', otherId: b.id })
    await link({ ticketId: b.id, type: 'blocks', otherId: c.id })
    await expect(link({ ticketId: c.id, type: 'blocks', otherId: a.id })).rejects.toMatchObject({
      code: 'ticket.cycle',
      message: `That would close a circle of blocks: #3 (${c.id}) -> #1 (${a.id}) -> #2 (${b.id}) -> #3 (${c.id}); take one of these relations away first.`,
    })
    await unlink({ ticketId: a.id, type: 'blocks', otherId: b.id })
    expect(await codeOf(link({ ticketId: c.id, type: 'blocks', otherId: a.id }))).toBe('done')
  })
})
