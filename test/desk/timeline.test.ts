/** What was said and done in a ticket: all of it for agents, the public part for its customer. */
import { describe, expect, it } from 'vitest'
import { MINUTE, openWorld } from './world.ts'

async function told() {
  const world = await openWorld()
  const agent = await world.agent()
  const ada = await world.customer('ada@example.org')
  const { id: ticketId } = await world.open('ada@example.org')
  const me = agent.desk.ticket
  await me.reply({ ticketId, body: 'PUBLIC reply' })
  await me.note({ ticketId, body: 'SECRET note' })
  await me.sideMessage({ ticketId, body: 'SECRET side', to: [{ email: 'SECRET@maker.example' }] })
  const { id: messageId } = await me.reply({ ticketId, body: 'SECRET before the edit' })
  world.clock.advance(MINUTE)
  await me.editMessage({ ticketId, messageId, body: 'PUBLIC after the edit' })
  const wiped = await me.reply({ ticketId, body: 'SECRET card' })
  await world.system.ticket.redact({ ticketId, messageId: wiped.id, reason: 'SECRET reason' })
  await me.tag({ ticketId, add: ['SECRET-tag'] })
  await me.snooze({ ticketId, until: '2026-03-05T09:00:00.000Z' })
  await me.solve({ ticketId })
  return { world, agent, ada, ticketId }
}

describe('a timeline', () => {
  it('shows an agent every event with the message it brought', async () => {
    const { world, agent, ticketId } = await told()
    const { entries, next } = await agent.desk.ticket.timeline({ ticketId })
    const events = world.events.filter((event) => event.record.id === ticketId)
    expect(entries.map((entry) => entry.event)).toEqual(events)
    expect(entries.map((entry) => entry.message?.body ?? null).filter((body) => body !== null)).toEqual([
      'Since noon.',
      'PUBLIC reply',
      'SECRET note',
      'SECRET side',
      'PUBLIC after the edit',
      'PUBLIC after the edit',
      '',
      '',
    ])
    expect(next).toBeNull()
  })

  it('shows the customer the public words as they stand, and the moves, and nothing else', async () => {
    const { ada, ticketId } = await told()
    const { entries } = await ada.desk.ticket.timeline({ ticketId })
    expect(entries.map((entry) => entry.event.name)).toEqual([
      'ticket.opened',
      'message.posted',
      'message.posted',
      'ticket.started',
      'message.posted',
      'message.posted',
      'ticket.solved',
    ])
    expect(JSON.stringify(entries)).not.toContain('SECRET')
    expect(entries.flatMap((entry) => entry.message?.edits ?? [])).toEqual([])
    expect(entries.map((entry) => entry.message?.visibility ?? 'public')).toEqual(Array(7).fill('public'))
  })

  it('is read in pages that together are the whole, for whoever reads', async () => {
    const { agent, ada, ticketId } = await told()
    for (const acting of [agent.desk, ada.desk]) {
      const whole = (await acting.ticket.timeline({ ticketId })).entries
      for (const limit of [1, 2, 3, 7, 500]) {
        const pages: unknown[] = []
        for (let after: number | undefined; ; ) {
          const page = await acting.ticket.timeline({ ticketId, limit, ...(after !== undefined && { after }) })
          pages.push(...page.entries)
          if (page.next === null) break
          after = page.next
        }
        expect(pages).toEqual(whole)
      }
    }
  })

  it('shows a role without the right to internal words what a customer sees', async () => {
    const roles = { roles: { partner: { 'ticket.get': 'any', 'ticket.timeline': 'any' } } } as const
    const world = await openWorld({ policies: { roles } })
    const partner = await world.agent(['partner'])
    const { id: ticketId } = await world.open()
    await world.system.ticket.note({ ticketId, body: 'SECRET' })
    const { entries } = await partner.desk.ticket.timeline({ ticketId })
    expect(entries.map((entry) => entry.event.name)).toEqual(['ticket.opened', 'message.posted'])
  })
})
