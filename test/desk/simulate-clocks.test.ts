import { createDesk } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { manualClock } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'

const sla = { policies: [{ name: 'standard', metrics: { resolution: { target: '8h' } } }] } as const

async function deskOf(tickets: number) {
  const clock = manualClock('2026-03-02T09:00:00Z')
  const desk = await createDesk({ store: memoryStore(), clock, policies: { sla } })
  const me = desk.as({ by: { kind: 'system', id: 'test' } })
  for (let n = 0; n < tickets; n++)
    await me.ticket.open({ requester: { email: 'carl@example.org' }, subject: 'S', body: 'B' })
  clock.set('2026-03-03T09:00:00Z')
  return { desk, me }
}

describe('a simulation', () => {
  it('lets the process do something else between its pages of tickets', async () => {
    const { desk, me } = await deskOf(60)
    let isElseDone = false
    const elsewhere = setImmediate(() => {
      isElseDone = true
    })
    const { tickets } = await me.sla.simulate({})
    expect({ tickets, isElseDone }).toEqual({ tickets: 60, isElseDone: true })
    clearImmediate(elsewhere)
    await desk.close()
  })

  it('counts what fell due and was noticed by nobody on both sides', async () => {
    const { desk, me } = await deskOf(2)
    const policies = [{ name: 'slower', metrics: { resolution: { target: '20h' } } }] as const
    const { rows, differing } = await me.sla.simulate({ policies })
    expect({ rows, differing }).toMatchObject({
      rows: [{ actual: { met: 0, breached: 2 }, simulated: { met: 0, breached: 2 } }],
      differing: 0,
    })
    await desk.close()
  })

  it('takes no policy that does not compile, nor does publishing', async () => {
    const { desk, me } = await deskOf(0)
    const aDay = { name: 'a', metrics: { resolution: { target: '1d' } } } as const
    const misspelt = { name: 'a', metrics: { solved: { target: '1h' } } } as const
    // @ts-expect-error: a day is no length of time.
    await expect(me.sla.simulate({ policies: [aDay] })).rejects.toMatchObject({ code: 'sla.bad-duration' })
    // @ts-expect-error: there is no such metric.
    const published = me.policy.publish({ name: 'sla', document: { policies: [misspelt] } })
    await expect(published).rejects.toMatchObject({ code: 'sla.unknown-key' })
    await desk.close()
  })
})
