/** Whatever is done to tickets that hang together, by whomever at the same moment: trees stay trees, and counts are what is there. */
import { createDesk, isDeskError, type Store, type Ticket } from 'deskwright'
import { manualClock, seededRandom } from 'deskwright/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Family, noFamily, standingOf } from '../../src/domain/tickets/family.ts'
import { LINK_NAMES, type Link, linkId } from '../../src/domain/tickets/links.ts'
import { STORES } from '../desk/stores.ts'
import { MINUTE, MONDAY } from '../desk/world.ts'
import { jittery, RUNS } from './program.ts'

const DEPTH = 3
const ROOM = 2

const VERBS = [
  'open',
  'setParent',
  'detach',
  'link',
  'unlink',
  'solve',
  'close',
  'reopen',
  'delete',
  'restore',
] as const
const step = fc.record({
  verb: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom('open' as const, 'setParent' as const, 'link' as const) },
    { weight: 3, arbitrary: fc.constantFrom(...VERBS) },
  ),
  on: fc.nat({ max: 7 }),
  with: fc.nat({ max: 7 }),
  name: fc.constantFrom('blocks' as const, 'blocks' as const, 'blockedBy' as const, ...LINK_NAMES),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function openSite(store: Store, seed: number) {
  const slow = jittery(store, seed)
  const policies = {
    relations: { depth: DEPTH, openChildren: ROOM, waitingOnChild: true, whenChildReopened: 'reopenParent' },
    lifecycle: {
      reopenWindow: '2h',
      closeAfter: '30m',
      solveAfterSilence: null,
      customerReplyResumes: { pending: true, hold: true },
    },
    sla: { policies: [{ name: 'S', metrics: { resolution: { target: '1h', pauseOn: ['waitingOnChild'] } } }] },
  } as const
  const clock = manualClock(MONDAY)
  const actors = []
  for (const n of [1, 2]) {
    const desk = await createDesk({
      store: slow,
      clock,
      random: seededRandom(seed + n),
      policies,
      report: () => undefined,
    })
    actors.push({ desk, ...desk.as({ by: { kind: 'system', id: `s${n}` } }) })
  }
  const site = { store, clock, actors: actors as [(typeof actors)[0], (typeof actors)[0]], ids: [] as Ticket['id'][] }
  for (let n = 0; n < 4; n++) site.ids.push(await open(site, 0))
  return site
}
type Site = Awaited<ReturnType<typeof openSite>>

async function open({ actors }: Pick<Site, 'actors'>, by: number, parentId?: Ticket['id']): Promise<Ticket['id']> {
  const { ticket } = actors[by % 2] as Site['actors'][0]
  const asked = { requester: { email: 'a@example.org' }, subject: 'S', body: 'B' }
  return (await ticket.open({ ...asked, ...(parentId && { parentId }) })).id
}

/** Does a step; `null` when it was done, else the code of its refusal. */
async function run(site: Site, { verb, on, with: w, name }: Step, by: number): Promise<string | null> {
  const ticketId = site.ids[on % site.ids.length] as Ticket['id']
  const otherId = site.ids[w % site.ids.length] as Ticket['id']
  const { ticket } = site.actors[by % 2] as Site['actors'][0]
  const work = {
    open: async () => void site.ids.push(await open(site, by, otherId)),
    setParent: () => ticket.setParent({ ticketId, parentId: otherId }),
    detach: () => ticket.setParent({ ticketId, parentId: null }),
    link: () => ticket.link({ ticketId, type: name, otherId }),
    unlink: () => ticket.unlink({ ticketId, type: name, otherId }),
    solve: () => ticket.solve({ ticketId, ...(w === 0 && { override: { reason: 'R' } }) }),
    close: () => ticket.close({ ticketId }),
    reopen: () => ticket.reopen({ ticketId }),
    delete: () => ticket.delete({ ticketId }),
    restore: () => ticket.restore({ ticketId }),
  }
  try {
    await work[verb]()
    return null
  } catch (error) {
    if (isDeskError(error)) return error.code
    throw error
  }
}

async function all<T>({ store }: Site, kind: 'ticket' | 'link' | 'family'): Promise<T[]> {
  return (await store.find('main', kind, { where: null, order: [], limit: 1000, after: null })).map(
    ({ doc }) => doc as unknown as T,
  )
}

/** How many steps up from each ticket; refuses to go in circles. */
function depths(tickets: readonly Ticket[]): number[] {
  const parents = new Map(tickets.map(({ id, parentId }) => [id, parentId]))
  return tickets.map((ticket) => {
    let depth = 0
    for (let id = ticket.parentId; id !== null; id = parents.get(id) ?? null) {
      depth++
      if (depth > tickets.length) throw new Error(`${ticket.id} is its own ancestor`)
    }
    return depth
  })
}

function blocksHasNoCircle(links: readonly Link[]): boolean {
  let left = links.filter(({ type }) => type === 'blocks')
  for (;;) {
    const blocked = new Set(left.map(({ toId }) => toId))
    // Whoever nobody blocks is taken away with all that it blocks, until nothing is left, or only circles.
    const next = left.filter(({ fromId }) => blocked.has(fromId))
    if (next.length === left.length) return left.length === 0
    left = next
  }
}

function countsOf(id: string, tickets: ReadonlyMap<string, Ticket>, links: readonly Link[]): Omit<Family, 'version'> {
  const standing = (one: string) => standingOf(tickets.get(one) ?? null)
  const children = [...tickets.values()].filter((one) => one.parentId === id && standing(one.id) !== 'gone')
  const blocks = links.filter(({ type }) => type === 'blocks')
  const from = blocks.filter(({ toId }) => toId === id)
  return {
    id: id as Ticket['id'],
    children: children.length,
    openChildren: children.filter((one) => standing(one.id) === 'open').length,
    blockers: from.length,
    openBlockers: from.filter(({ fromId }) => standing(fromId) === 'open').length,
    blocking: blocks.filter(({ fromId }) => fromId === id).length,
  }
}

async function mustHold(site: Site): Promise<void> {
  const tickets = await all<Ticket>(site, 'ticket')
  const links = await all<Link>(site, 'link')
  const byId = new Map<string, Ticket>(tickets.map((ticket) => [ticket.id, ticket]))
  expect(Math.max(...depths(tickets))).toBeLessThanOrEqual(DEPTH)
  expect(blocksHasNoCircle(links)).toBe(true)
  for (const link of links) {
    expect(link.id).toBe(linkId(link))
    expect([byId.has(link.fromId), byId.has(link.toId), link.fromId !== link.toId]).toEqual([true, true, true])
  }
  const families = new Map((await all<Family>(site, 'family')).map((family) => [family.id, family]))
  for (const { id, waitingOnChild } of tickets) {
    const { version: _, ...said } = families.get(id) ?? noFamily(id)
    const is = countsOf(id, byId, links)
    expect(said).toEqual(is)
    expect(waitingOnChild).toBe(is.openChildren > 0)
  }
  const [{ desk, sla }] = site.actors
  expect((await desk.verify()).findings).toEqual([])
  expect((await sla.rebuild({})).differences).toEqual([])
  expect(await site.store.dead('main', 'timer', 10)).toEqual([])
}

/** A solved ticket with something open under it, that nobody overrode, was told of a child, or of nothing, since. */
async function guardHolds(site: Site): Promise<void> {
  const entries = await site.store.history('main', { limit: 1000 })
  const told = new Set(entries.filter(({ name }) => name === 'ticket.guardOverridden').map(({ id }) => id))
  const reopened = new Set(entries.filter(({ name }) => name === 'child.reopened').map(({ id }) => id))
  const tickets = await all<Ticket>(site, 'ticket')
  const links = await all<Link>(site, 'link')
  const byId = new Map<string, Ticket>(tickets.map((ticket) => [ticket.id, ticket]))
  for (const ticket of tickets) {
    if (standingOf(ticket) !== 'solved' || told.has(ticket.id) || reopened.has(ticket.id)) continue
    expect([ticket.id, countsOf(ticket.id, byId, links).openChildren]).toEqual([ticket.id, 0])
  }
}

describe.each(STORES)('on $name', ({ name, open: openStore }) => {
  it('any steps, several at the same moment, keep trees, links and counts whole', async () => {
    const bursts = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(bursts, fc.nat({ max: 1_000_000 }), async (all, seed) => {
        const store = openStore()
        try {
          const site = await openSite(store, seed)
          for (const burst of all) {
            const codes = await Promise.all(burst.map((one, n) => run(site, one, n)))
            expect(codes).not.toContain('command.busy')
            await mustHold(site)
            site.clock.advance(20 * MINUTE)
            await Promise.all(site.actors.map(({ desk }) => desk.tick()))
            await mustHold(site)
          }
          await guardHolds(site)
        } finally {
          await store.close()
        }
      }),
      { numRuns: RUNS(name === 'memory' ? 30 : 8) },
    )
  })
})
