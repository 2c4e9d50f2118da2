/** The worker stops between two pieces of work, and lets the process breathe while it is at work. */
import { createDesk, type Delivery } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { manualClock } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'

const SYSTEM = { kind: 'system', id: 'test' } as const

async function deskWith(deliver: (delivery: Delivery) => Promise<void>) {
  const desk = await createDesk({
    store: memoryStore(),
    clock: manualClock('2026-03-02T09:00:00.000Z'),
    transports: [{ name: 'slow', deliver }],
  })
  const acting = desk.as({ by: SYSTEM })
  for (let n = 0; n < 30; n++)
    await acting.ticket.open({ requester: { email: `c${n}@example.org` }, subject: 'It hums', body: 'Since noon.' })
  return desk
}

describe('a worker that is told to stop with a backlog in front of it', () => {
  it('ends with the ten deliveries in hand and gives the rest back', async () => {
    const delivered: string[] = []
    let stopped: Promise<void> | null = null
    const desk = await deskWith(async ({ events }) => {
      delivered.push(events[0]?.id ?? '')
      stopped ??= worker.stop()
    })
    const worker = desk.work({ every: 10 })
    while (stopped === null) await new Promise((resolve) => setImmediate(resolve))
    await stopped
    expect(delivered).toHaveLength(10)
    // What was given back can be claimed at once by the next worker, without waiting for a lease to end.
    const { delivered: rest } = await desk.tick()
    expect(rest).toBeGreaterThan(20)
    expect(new Set(delivered).size).toBe(delivered.length)
  })
})

describe('a long round of work', () => {
  it('lets timers and requests of the process have their turn', async () => {
    const desk = await deskWith(async () => {})
    let turns = 0
    let isDone = false
    const count = () => {
      turns++
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    await desk.tick()
    isDone = true
    expect(turns).toBeGreaterThan(0)
  })
})
