/** A due instant can be set by hand only where there is a clock to hold it. */
import { createDesk } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { manualClock } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'

const SYSTEM = { kind: 'system', id: 'test' } as const
const DUE = '2026-03-03T09:00:00.000Z'

async function ticketUnder(metrics: object | null) {
  const sla = metrics === null ? {} : { policies: { sla: { policies: [{ name: 'standard', metrics }] } } }
  const desk = await createDesk({ store: memoryStore(), clock: manualClock('2026-03-02T09:00:00.000Z'), ...sla })
  const acting = desk.as({ by: SYSTEM })
  const { id } = await acting.ticket.open({
    requester: { email: 'ada@example.org' },
    subject: 'It hums',
    body: 'Since noon.',
  })
  return { acting, id, events: async () => (await acting.event.find({ names: ['sla.dueSet'] })).items.length }
}

describe('a due instant set by hand', () => {
  it('is refused in a tenant without an SLA, and nothing is written', async () => {
    const { acting, id, events } = await ticketUnder(null)
    const set = acting.sla.setDue({ ticketId: id, metric: 'resolution', dueAt: DUE, reason: 'promised by phone' })
    await expect(set).rejects.toMatchObject({ code: 'sla.none' })
    expect(await events()).toBe(0)
  })
  it('is refused for a metric that no clock measures, and nothing is written', async () => {
    const { acting, id, events } = await ticketUnder({ firstReply: { target: '4h' } })
    const set = acting.sla.setDue({ ticketId: id, metric: 'resolution', dueAt: DUE, reason: 'promised by phone' })
    await expect(set).rejects.toMatchObject({ code: 'sla.no-clock' })
    expect(await events()).toBe(0)
  })
  it('holds for a clock that runs', async () => {
    const { acting, id } = await ticketUnder({ resolution: { target: '4h' } })
    const ticket = await acting.sla.setDue({
      ticketId: id,
      metric: 'resolution',
      dueAt: DUE,
      reason: 'promised by phone',
    })
    expect(ticket.nextDueAt).toBe(DUE)
  })
})
