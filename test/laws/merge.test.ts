/** Whatever is merged, split and taken apart, by whomever at once: every message stays, and every pointer leads to one live ticket. */
import {
  type Acting,
  type Agent,
  createDesk,
  type Desk,
  type HostPolicies,
  isDeskError,
  type Message,
  type Store,
  type Ticket,
} from 'deskwright'
import { type ManualClock, manualClock, seededRandom } from 'deskwright/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STORES } from '../desk/stores.ts'
import { codeOf, MINUTE, MONDAY } from '../desk/world.ts'
import { jittery, RUNS } from './program.ts'

const VERBS = [
  ...['merge', 'merge', 'merge', 'merge', 'unmerge', 'unmerge', 'move', 'move', 'copy'],
  ...[
    'open',
    'reply',
    'reply',
    'answer',
    'answer',
    'note',
    'edit',
    'redact',
    'tag',
    'follow',
    'solve',
    'reopen',
    'close',
  ],
  ...['link', 'link', 'unlink', 'parent', 'parent', 'assign', 'delete', 'restore', 'snooze', 'tick', 'deactivate'],
] as const

interface Step {
  readonly verb: (typeof VERBS)[number]
  readonly on: number
  readonly with: number
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom(...VERBS),
  on: fc.nat({ max: 6 }),
  with: fc.nat({ max: 6 }),
})

interface Site {
  readonly desk: Desk
  readonly store: Store
  readonly clock: ManualClock
  readonly system: Acting
  readonly admin: Acting
  readonly customers: readonly Acting[]
  readonly tickets: Ticket['id'][]
  readonly agents: Agent['id'][]
  /** Timers that wait, by key, with the ticket that each is about. */
  readonly timers: Map<string, string>
}

/** The same store, and what waits in its queue of timers. */
function watched(store: Store, timers: Map<string, string>): Store {
  return {
    ...store,
    async commit(change) {
      const outcome = await store.commit(change)
      if (!outcome.committed) return outcome
      for (const { queue, key } of [...change.settle, ...change.clear]) if (queue === 'timer') timers.delete(key)
      for (const { queue, key, group } of change.set) if (queue === 'timer') timers.set(key, group ?? '')
      return outcome
    },
  }
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const POLICIES = {
  calendars: {
    office: { timeZone: 'UTC', weekly: Object.fromEntries(DAYS.map((day) => [day, [['08:00', '18:00']]])) },
  },
  sla: {
    policies: [
      {
        name: 'all',
        calendar: 'office',
        metrics: {
          firstReply: { target: '1h' },
          nextReply: { target: '2h' },
          resolution: { target: '8h', warn: [0.5] },
        },
      },
    ],
  },
} satisfies Partial<HostPolicies>

async function openSite(open: () => Store): Promise<Site> {
  const timers = new Map<string, string>()
  const store = watched(open(), timers)
  const clock = manualClock(MONDAY)
  const desk = await createDesk({
    ...{ store, clock, random: seededRandom(5), report: () => undefined },
    policies: POLICIES,
  })
  const system = desk.as({ by: { kind: 'system', id: 'setup' } })
  const admin = await system.agent.create({ name: 'N', roles: ['admin'] })
  const people = [0, 1].map((n) =>
    system.customer.create({ identities: [{ kind: 'email', value: `c${n}@example.org` }] }),
  )
  const customers = (await Promise.all(people)).map(({ id }) => desk.as({ by: { kind: 'customer', id } }))
  const site: Site = {
    ...{ desk, store, clock, system, customers, timers },
    admin: desk.as({ by: { kind: 'agent', id: admin.id } }),
    ...{ tickets: [], agents: [] },
  }
  for (const n of [0, 1, 2, 3]) await run(site, { verb: 'open', on: n, with: n })
  return site
}

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T

async function all<T>({ store }: Site, kind: 'ticket' | 'message' | 'clocks' | 'agent' | 'link'): Promise<T[]> {
  const records = await store.find('main', kind, { where: null, order: [], limit: 1000, after: null })
  return records.map(({ doc }) => doc as unknown as T)
}

/** What a step answered: nothing, or the code of the refusal. Anything else that is thrown is a defect. */
async function run(site: Site, step: Step): Promise<string> {
  try {
    await act(site, step)
    return 'done'
  } catch (error) {
    if (isDeskError(error)) return error.code
    throw error
  }
}

async function act(site: Site, { verb, on, with: w }: Step): Promise<unknown> {
  const { admin, system, clock, customers } = site
  const ticketId = pick(site.tickets, on)
  const other = pick(site.tickets, w)
  const body = `${verb} ${on} ${w}`
  switch (verb) {
    case 'open': {
      const requester = { email: `c${on % 2}@example.org` }
      const ticket = await system.ticket.open({ requester, subject: 'S', body, tags: [`t${w}`, 'x'] })
      return site.tickets.push(ticket.id)
    }
    case 'merge':
      return admin.ticket.merge({
        ...{ ticketId, intoId: other, inheritOldest: (on + w) % 2 === 0 },
        customers: w % 3 === 0 ? 'join' : 'apart',
      })
    case 'unmerge': {
      const pointers = (await all<Ticket>(site, 'ticket')).filter(({ mergedInto }) => mergedInto !== null)
      return admin.ticket.unmerge({ ticketId: pointers.length === 0 ? ticketId : pick(pointers, on).id })
    }
    case 'move':
    case 'copy': {
      const { items } = await admin.ticket.messages({ ticketId })
      const messageIds = items.filter((_, n) => (n + w) % 2 === 0).map(({ id }) => id)
      const requester = w % 2 === 0 ? { requester: { email: 'c1@example.org' } } : {}
      const ticket = await admin.ticket.split({ ticketId, messageIds, mode: verb, subject: 'S', ...requester })
      return site.tickets.push(ticket.id)
    }
    case 'reply':
      return pick(customers, w).ticket.reply({ ticketId, body })
    case 'answer':
      return admin.ticket.reply({ ticketId, body, ...(w === 5 && { inId: other }) })
    case 'link':
    case 'unlink': {
      const type = pick(['blocks', 'causes', 'duplicates', 'relates', 'followUpOf'] as const, on + w)
      return admin.ticket[verb]({ ticketId, type, otherId: other })
    }
    case 'parent':
      return admin.ticket.setParent({ ticketId, parentId: on === w ? null : other })
    case 'note':
      return admin.ticket.note({ ticketId, body })
    case 'edit':
    case 'redact': {
      const { items } = await admin.ticket.messages({ ticketId })
      const messageId = items[w % Math.max(1, items.length)]?.id ?? 'msg_01J'
      if (verb === 'edit') return system.ticket.editMessage({ ticketId, messageId, body: `${body} anew` })
      return admin.ticket.redact({ ticketId, messageId, reason: 'R' })
    }
    case 'tag':
      return admin.ticket.tag({ ticketId, add: [`t${w}`], remove: [`t${on}`] })
    case 'follow':
      return admin.ticket.follow({ ticketId, add: [(await pick(customers, w).ticket.get({ ticketId })).requesterId] })
    case 'snooze':
      return admin.ticket.snooze({ ticketId, until: clock.now() + (w + 1) * MINUTE })
    case 'assign': {
      const agent = await system.agent.create({ name: 'M', roles: ['agent'] })
      site.agents.push(agent.id)
      return system.ticket.assign({ ticketId, assigneeId: agent.id })
    }
    case 'deactivate': {
      const agentId = site.agents.length === 0 ? 'agt_01J' : pick(site.agents, on)
      await system.agent.change({ agentId, accepting: false })
      return system.agent.deactivate({ agentId })
    }
    case 'tick':
      clock.advance(w * w * 20 * MINUTE)
      return site.desk.tick()
    default:
      return admin.ticket[verb]({ ticketId })
  }
}

/** Of every message ever said: that it is there, and in exactly one conversation. */
async function mustHold(site: Site, seen: Set<string>): Promise<void> {
  const tickets = new Map((await all<Ticket>(site, 'ticket')).map((ticket) => [ticket.id, ticket]))
  const messages = await all<Message>(site, 'message')
  const standing = new Set<string>(messages.map(({ id }) => id))
  expect([...seen].filter((id) => !standing.has(id))).toEqual([])
  for (const id of standing) seen.add(id)
  const said = await site.store.history('main', { names: ['message.posted', 'message.copied'], limit: 1000 })
  expect(standing.size).toBe(said.length)
  await eachInOneConversation(site, tickets, messages)
  for (const ticket of tickets.values()) mustLeadToOne(ticket, tickets)
  await pointersStandStill(site, tickets)
  await workHasItsOwner(site, tickets)
  await nothingHangsOnPointers(site, tickets)
  expect((await site.desk.verify()).findings).toEqual([])
  expect((await site.admin.sla.rebuild({})).differences).toEqual([])
}

async function eachInOneConversation(
  { system }: Site,
  tickets: ReadonlyMap<string, Ticket>,
  messages: readonly Message[],
): Promise<void> {
  const read: string[] = []
  for (const { id, mergedInto } of tickets.values()) {
    if (mergedInto !== null) continue
    const { items, next } = await system.ticket.messages({ ticketId: id, limit: 200 })
    expect(next).toBe(null)
    expect(items.map(({ postedAt }) => postedAt)).toEqual(items.map(({ postedAt }) => postedAt).sort())
    read.push(...items.map((message) => message.id))
  }
  expect(read.sort()).toEqual(messages.map(({ id }) => id).sort())
}

/** I12: exactly one live ticket stands behind every pointer, and knows of it; nothing leads in a circle. */
function mustLeadToOne(ticket: Ticket, tickets: ReadonlyMap<string, Ticket>): void {
  expect(new Set([ticket.id, ...ticket.absorbed]).size).toBe(1 + ticket.absorbed.length)
  if (ticket.mergedInto === null) {
    for (const id of ticket.absorbed) expect(tickets.get(id)?.mergedInto).toBe(ticket.id)
    return
  }
  const live = tickets.get(ticket.mergedInto)
  expect(live?.mergedInto).toBe(null)
  expect(live?.absorbed).toContain(ticket.id)
  const path = ticket.merge?.path ?? []
  expect(path.at(-1)).toBe(ticket.mergedInto)
  for (const id of path) expect(tickets.get(id)?.absorbed).toContain(ticket.id)
  expect([ticket.category, ticket.deletedAt, ticket.nextDueAt, ticket.slaBreached]).toEqual([
    'closed',
    null,
    null,
    false,
  ])
}

/** I14: what is merged has no running clock and no timer. */
async function pointersStandStill(site: Site, tickets: ReadonlyMap<string, Ticket>): Promise<void> {
  const isPointer = (id: string) => (tickets.get(id)?.mergedInto ?? null) !== null
  expect([...site.timers].filter(([, id]) => isPointer(id))).toEqual([])
  const clocks = await all<{ id: string; state: { clocks: Record<string, { end: string | null }> } }>(site, 'clocks')
  const live = clocks.filter(({ state }) => Object.values(state.clocks).some(({ end }) => end === null))
  expect(live.filter(({ id }) => isPointer(id)).map(({ id }) => id)).toEqual([])
}

/** I9: who has left owns no work, also none that came back out of a merge. */
async function workHasItsOwner(site: Site, tickets: ReadonlyMap<string, Ticket>): Promise<void> {
  const left = new Set((await all<Agent>(site, 'agent')).filter(({ active }) => !active).map(({ id }) => id))
  const work = [...tickets.values()].filter(({ category }) => category !== 'solved' && category !== 'closed')
  expect(work.filter(({ assigneeId }) => assigneeId !== null && left.has(assigneeId))).toEqual([])
}

/** What hung on a merged ticket hangs on the live one; what a ticket goes on from is its past, and stays. */
async function nothingHangsOnPointers(site: Site, tickets: ReadonlyMap<string, Ticket>): Promise<void> {
  const isPointer = (id: string | null) => (tickets.get(id ?? '')?.mergedInto ?? null) !== null
  expect([...tickets.values()].filter(({ parentId }) => isPointer(parentId)).map(({ id }) => id)).toEqual([])
  const links = await all<{ type: string; fromId: string; toId: string }>(site, 'link')
  const work = links.filter(({ type }) => type !== 'followUpOf')
  expect(work.filter(({ fromId, toId }) => isPointer(fromId) || isPointer(toId))).toEqual([])
}

/** All that merging and unmerging must leave as it was: everything but the bookkeeping of both. */
async function standing(site: Site) {
  const tickets = await all<Ticket>(site, 'ticket')
  // The course tells that a ticket was set aside meanwhile.
  const bare = tickets.map(
    ({ version: _, changedAt: __, statusSince: ___, merge, related: ____, course, ...rest }) => ({
      contacts: course.contacts,
      ...rest,
      path: rest.mergedInto === null ? null : merge?.path,
      absorbed: [...rest.absorbed].sort(),
      tags: [...rest.tags].sort(),
      followerIds: [...rest.followerIds].sort(),
    }),
  )
  const links = await all<{ id: string }>(site, 'link')
  return { bare, links: links.map(({ id }) => id).sort(), timers: [...site.timers.keys()].sort() }
}

async function playing(open: () => Store, play: (site: Site) => Promise<void>): Promise<void> {
  const site = await openSite(open)
  try {
    await play(site)
  } finally {
    await site.store.close()
  }
}

describe.each(STORES)('on $name', ({ name, open }) => {
  const numRuns = RUNS(name === 'memory' ? 30 : 8)

  it('messages stay and pointers lead to one live ticket, after any steps', async () => {
    const steps = fc.array(anyStep, { minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(steps, (program) =>
        playing(open, async (site) => {
          const seen = new Set<string>()
          for (const step of program) {
            await run(site, step)
            await mustHold(site, seen)
          }
        }),
      ),
      { numRuns },
    )
  })

  it('a merge that is undone at once leaves everything as it was', async () => {
    const steps = fc.array(anyStep, { minLength: 4, maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), fc.nat(), (program, a, b) =>
        playing(open, async (site) => {
          for (const step of program) await run(site, step)
          const before = await standing(site)
          const ticketId = pick(site.tickets, a)
          const customers = b % 2 === 0 ? 'join' : 'apart'
          const merged = site.admin.ticket.merge({ ticketId, intoId: pick(site.tickets, b), customers })
          if ((await codeOf(merged)) !== 'done') return
          const { merge } = await site.admin.ticket.unmerge({ ticketId })
          expect(merge?.left).toEqual([])
          expect(await standing(site)).toEqual(before)
        }),
      ),
      { numRuns: numRuns * 2 },
    )
  })

  it('merges that are undone leave all tickets as they were, in whatever order, and last first all links', async () => {
    const steps = fc.array(anyStep, { minLength: 4, maxLength: 20 })
    const merges = fc.array(anyStep, { minLength: 2, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(steps, merges, fc.constantFrom('last first', 'any'), (program, pairs, order) =>
        playing(open, async (site) => {
          for (const step of program) await run(site, step)
          const before = await standing(site)
          const merged: Ticket['id'][] = []
          for (const { on, with: w } of pairs) {
            const ticketId = pick(site.tickets, on)
            const work = site.admin.ticket.merge({ ticketId, intoId: pick(site.tickets, w) })
            if ((await codeOf(work)) === 'done') merged.push(ticketId)
          }
          if (order === 'last first') merged.reverse()
          else merged.sort((a, b) => (a.slice(-1) < b.slice(-1) ? -1 : 1))
          for (const ticketId of merged) await site.admin.ticket.unmerge({ ticketId })
          const { bare, links } = await standing(site)
          expect(bare).toEqual(before.bare)
          // A link whose two ends are pointers at once cannot return while the other end is one, and the report says so.
          if (order === 'last first') expect(links).toEqual(before.links)
        }),
      ),
      { numRuns: numRuns * 2 },
    )
  })

  it('they do after bursts of steps at the same time', async () => {
    const bursts = fc.array(fc.array(anyStep, { minLength: 2, maxLength: 8 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(bursts, fc.nat(), (all, seed) =>
        playing(
          () => jittery(open(), seed),
          async (site) => {
            const seen = new Set<string>()
            for (const steps of all) {
              const answers = await Promise.all(steps.map((step) => run(site, step)))
              expect(answers).not.toContain('command.busy')
              await mustHold(site, seen)
            }
          },
        ),
      ),
      { numRuns },
    )
  })
})
