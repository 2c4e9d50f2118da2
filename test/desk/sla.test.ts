/** Clocks in the desk: they move in the commit, ring once as of their own instant, and are what their journal gives. */
import { createDesk, type DeskEvent, type Store } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import type { SlaPolicyDefinition } from 'deskwright/sla'
import { manualClock, seededRandom } from 'deskwright/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf, HOUR, MINUTE, MONDAY, openWorld, type World } from './world.ts'

const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const
const office = (start: string, end: string) => ({
  timeZone: 'UTC',
  weekly: Object.fromEntries(WORKDAYS.map((day) => [day, [[start, end]]])),
})
const standard: SlaPolicyDefinition = {
  name: 'Standard',
  calendar: 'office',
  metrics: {
    firstReply: { target: { P1: '1h', otherwise: '4h' }, warn: [0.5] },
    nextReply: { target: '2h' },
    resolution: { target: { P1: '4h', otherwise: '16h' }, warn: [{ before: '1h' }] },
  },
}
const policies = { calendars: { office: office('09:00', '17:00') }, sla: { policies: [standard] } }

/** What the clocks of a ticket told, as `metric name instant`. */
function told(events: readonly DeskEvent[], ticketId?: string): string[] {
  return events
    .filter(
      ({ name, record }) => name.startsWith('sla.') && name !== 'sla.shown' && (ticketId ?? record.id) === record.id,
    )
    .map((event) => {
      const { metric, happenedAt } = event.data as { metric: string; happenedAt?: string }
      return `${metric} ${event.name.slice(4)} ${(happenedAt ?? event.at).slice(0, 16)}`
    })
}

/** Tickets by time left, as an agent's list shows them. */
async function byTimeLeft(world: World) {
  const where = { field: 'nextDueAt', lte: '2027-01-01T00:00:00.000Z' } as const
  const { items } = await world.system.ticket.find({ where, order: [{ field: 'nextDueAt' }] })
  return items.map(({ id, nextDueAt }) => [id, nextDueAt?.slice(0, 16)])
}

/** No difference between what is stored and what the journal gives, and the journal is whole. */
async function isProven(world: World): Promise<void> {
  expect((await world.system.sla.rebuild({})).differences).toEqual([])
  const { findings } = await world.desk.verify()
  expect(findings).toEqual([])
}

describe('clocks move in the commit of what happens', () => {
  it('the opening of a ticket starts them, under one version of the ticket', async () => {
    const world = await openWorld({ policies })
    const names = await world.during(() => world.open())
    expect(names).toEqual([
      'customer.created',
      'ticket.opened',
      'message.posted',
      'sla.started',
      'sla.started',
      'sla.shown',
    ])
    const versions = world.events.filter(({ record }) => record.kind === 'ticket').map(({ record }) => record.version)
    expect(new Set(versions)).toEqual(new Set([1]))
    await isProven(world)
  })

  it('a reply that also sets the ticket to wait meets the first reply, and then pauses', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    world.clock.advance(HOUR)
    const agent = await world.agent(['admin'])
    await agent.desk.ticket.reply({ ticketId, body: 'Which lamp is lit?', status: 'pending' })
    expect(told(world.events).slice(2)).toEqual([
      'firstReply met 2026-03-02T10:30',
      'resolution paused 2026-03-02T10:30',
    ])
    expect(await world.system.ticket.get({ ticketId })).toMatchObject({
      slaPolicy: 'Standard',
      nextDueAt: null,
      slaBreached: false,
    })
    await isProven(world)
  })

  it('a command that is refused moves none', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    const [before] = await world.store.get('main', [{ kind: 'clocks', id: ticketId }])
    expect(await codeOf(world.system.ticket.reopen({ ticketId }))).toBe('ticket.not-solved')
    expect(await world.store.get('main', [{ kind: 'clocks', id: ticketId }])).toEqual([before])
  })

  it('tickets are found and ordered by the time that is left', async () => {
    const world = await openWorld({ policies })
    const calm = await world.open('calm@example.org')
    const urgent = await world.open('urgent@example.org', { priority: 'P1' })
    const done = await world.open('done@example.org')
    await world.system.ticket.solve({ ticketId: done.id })
    expect(await byTimeLeft(world)).toEqual([
      [urgent.id, '2026-03-02T10:30'],
      [calm.id, '2026-03-02T13:30'],
    ])
  })

  it('deleting a ticket ends its clocks and timers, and restoring it goes on where they were', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    world.clock.advance(HOUR)
    await world.system.ticket.delete({ ticketId })
    expect(await world.store.nextDue('timer')).toBeNull()
    world.clock.advance(24 * HOUR)
    await world.desk.tick()
    await world.system.ticket.restore({ ticketId })
    expect(told(world.events, ticketId)).toEqual([
      'firstReply started 2026-03-02T09:30',
      'resolution started 2026-03-02T09:30',
      'firstReply cancelled 2026-03-02T10:30',
      'resolution cancelled 2026-03-02T10:30',
      'firstReply started 2026-03-03T10:30',
      'resolution started 2026-03-03T10:30',
    ])
    expect(await world.system.ticket.get({ ticketId })).toMatchObject({ nextDueAt: '2026-03-03T13:30:00.000Z' })
    await isProven(world)
  })

  // zammad#1322
  it('a customer’s message is one by whatever channel it came', async () => {
    for (const channel of ['email', 'web', 'chat', 'voice', 'api'] as const) {
      const world = await openWorld({ policies })
      const customer = await world.customer('ada@example.org')
      const { id: ticketId } = await customer.desk.ticket.open({ subject: 'It hums', body: 'Since noon.', channel })
      const agent = await world.agent(['admin'])
      await agent.desk.ticket.reply({ ticketId, body: 'Try this.' })
      world.clock.advance(MINUTE)
      await customer.desk.ticket.reply({ ticketId, body: 'No.', channel })
      expect([channel, ...told(world.events, ticketId)]).toEqual([
        channel,
        'firstReply started 2026-03-02T09:30',
        'resolution started 2026-03-02T09:30',
        'firstReply met 2026-03-02T09:30',
        'nextReply started 2026-03-02T09:31',
      ])
    }
  })

  // zammad#3642
  it('a message keeps its visibility for ever, so that no edit of one changes what a clock was told', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    const agent = await world.agent(['admin'])
    const note = await agent.desk.ticket.note({ ticketId, body: 'Looks like the fan.' })
    const edit = { ticketId, messageId: note.id, body: 'Surely the fan.' }
    expect(await codeOf(agent.desk.ticket.editMessage({ ...edit, visibility: 'public' } as never))).toBe(
      'input.invalid',
    )
    await agent.desk.ticket.editMessage(edit)
    expect(told(world.events, ticketId)).toHaveLength(2)
    await isProven(world)
  })

  it('notes, automatic messages and messages to third parties move none', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    const agent = await world.agent(['admin'])
    await agent.desk.ticket.note({ ticketId, body: 'Hm.' })
    await agent.desk.ticket.reply({ ticketId, body: 'I am away until Monday.', automatic: true })
    await agent.desk.ticket.sideMessage({ ticketId, to: [{ email: 'maker@example.com' }], body: 'Do you know this?' })
    expect(told(world.events, ticketId)).toHaveLength(2)
  })
})

describe('what a clock has to tell', () => {
  it('rings once, as of its own instant, however late and by however many workers', async () => {
    const world = await openWorld({ policies })
    const tickets = await Promise.all([1, 2, 3, 4, 5].map((n) => world.open(`a${n}@example.org`)))
    world.clock.advance(100 * HOUR)
    await Promise.all([1, 2, 3].map(() => world.desk.tick()))
    await world.desk.tick()
    for (const { id } of tickets)
      expect(told(world.events, id)).toEqual([
        'firstReply started 2026-03-02T09:30',
        'resolution started 2026-03-02T09:30',
        'firstReply warned 2026-03-02T11:30',
        'firstReply breached 2026-03-02T13:30',
        'resolution warned 2026-03-03T16:30',
        'resolution breached 2026-03-04T09:30',
      ])
    expect(world.problems).toEqual([])
    expect(await world.system.ticket.get({ ticketId: tickets[0]!.id })).toMatchObject({
      slaBreached: true,
      nextDueAt: null,
    })
    await isProven(world)
  })

  it('rings one millisecond after due, which is still in time', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    const due = '2026-03-02T13:30:00.000Z'
    await world.desk.tick(due)
    expect(told(world.events, ticketId).at(-1)).toBe('firstReply warned 2026-03-02T11:30')
    world.clock.set(Date.parse(due))
    const agent = await world.agent(['admin'])
    await agent.desk.ticket.reply({ ticketId, body: 'Just in time.' })
    expect(told(world.events, ticketId).at(-1)).toBe('firstReply met 2026-03-02T13:30')
    await world.desk.tick('2026-03-02T13:30:00.001Z')
    expect(world.events.some(({ name }) => name === 'sla.breached')).toBe(false)
  })

  it('has one timer a clock, which is gone when the clock stands still or ends', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    expect(await world.store.nextDue('timer')).toBe('2026-03-02T11:30:00.001Z')
    const agent = await world.agent(['admin'])
    await agent.desk.ticket.reply({ ticketId, body: 'Which lamp?', status: 'pending' })
    expect(await world.store.nextDue('timer')).toBeNull()
    world.clock.advance(HOUR)
    await world.system.ticket.resume({ ticketId })
    expect(await world.store.nextDue('timer')).toBe('2026-03-04T09:30:00.001Z')
    await world.system.ticket.solve({ ticketId })
    expect((await world.store.nextDue('timer'))?.startsWith('2026-03-30')).toBe(true)
  })

  it('is late in the commit of an answer that comes before the worker', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    world.clock.set('2026-03-02T15:00:00Z')
    const agent = await world.agent(['admin'])
    await agent.desk.ticket.reply({ ticketId, body: 'Sorry.' })
    expect(told(world.events, ticketId).slice(2)).toEqual([
      'firstReply warned 2026-03-02T11:30',
      'firstReply breached 2026-03-02T13:30',
      'firstReply met 2026-03-02T15:00',
    ])
    expect((await world.desk.tick()).rang).toBe(0)
  })
})

describe('a policy or a calendar that is published', () => {
  const publish = (world: World, name: 'sla' | 'calendars', document: object) =>
    world.system.policy.publish({ name, document } as never)

  it('reaches a ticket when it is looked at: sla.recompute is that look', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    world.clock.advance(HOUR)
    await publish(world, 'sla', { policies: [{ name: 'Short', metrics: { resolution: { target: '2h' } } }] })
    expect(await world.system.ticket.get({ ticketId })).toMatchObject({ slaPolicy: 'Standard' })
    expect(await world.during(() => world.system.sla.recompute({ ticketId }))).toEqual([
      'sla.cancelled',
      'sla.changed',
      'sla.shown',
    ])
    expect(await world.system.ticket.get({ ticketId })).toMatchObject({
      slaPolicy: 'Short',
      nextDueAt: '2026-03-02T11:30:00.000Z',
    })
    expect(await world.during(() => world.system.sla.recompute({ ticketId }))).toEqual([])
    await isProven(world)
  })

  it('is told of even when it changes no clock, so that the journal knows by what rules each message was taken', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    await publish(world, 'sla', { policies: [{ ...standard, repliers: ['agent', 'bot'] }] })
    expect(await world.during(() => world.system.sla.recompute({ ticketId }))).toEqual(['sla.shown'])
    expect(await world.during(() => world.system.sla.recompute({ ticketId }))).toEqual([])
    world.clock.advance(MINUTE)
    const bot = world.as({ kind: 'bot', id: 'robin' })
    await bot.ticket.reply({ ticketId, body: 'Have you tried the switch?' })
    expect(told(world.events, ticketId).slice(2)).toEqual(['firstReply met 2026-03-02T09:31'])
    await isProven(world)
  })

  it('moves due instants and timers with new hours, from their publication on', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    world.clock.set('2026-03-02T12:00:00Z')
    await publish(world, 'calendars', { office: office('09:00', '13:00') })
    await world.system.sla.recompute({ ticketId })
    expect(await world.system.ticket.get({ ticketId })).toMatchObject({ nextDueAt: '2026-03-03T09:30:00.000Z' })
    await world.desk.tick('2026-03-03T09:00:00Z')
    expect(told(world.events, ticketId).filter((line) => line.includes('breached'))).toEqual([])
    await world.desk.tick('2026-03-03T09:30:00.001Z')
    expect(told(world.events, ticketId).at(-1)).toBe('firstReply breached 2026-03-03T09:30')
    await isProven(world)
  })

  it('does not breach by hours that no longer hold, when only the timer looks', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    world.clock.set('2026-03-02T12:00:00Z')
    await publish(world, 'calendars', { office: office('09:00', '13:00') })
    world.clock.set('2026-03-02T14:00:00Z')
    await world.desk.tick()
    expect(told(world.events, ticketId).slice(2)).toEqual([
      'firstReply warned 2026-03-02T11:30',
      'firstReply changed 2026-03-02T13:30',
      'resolution changed 2026-03-02T13:30',
    ])
    world.clock.set('2026-03-09T14:00:00Z')
    await world.desk.tick()
    expect(told(world.events, ticketId).slice(-3)).toEqual([
      'firstReply breached 2026-03-03T09:30',
      'resolution warned 2026-03-05T12:30',
      'resolution breached 2026-03-06T09:30',
    ])
    await isProven(world)
  })

  it('does not reach back: a timer that rings late acts by what held at its own instant', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    world.clock.set('2026-03-02T16:00:00Z')
    await publish(world, 'sla', {
      policies: [{ ...standard, name: 'Generous', metrics: { firstReply: { target: '100h' } } }],
    })
    await publish(world, 'calendars', { office: office('16:00', '17:00') })
    await world.desk.tick()
    expect(told(world.events, ticketId).slice(2)).toEqual([
      'firstReply warned 2026-03-02T11:30',
      'firstReply breached 2026-03-02T13:30',
    ])
    expect(await world.system.ticket.get({ ticketId })).toMatchObject({ slaPolicy: 'Standard' })
    await isProven(world)
  })

  it('comes before or after a commit, never into the middle of it', async () => {
    const inner = memoryStore()
    let meanwhile: () => Promise<unknown> = async () => undefined
    const store: Store = {
      ...inner,
      commit: async (change) => {
        const work = meanwhile
        meanwhile = async () => undefined
        await work()
        return inner.commit(change)
      },
    }
    const world = await openWorld({ store, policies })
    const { id: ticketId } = await world.open()
    world.clock.advance(HOUR)
    meanwhile = () =>
      publish(world, 'sla', { policies: [{ name: 'Short', metrics: { resolution: { target: '2h' } } }] })
    await world.system.ticket.pend({ ticketId })
    expect(await world.system.ticket.get({ ticketId })).toMatchObject({ slaPolicy: 'Short', status: 'pending' })
    await isProven(world)
  })

  it('starts clocks of tickets that are older than it, late ones in hindsight and without warnings', async () => {
    const world = await openWorld({ policies: { calendars: policies.calendars } })
    const { id: ticketId } = await world.open()
    world.clock.set('2026-03-02T10:00:00Z')
    await world.system.ticket.pend({ ticketId })
    world.clock.set('2026-03-02T11:00:00Z')
    await world.system.ticket.resume({ ticketId })
    world.clock.set('2026-03-02T16:30:00Z')
    await publish(world, 'sla', { policies: [standard] })
    await world.desk.tick()
    expect(told(world.events)).toEqual([])
    await world.system.sla.recompute({ ticketId })
    const said = world.events.filter(({ name }) => name.startsWith('sla.') && name !== 'sla.shown')
    expect(said.map(({ name, data }) => [name, data])).toMatchObject([
      ['sla.started', { metric: 'firstReply', happenedAt: '2026-03-02T16:30:00.000Z' }],
      ['sla.breached', { metric: 'firstReply', happenedAt: '2026-03-02T13:30:00.000Z', retroactive: true }],
      ['sla.started', { metric: 'resolution', dueAt: '2026-03-04T10:30:00.000Z' }],
    ])
    await world.desk.tick()
    expect(told(world.events)).toHaveLength(3)
    await isProven(world)
  })
})

describe('a due instant set by hand', () => {
  it('holds until it is given back', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    const set = (dueAt: string | null) =>
      world.system.sla.setDue({ ticketId, metric: 'resolution', dueAt, reason: 'Promised on the phone' })
    await set('2026-03-06T10:00:00Z')
    await world.system.ticket.change({ ticketId, priority: 'P1' })
    world.clock.set('2026-03-05T10:00:00Z')
    await world.desk.tick()
    expect(told(world.events, ticketId).filter((line) => line.startsWith('resolution breached'))).toEqual([])
    expect(await world.system.ticket.get({ ticketId })).toMatchObject({ nextDueAt: '2026-03-06T10:00:00.000Z' })
    await set(null)
    await world.desk.tick('2026-03-05T10:00:00.001Z')
    expect(told(world.events, ticketId).at(-1)).toBe('resolution breached 2026-03-02T13:30')
    await isProven(world)
  })

  it('lies in the years that calendars answer for', async () => {
    const world = await openWorld({ policies })
    const { id: ticketId } = await world.open()
    for (const dueAt of ['1799-12-31T23:59:59Z', '2400-01-01T00:00:00Z', '+010000-01-01T00:00:00Z', 'soon'])
      expect(await codeOf(world.system.sla.setDue({ ticketId, metric: 'resolution', dueAt, reason: 'x' }))).toBe(
        'input.invalid',
      )
  })
})

/** A week in the life of three tickets, chosen by a seed; time goes by in steps, at each of which a worker may look. */
async function liveAWeek(
  seed: number,
  looks: 'every step' | 'never before the end',
): Promise<{ world: World; journal: string[] }> {
  const store: Store = memoryStore()
  const world = await openWorld({ store, policies })
  const choose = seededRandom(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(choose.next() * list.length)] as T
  const people = await Promise.all([world.customer('ada@example.org'), world.agent(['admin'])])
  const team = await world.system.team.create({ name: 'First line' })
  const tickets = [await world.open(), await world.open('bo@example.org', { priority: 'P1' })]
  for (let step = 0; step < 30; step++) {
    world.clock.advance(pick([0, 1, 7 * MINUTE, 30 * MINUTE, HOUR, 5 * HOUR, 17 * HOUR]))
    if (looks === 'every step') await world.desk.tick()
    const { id: ticketId } = pick(tickets)
    const [customer, agent] = people
    const deeds: readonly (() => Promise<unknown>)[] = [
      () => agent.desk.ticket.reply({ ticketId, body: 'A' }),
      () => agent.desk.ticket.reply({ ticketId, body: 'A', status: pick(['pending', 'hold', 'solved', 'open']) }),
      () => customer.desk.ticket.reply({ ticketId, body: 'B' }),
      () => agent.desk.ticket.note({ ticketId, body: 'C' }),
      () => world.system.ticket.change({ ticketId, priority: pick(['P1', 'P2', 'P3']) }),
      () => world.system.ticket.tag({ ticketId, add: ['vip'] }),
      () => world.system.ticket.tag({ ticketId, remove: ['vip'] }),
      () => world.system.ticket.pend({ ticketId }),
      () => world.system.ticket.resume({ ticketId }),
      () => world.system.ticket.solve({ ticketId }),
      () => world.system.ticket.reopen({ ticketId }),
      () => world.system.ticket.assign({ ticketId, teamId: pick([team.id, null]) }),
      () => world.system.ticket.delete({ ticketId }),
      () => world.system.ticket.restore({ ticketId }),
      () => world.system.sla.recompute({ ticketId }),
      () =>
        world.system.sla.setDue({
          ticketId,
          metric: pick(['firstReply', 'resolution'] as const),
          dueAt: pick([null, world.clock.now() + HOUR, world.clock.now() - HOUR]),
          reason: 'R',
        }),
      () => world.system.policy.publish({ name: 'sla', document: { policies: pick(EDITIONS) } } as never),
      () =>
        world.system.policy.publish({
          name: 'calendars',
          document: { office: office(pick(['08:00', '09:00']), pick(['12:00', '17:00', '20:00'])) },
        } as never),
    ]
    await pick(deeds)().catch((error: unknown) => codeOf(Promise.reject(error)))
  }
  world.clock.advance(200 * HOUR)
  await world.desk.tick()
  const journal = world.events.filter(({ name }) => /^sla\.(warned|breached)$/.test(name))
  return { world, journal: journal.map(({ name, record, data }) => JSON.stringify([name, record.id, data])).sort() }
}

const EDITIONS: readonly (readonly SlaPolicyDefinition[])[] = [
  [standard],
  [],
  [
    {
      name: 'Gold',
      match: { field: 'tags', has: 'vip' },
      metrics: { resolution: { target: '6h', onChange: 'restart', warn: [0.25, 0.5] }, teamTime: { target: '3h' } },
    },
    { ...standard, calendar: '24/7' },
  ],
  [
    {
      ...standard,
      repliers: ['agent', 'bot'],
      metrics: {
        ...standard.metrics,
        firstReply: { target: '3h', warn: [0.5, 0.9], onSolve: 'keep', onChange: 'keepStricter' },
        pausableUpdate: { target: '5h', warn: [0.5] },
        firstResolution: { target: '20h' },
      },
    },
  ],
]

describe('attainment', () => {
  const target = { P1: '2h', otherwise: '8h' } as const
  const counted = async ({ system }: World) => {
    const rows = await system.sla.attainment({ from: '2026-03-01T00:00:00Z', until: '2026-04-01T00:00:00Z' })
    return rows.map(({ metric, priority, met, breached }) => [metric, priority, met, breached])
  }
  const reopened = async () => {
    const world = await openWorld({
      policies: { sla: { policies: [{ name: 's', metrics: { resolution: { target } } }] } },
    })
    const { id: ticketId } = await world.open('ada@example.org', { priority: 'P3' })
    return { world, ticketId, ...world }
  }

  it('counts what became late in a later cycle by a change of the ticket', async () => {
    const { world, ticketId, system, clock } = await reopened()
    clock.advance(HOUR)
    await system.ticket.solve({ ticketId })
    clock.advance(HOUR)
    await system.ticket.reopen({ ticketId })
    clock.advance(3 * HOUR)
    await system.ticket.change({ ticketId, priority: 'P1' })
    expect(await counted(world)).toEqual([
      ['resolution', 'P1', 0, 1],
      ['resolution', 'P3', 1, 0],
    ])
  })

  it('counts once what was late already when it was reopened', async () => {
    const { world, ticketId, system, clock } = await reopened()
    clock.advance(9 * HOUR)
    await system.ticket.solve({ ticketId })
    clock.advance(HOUR)
    await system.ticket.reopen({ ticketId })
    clock.advance(HOUR)
    await system.ticket.solve({ ticketId })
    expect(await counted(world)).toEqual([['resolution', 'P3', 0, 1]])
    const again = world.events.flatMap((event) =>
      event.name === 'sla.breached' ? [[event.data.cycle, event.data.again ?? false]] : [],
    )
    expect(again).toEqual([
      [1, false],
      [2, true],
    ])
  })
})

describe('whatever happens in a week', () => {
  const numRuns = Number(process.env.FC_RUNS ?? 25)

  it('stored clocks are what the journal gives, every event is told once, and the journal is whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), fc.boolean(), async (seed, isPrompt) => {
        const { world, journal } = await liveAWeek(seed, isPrompt ? 'every step' : 'never before the end')
        await isProven(world)
        expect(new Set(journal).size).toBe(journal.length)
        expect(world.problems).toEqual([])
      }),
      { numRuns },
    )
  })
})

describe('time that goes by', () => {
  it('in one jump or in many small steps tells the same of every clock', async () => {
    const live = async (steps: readonly number[]) => {
      const clock = manualClock(MONDAY)
      const desk = await createDesk({ store: memoryStore(), clock, random: seededRandom(3), policies })
      const me = desk.as({ by: { kind: 'system', id: 's' } })
      const events: DeskEvent[] = []
      desk.on('*', (event) => void events.push(event))
      for (const [n, priority] of (['P1', 'P2', 'P3', 'P1'] as const).entries()) {
        const { id: ticketId } = await me.ticket.open({
          requester: { email: `a${n}@example.org` },
          subject: 'A',
          body: 'B',
          priority,
        })
        if (n === 2) await me.ticket.pend({ ticketId })
        clock.advance(11 * MINUTE)
      }
      const end = Date.parse(MONDAY) + 60 * HOUR
      for (const step of steps) {
        clock.set(Math.min(end, clock.now() + step * MINUTE))
        await desk.tick()
      }
      clock.set(end)
      await desk.tick()
      return events
        .filter(({ name }) => name.startsWith('sla.'))
        .map(({ name, at, record, data }) => JSON.stringify([at, record.id, name, data]))
        .sort()
    }
    const steps = fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 20 })
    const whole = await live([])
    expect(whole.length).toBeGreaterThan(20)
    const property = fc.asyncProperty(steps, async (some) => {
      expect(await live(some)).toEqual(whole)
    })
    await fc.assert(property, { numRuns: Number(process.env.FC_RUNS ?? 20) })
  })
})
