/** The desk's own work: timers that ring exactly once, as of the instant at which they were due. */
import { createDesk, type Store } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { manualClock, seededRandom } from 'deskwright/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf, HOUR, MINUTE, MONDAY, openWorld } from './world.ts'

const LIFECYCLE = {
  reopenWindow: '3h',
  closeAfter: '2h',
  solveAfterSilence: '1h',
  customerReplyResumes: { pending: true, hold: true },
} as const

/** Eight tickets, put to wait in ways and for times that a seed chooses; the journal after twelve hours, gone by in steps. */
async function historyAfter(seed: number, steps: readonly number[]): Promise<string> {
  const clock = manualClock(MONDAY)
  const store = memoryStore()
  const desk = await createDesk({ store, clock, random: seededRandom(seed), policies: { lifecycle: LIFECYCLE } })
  const choose = seededRandom(seed + 1)
  const me = desk.as({ by: { kind: 'system', id: 's' } })
  for (let n = 0; n < 8; n++) {
    const { id: ticketId } = await me.ticket.open({
      requester: { email: `a${n}@example.org` },
      subject: 'A',
      body: 'B',
    })
    const until = clock.now() + 1 + Math.floor(choose.next() * 8) * 20 * MINUTE
    if (choose.next() < 0.7) await me.ticket.snooze({ ticketId, until })
    const chance = choose.next()
    if (chance < 0.5) await me.ticket.pend({ ticketId })
    else if (chance < 0.75) await me.ticket.solve({ ticketId })
    clock.advance(Math.floor(choose.next() * 5) * MINUTE)
  }
  const end = Date.parse(MONDAY) + 12 * HOUR
  for (const step of steps) {
    clock.set(Math.min(end, clock.now() + step * MINUTE))
    await desk.tick()
  }
  clock.set(end)
  await desk.tick()
  const entries = await store.history('main', { limit: 1000 })
  expect(entries.some((entry) => entry.name === 'ticket.closed')).toBe(true)
  // Two tickets whose timers ring at one instant have no order between them.
  const placed = entries.map(({ at, body }) => `${at} ${body}`)
  const rung = entries.filter(({ body }) => body.includes('"id":"timer"')).map(({ at }) => at)
  expect(rung).toEqual([...rung].sort())
  return placed.sort().join('\n')
}

describe('time that goes by', () => {
  it('in one jump or in many small steps brings identical events', async () => {
    const steps = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), steps, async (seed, some) => {
        expect(await historyAfter(seed, some)).toBe(await historyAfter(seed, []))
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 25) },
    )
  })

  it('rings what a timer sets, in the same tick, when that is due as well', async () => {
    const world = await openWorld({ policies: { lifecycle: LIFECYCLE } })
    const { id: ticketId } = await world.open()
    await world.system.ticket.pend({ ticketId })
    world.clock.advance(5 * HOUR)
    expect(await world.desk.tick()).toEqual({ rang: 2, delivered: 0 })
    const [solved, closed] = world.events.slice(-2)
    expect([solved?.name, closed?.name]).toEqual(['ticket.solved', 'ticket.closed'])
    expect([solved?.at, closed?.at]).toEqual(['2026-03-02T10:30:00.000Z', '2026-03-02T12:30:00.000Z'])
    expect(await world.desk.tick()).toEqual({ rang: 0, delivered: 0 })
  })

  it('can be given to a tick, as any instant', async () => {
    const world = await openWorld({ policies: { lifecycle: LIFECYCLE } })
    await world.system.ticket.pend({ ticketId: (await world.open()).id })
    expect((await world.desk.tick('2026-03-02T10:29:59.999Z')).rang).toBe(0)
    expect((await world.desk.tick(new Date('2026-03-02T10:30:00Z'))).rang).toBe(1)
    expect(await codeOf(world.desk.tick('soon'))).toBe('time.bad-instant')
  })

  it('rings each timer once, however many workers look', async () => {
    const world = await openWorld({ policies: { lifecycle: LIFECYCLE } })
    for (let n = 0; n < 12; n++)
      await world.system.ticket.pend({ ticketId: (await world.open(`a${n}@example.org`)).id })
    world.clock.advance(HOUR)
    await Promise.all([1, 2, 3].map(() => world.desk.tick()))
    await world.desk.tick()
    const solved = world.events.filter((event) => event.name === 'ticket.solved')
    expect(new Set(solved.map((event) => event.record.id)).size).toBe(12)
    expect(solved).toHaveLength(12)
    expect(world.problems).toEqual([])
  })

  it('rings what hundreds of one instant set before what is due later', async () => {
    const world = await openWorld({ policies: { lifecycle: LIFECYCLE } })
    const { id: customerId } = await world.system.customer.create({ name: 'Ada' })
    const opening = { requester: { customerId }, subject: 'A', body: 'B' }
    const opened = await world.system.batch(
      Array.from({ length: 150 }, () => ({ name: 'ticket.open', input: opening })),
    )
    const ids = opened.flatMap((one) => (one.done ? [one.record.id] : []))
    const until = world.clock.now() + 5 * HOUR
    // As many as one claim holds are solved after an hour, and closed two hours later; the others wake only then.
    await world.system.batch(ids.slice(0, 100).map((ticketId) => ({ name: 'ticket.pend', input: { ticketId } })))
    await world.system.batch(ids.slice(100).map((ticketId) => ({ name: 'ticket.snooze', input: { ticketId, until } })))
    world.events.length = 0
    world.clock.advance(12 * HOUR)
    expect((await world.desk.tick()).rang).toBe(250)
    const rung = world.events.map(({ at }) => at)
    expect(rung).toHaveLength(250)
    expect(rung).toEqual([...rung].sort())
  })

  it('rings hundreds of one instant once each, and claims the next while some are committed', async () => {
    const inner = memoryStore()
    const log: string[] = []
    let isSlow = false
    const store: Store = {
      ...inner,
      claim: async (queue, request) => {
        const claims = await inner.claim(queue, request)
        if (queue === 'timer') log.push(`claimed ${claims.length}`)
        return claims
      },
      commit: async (change) => {
        if (isSlow) await new Promise((resolve) => setTimeout(resolve, 20))
        if (change.settle.length > 0) log.push(`rang ${change.settle.length}`)
        return inner.commit(change)
      },
    }
    const world = await openWorld({ store, policies: { lifecycle: LIFECYCLE } })
    const { id: requesterId } = await world.system.customer.create({ name: 'Ada' })
    const opening = { requester: { customerId: requesterId }, subject: 'A', body: 'B' }
    const opened = await world.system.batch(
      Array.from({ length: 250 }, () => ({ name: 'ticket.open', input: opening })),
    )
    const ids = opened.flatMap((one) => (one.done ? [one.record.id] : []))
    await world.system.batch(ids.map((ticketId) => ({ name: 'ticket.pend', input: { ticketId } })))
    world.clock.advance(HOUR)
    isSlow = true
    expect((await world.desk.tick()).rang).toBe(250)
    expect(log).toEqual([
      'claimed 100',
      'claimed 100',
      'claimed 50',
      'rang 100',
      'claimed 0',
      'rang 100',
      'rang 50',
      'claimed 0',
    ])
    const solved = world.events.filter((event) => event.name === 'ticket.solved').map((event) => event.record.id)
    expect(solved.sort()).toEqual(ids.sort())
    expect(world.problems).toEqual([])
  })
})

describe('a timer that cannot act', () => {
  it('is dead after a refusal, and people are told', async () => {
    const statuses = {
      statuses: [
        { name: 'new', category: 'new' },
        { name: 'open', category: 'open' },
        { name: 'wait', category: 'pending' },
        { name: 'done', category: 'solved' },
        { name: 'closed', category: 'closed' },
      ],
      transitions: { new: ['wait'], wait: ['open'], open: ['done'] },
    } as const
    const world = await openWorld({ policies: { lifecycle: LIFECYCLE, statuses: structuredClone(statuses) as never } })
    const { id: ticketId } = await world.open()
    await world.system.ticket.pend({ ticketId })
    world.clock.advance(2 * HOUR)
    await world.desk.tick()
    expect(world.problems).toMatchObject([
      { where: 'timer', at: `solve:${ticketId}`, error: { code: 'ticket.no-move' } },
    ])
    expect(await world.store.dead('main', 'timer', 10)).toMatchObject([{ reason: 'ticket.no-move' }])
    expect((await world.desk.tick()).rang).toBe(0)
  })

  it('is tried again a minute later when the store failed', async () => {
    const inner = memoryStore()
    let broken = false
    const store: Store = {
      ...inner,
      commit: (change) => (broken ? Promise.reject(new Error('disk full')) : inner.commit(change)),
    }
    const world = await openWorld({ store, policies: { lifecycle: LIFECYCLE } })
    const { id: ticketId } = await world.open()
    await world.system.ticket.pend({ ticketId })
    world.clock.advance(HOUR)
    broken = true
    await world.desk.tick()
    broken = false
    expect(world.problems).toMatchObject([{ where: 'timer' }])
    expect((await world.desk.tick()).rang).toBe(0)
    world.clock.advance(MINUTE)
    await world.desk.tick()
    expect(await world.system.ticket.get({ ticketId })).toMatchObject({
      status: 'solved',
      solvedAt: '2026-03-02T10:30:00.000Z',
    })
  })

  it('is passed over when its ticket has moved on since it was claimed', async () => {
    const inner = memoryStore()
    let meanwhile: () => Promise<unknown> = async () => undefined
    const store: Store = {
      ...inner,
      claim: async (queue, request) => {
        const claims = await inner.claim(queue, request)
        if (claims.length > 0) await meanwhile()
        return claims
      },
    }
    const world = await openWorld({ store, policies: { lifecycle: LIFECYCLE } })
    const { id: ticketId } = await world.open()
    await world.system.ticket.pend({ ticketId })
    world.clock.advance(HOUR)
    meanwhile = () => {
      meanwhile = async () => undefined
      return world.system.ticket.resume({ ticketId })
    }
    await world.desk.tick()
    expect(await world.system.ticket.get({ ticketId })).toMatchObject({ status: 'open' })
  })
})

describe('a worker', () => {
  it('ticks again and again, and stops between two ticks', async () => {
    const world = await openWorld({ policies: { lifecycle: LIFECYCLE } })
    const { id: ticketId } = await world.open()
    await world.system.ticket.pend({ ticketId })
    world.clock.advance(HOUR)
    const solved = new Promise((resolve) => world.desk.on('ticket.solved', resolve))
    const worker = world.desk.work({ every: 1 })
    await solved
    await worker.stop()
    await worker.stop()
    world.clock.advance(10 * HOUR)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await world.system.ticket.get({ ticketId })).toMatchObject({ status: 'solved' })
  })

  it('reports an error and goes on', async () => {
    const inner = memoryStore()
    let failures = 2
    const store: Store = {
      ...inner,
      claim: (queue, request) => (failures-- > 0 ? Promise.reject(new Error('locked')) : inner.claim(queue, request)),
    }
    const world = await openWorld({ store, policies: { lifecycle: LIFECYCLE } })
    await world.system.ticket.pend({ ticketId: (await world.open()).id })
    world.clock.advance(HOUR)
    const solved = new Promise((resolve) => world.desk.on('ticket.solved', resolve))
    world.desk.work({ every: 1 })
    await solved
    await world.desk.close()
    expect(world.problems.map(({ where }) => where)).toEqual(['worker', 'worker'])
  })

  it('is stopped, and the store closed, when the desk is', async () => {
    const world = await openWorld()
    world.desk.work({ every: 3_600_000 })
    await world.desk.close()
    expect(await codeOf(world.system.ticket.find({}))).toBe('store.closed')
    expect(world.problems).toEqual([])
  })
})
