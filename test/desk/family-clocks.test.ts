/** Clocks that stand still while a ticket waits for its open children. */
import type { SlaPolicyDefinition } from 'deskwright/sla'
import { replayClocks } from 'deskwright/sla'
import { describe, expect, it } from 'vitest'
import { codeOf, HOUR, MONDAY, openWorld, type World } from './world.ts'

const waiting: SlaPolicyDefinition = {
  name: 'Standard',
  metrics: { resolution: { target: '8h', pauseOn: ['pending', 'waitingOnChild'] }, requesterWait: { target: '8h' } },
}
const policies = { sla: { policies: [waiting] }, relations: { waitingOnChild: true } }

async function elapsed(world: World, ticketId: `tkt_${string}`): Promise<number | undefined> {
  const { clocks } = await world.system.sla.get({ ticketId })
  return clocks.find(({ metric }) => metric === 'resolution')?.elapsed
}

async function isProven(world: World): Promise<void> {
  expect((await world.system.sla.rebuild({})).differences).toEqual([])
  expect((await world.desk.verify()).findings).toEqual([])
}

/** An hour of running, two hours with open children, an hour of running. */
async function story(world: World) {
  const parent = await world.open()
  world.clock.advance(HOUR)
  const rest = { parentId: parent.id }
  const [a, b] = [await world.open('ada@example.org', rest), await world.open('ada@example.org', rest)]
  world.clock.advance(HOUR)
  await world.system.ticket.solve({ ticketId: a.id })
  world.clock.advance(HOUR)
  await world.system.ticket.solve({ ticketId: b.id })
  world.clock.advance(HOUR)
  return parent.id
}

describe('a clock that names waitingOnChild', () => {
  it('stands still from the first open child to the last, and no other clock does', async () => {
    const world = await openWorld({ policies })
    const ticketId = await story(world)
    expect(await elapsed(world, ticketId)).toBe(2 * HOUR)
    const { clocks } = await world.system.sla.get({ ticketId })
    expect(clocks.find(({ metric }) => metric === 'requesterWait')?.elapsed).toBe(4 * HOUR)
    const { segments } = await world.system.sla.explain({ ticketId, metric: 'resolution' })
    expect(segments.map(({ kind, why }) => [kind, why])).toEqual([
      ['open', '24/7'],
      ['paused', 'new, waitingOnChild'],
      ['open', '24/7'],
    ])
    await isProven(world)
    expect((await world.system.sla.simulate({})).differing).toBe(0)
  })

  it('that starts late leaves out the waiting of its past', async () => {
    const world = await openWorld({ policies: { relations: { waitingOnChild: true } } })
    const ticketId = await story(world)
    await world.system.policy.publish({ name: 'sla', document: { policies: [waiting] } })
    await world.system.sla.recompute({ ticketId })
    expect(await elapsed(world, ticketId)).toBe(2 * HOUR)
    await isProven(world)
  })

  it('runs on where the policy lets nobody wait', async () => {
    const world = await openWorld({ policies: { sla: policies.sla } })
    expect(await elapsed(world, await story(world))).toBe(4 * HOUR)
    await isProven(world)
  })

  it('stands still in a replay of plain events', () => {
    const at = (hours: number) => Date.parse(MONDAY) + hours * HOUR
    const { clocks } = replayClocks({
      policy: waiting,
      events: [
        { at: at(0), type: 'created' },
        { at: at(1), type: 'waitStarted' },
        { at: at(2), type: 'status', status: 'open' },
        { at: at(3), type: 'waitEnded' },
      ],
      asOf: at(4),
    })
    expect(clocks.resolution?.elapsed).toBe(2 * HOUR)
  })

  it('is measured only where a status may pause', async () => {
    const metrics = { firstReply: { target: '1h', pauseOn: ['waitingOnChild'] } } as const
    expect(await codeOf(openWorld({ policies: { sla: { policies: [{ name: 'S', metrics }] } } }))).toBe(
      'sla.not-for-metric',
    )
  })
})
