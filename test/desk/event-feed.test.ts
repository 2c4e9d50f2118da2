/** The feed in somebody's hands: each event once, in order, and judged by what the reader may see when it is read. */
import { describe, expect, it } from 'vitest'
import { STORES } from './stores.ts'
import { codeOf, openWorld } from './world.ts'

describe.each(STORES)('the feed of an actor on $name', ({ open: openStore }) => {
  it('goes on behind its place, without a hole or a repeat', async () => {
    const { system, open } = await openWorld({ store: openStore() })
    for (let n = 0; n < 5; n++) await open(`c${n}@example.org`)
    const whole = (await system.event.feed({ limit: 1000 })).entries.map(({ event }) => event.id)
    const pieces: string[] = []
    let after: string | undefined
    for (;;) {
      const page = await system.event.feed({ limit: 3, ...(after === undefined ? {} : { after }) })
      if (page.next === after) break
      pieces.push(...page.entries.map(({ event }) => event.id))
      after = page.next
    }
    expect(pieces).toEqual(whole)
    expect(new Set(whole).size).toBe(whole.length)
  })

  it('finds the end of any journal, also of an empty one', async () => {
    const { system, as, open, store } = await openWorld({ store: openStore() })
    for (let n = 0; n < 20; n++) {
      const { next } = await system.event.feed({ after: 'now' })
      expect((await system.event.feed({ after: next })).entries).toEqual([])
      expect(next).toBe(String((await store.history('main', { after: 0, limit: 1000 })).at(-1)?.position ?? 0))
      await open(`c${n}@example.org`)
      // Positions of other tenants lie between.
      await as({ kind: 'system', id: 's' }, 'other').team.create({ name: `T${n}` })
    }
  })

  it('shows people, keys and policies to those who may see them', async () => {
    const { system, agent, customer } = await openWorld({ store: openStore() })
    await system.apiKey.create({ name: 'K', digest: '0'.repeat(64), actor: { kind: 'bot', id: 'b' } })
    const ada = await customer('ada@example.org')
    const kinds = async (desk: typeof system) =>
      new Set((await desk.event.feed({ limit: 1000 })).entries.map(({ event }) => event.record.kind))
    const noor = await agent()
    expect(await kinds(system)).toEqual(new Set(['policies', 'apiKey', 'customer', 'agent']))
    expect(await kinds(noor.desk)).toEqual(new Set(['policies', 'customer', 'agent']))
    expect(await kinds(ada.desk)).toEqual(new Set(['customer']))
    const names = (await system.event.feed({ names: ['agent.created'] })).entries.map(({ event }) => event.name)
    expect(names).toEqual(['agent.created'])
  })

  it('shows escalations to those who see the ticket that they are about', async () => {
    const { system, agent, open } = await openWorld({ store: openStore() })
    const noor = await agent()
    const own = { 'ticket.get': 'own', 'escalation.get': 'any', 'event.feed': 'any' } as const
    await system.policy.publish({ name: 'roles', document: { roles: { own } } })
    const steps = [{ targets: [{ agent: noor.id }], delay: '10m' as const }]
    await system.policy.publish({ name: 'escalation', document: { policies: [{ name: 'p', steps }] } })
    const dee = await agent(['own'])
    const [gone, other, mine] = [await open(), await open(), await open('a@example.org', { followerIds: [dee.id] })]
    const start = async (ticketId: typeof mine.id, key?: string) =>
      (await system.escalation.start({ ticketId, policy: 'p', key })).id
    const [a, b, c] = [await start(gone.id), await start(other.id, 'db-1'), await start(mine.id)]
    await system.ticket.delete({ ticketId: gone.id })
    const seen = async ({ desk }: typeof dee) => {
      const { entries } = await desk.event.feed({ limit: 1000 })
      return entries.flatMap(({ event: { name, record } }) => (name === 'escalation.told' ? [record.id] : []))
    }
    expect([await seen({ ...noor, desk: system }), await seen(noor), await seen(dee)]).toEqual([[a, b, c], [b, c], [c]])
    // The key goes on to a ticket in sight: what was told for the one before stays out of it.
    await system.escalation.resolve({ escalationId: b })
    await start(mine.id, 'db-1')
    expect(await seen(dee)).toEqual([c, b])
  })

  it('is refused to those without the right, and for a place that there is none of', async () => {
    const { system, desk } = await openWorld({ store: openStore() })
    expect(await codeOf(system.event.feed({ after: 'then' }))).toBe('query.bad-cursor')
    const cut = desk.as({ by: { kind: 'system', id: 's' }, only: ['ticket.get'] })
    expect(await codeOf(cut.event.feed({}))).toBe('access.forbidden')
  })
})
