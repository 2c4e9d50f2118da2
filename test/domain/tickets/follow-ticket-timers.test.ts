/** What a ticket does by itself when time goes by. */
import { describe, expect, it } from 'vitest'
import { codeOf, HOUR, MINUTE, openWorld } from '../../desk/world.ts'

const LIFECYCLE = {
  reopenWindow: '48h',
  closeAfter: '24h',
  solveAfterSilence: '8h',
  customerReplyResumes: { pending: true, hold: true },
} as const
const UNTIL = '2026-03-02T12:00:00.000Z'

async function waiting() {
  const world = await openWorld({ policies: { lifecycle: LIFECYCLE } })
  const agent = await world.agent()
  const ada = await world.customer('ada@example.org')
  const { id: ticketId } = await world.open('ada@example.org')
  await agent.desk.ticket.reply({ ticketId, body: 'Hello.' })
  return {
    world,
    me: agent.desk.ticket,
    agent,
    ada: ada.desk.ticket,
    ticketId,
    get: () => world.system.ticket.get({ ticketId }),
    /** The names of the events of the time that goes by. */
    pass: (ms: number) =>
      world.during(async () => {
        world.clock.advance(ms)
        await world.desk.tick()
      }),
  }
}

describe('a snoozed ticket', () => {
  it('wakes at its time, as of that time', async () => {
    const { world, me, ticketId, get, pass } = await waiting()
    expect(await me.snooze({ ticketId, until: UNTIL })).toMatchObject({ snoozedUntil: UNTIL, status: 'open' })
    expect(await pass(149 * MINUTE)).toEqual([])
    expect(await pass(5 * HOUR)).toEqual(['ticket.woken'])
    expect(world.events.at(-1)).toMatchObject({
      at: UNTIL,
      by: { kind: 'system', id: 'timer' },
      cause: [{ kind: 'timer', id: `wake:${ticketId}` }],
      data: { because: 'time' },
    })
    expect(await get()).toMatchObject({ snoozedUntil: null, changedAt: UNTIL })
  })

  it('wakes when its customer writes, and by hand, and then not again', async () => {
    const { world, me, ada, ticketId, pass } = await waiting()
    await me.snooze({ ticketId, until: UNTIL })
    await me.reply({ ticketId, body: 'An agent’s words wake nothing.' })
    expect(await world.during(() => ada.reply({ ticketId, body: 'Now.' }))).toEqual(['message.posted', 'ticket.woken'])
    expect(world.events.at(-1)?.data).toEqual({ because: 'reply' })
    await me.snooze({ ticketId, until: UNTIL })
    await me.wake({ ticketId })
    expect(world.events.at(-1)?.data).toEqual({ because: 'hand' })
    expect(await pass(5 * HOUR)).toEqual([])
  })

  it('wakes at the new time when it is snoozed anew', async () => {
    const { me, ticketId, pass } = await waiting()
    await me.snooze({ ticketId, until: UNTIL })
    await me.snooze({ ticketId, until: '2026-03-02T15:00:00.000Z' })
    expect(await codeOf(me.snooze({ ticketId, until: '2026-03-02T15:00:00.000Z' }))).toBe('ticket.nothing-new')
    expect(await pass(3 * HOUR)).toEqual([])
    expect(await pass(3 * HOUR)).toEqual(['ticket.woken'])
  })

  it('cannot be snoozed into the past', async () => {
    const { world, me, ticketId } = await waiting()
    for (const until of [world.clock.instant(), '2026-03-02T09:29:59.999Z', 0])
      expect(await codeOf(me.snooze({ ticketId, until }))).toBe('ticket.snooze-past')
  })

  it('stays asleep no longer than it is solved', async () => {
    const { me, ticketId, get, pass } = await waiting()
    await me.snooze({ ticketId, until: UNTIL })
    await me.solve({ ticketId })
    expect(await get()).toMatchObject({ snoozedUntil: null })
    expect(await pass(5 * HOUR)).toEqual([])
  })
})

describe('a pending ticket', () => {
  it('is solved after the silence, and closed after the next', async () => {
    const { world, me, ticketId, get, pass } = await waiting()
    await me.pend({ ticketId })
    expect(await pass(8 * HOUR - 1)).toEqual([])
    expect(await pass(1)).toEqual(['ticket.solved'])
    expect(await pass(24 * HOUR)).toEqual(['ticket.closed'])
    expect(await get()).toMatchObject({ closedAt: world.clock.instant() })
  })

  it('waits anew from each public message, and not from notes or machines', async () => {
    const { me, ada, ticketId, pass } = await waiting()
    await me.pend({ ticketId })
    await pass(4 * HOUR)
    await me.reply({ ticketId, body: 'Are you there?' })
    await pass(4 * HOUR)
    await me.note({ ticketId, body: 'Nobody there.' })
    await ada.reply({ ticketId, body: 'Away.', automatic: true })
    expect(await pass(4 * HOUR - 1)).toEqual([])
    expect(await pass(1)).toEqual(['ticket.solved'])
  })

  it('is left alone once its customer has written', async () => {
    const { ada, me, ticketId, pass } = await waiting()
    await me.pend({ ticketId })
    await pass(7 * HOUR)
    await ada.reply({ ticketId, body: 'Here I am.' })
    expect(await pass(100 * HOUR)).toEqual([])
  })
})

describe('a solved ticket', () => {
  it('is closed after the silence, unless somebody writes meanwhile', async () => {
    const { ada, me, ticketId, pass, get } = await waiting()
    await me.solve({ ticketId })
    await pass(23 * HOUR)
    await ada.reply({ ticketId, body: 'Not so fast.' })
    expect(await pass(100 * HOUR)).toEqual([])
    await me.solve({ ticketId })
    await pass(23 * HOUR)
    await me.reply({ ticketId, body: 'One more thing.' })
    expect(await pass(23 * HOUR)).toEqual([])
    expect(await pass(HOUR)).toEqual(['ticket.closed'])
    expect(await get()).toMatchObject({ status: 'closed' })
  })
})

describe('a deleted ticket', () => {
  it('is left alone, and its time goes on when it is restored', async () => {
    const { world, me, ticketId, pass } = await waiting()
    await me.solve({ ticketId })
    const at = world.clock.now()
    await world.system.ticket.delete({ ticketId })
    expect(await pass(30 * HOUR)).toEqual([])
    await world.system.ticket.restore({ ticketId })
    expect(await pass(0)).toEqual(['ticket.closed'])
    expect(world.events.at(-1)?.at).toBe(world.clock.instant())
    expect(world.clock.now() - at).toBe(30 * HOUR)
  })
})

describe('a lifecycle policy that changes', () => {
  it('leaves timers as they are, until their ticket moves', async () => {
    const { world, me, ada, ticketId, pass, get } = await waiting()
    await me.pend({ ticketId })
    await world.system.policy.publish({ name: 'lifecycle', document: { ...LIFECYCLE, solveAfterSilence: null } })
    await ada.reply({ ticketId, body: 'Here I am.' })
    expect(await pass(100 * HOUR)).toEqual([])
    expect(world.problems).toEqual([])
    await me.pend({ ticketId })
    expect(await pass(100 * HOUR)).toEqual([])
    expect(await get()).toMatchObject({ status: 'pending' })
  })

  it('that no longer closes takes the timer of an earlier one along with the next solving', async () => {
    const { world, me, ada, ticketId, pass, get } = await waiting()
    await me.solve({ ticketId })
    await world.system.policy.publish({ name: 'lifecycle', document: { ...LIFECYCLE, closeAfter: null } })
    await ada.reply({ ticketId, body: 'Not yet.' })
    await me.solve({ ticketId })
    expect(await pass(1000 * HOUR)).toEqual([])
    expect(await get()).toMatchObject({ status: 'solved' })
  })

  it('leaves a waiting timer in force while only notes and tags come', async () => {
    const { world, me, ticketId, pass } = await waiting()
    await me.solve({ ticketId })
    await world.system.policy.publish({ name: 'lifecycle', document: { ...LIFECYCLE, closeAfter: null } })
    await me.tag({ ticketId, add: ['a'] })
    expect(await pass(24 * HOUR)).toEqual(['ticket.closed'])
  })
})
