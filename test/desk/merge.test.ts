/** Merges in the desk: clocks, timers, what hangs on a ticket, paging of a conversation, and two who merge at once. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDesk, type Store } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import type { SlaPolicyDefinition } from 'deskwright/sla'
import { sqliteStore } from 'deskwright/sqlite'
import { manualClock } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'
import { type MergeWorld, mergeWorld } from '../domain/tickets/merge-world.ts'
import { codeOf, dump, HOUR, MINUTE, MONDAY } from './world.ts'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const always = { timeZone: 'UTC', weekly: Object.fromEntries(DAYS.map((day) => [day, [['00:00', '24:00']]])) }
const promise: SlaPolicyDefinition = {
  name: 'all',
  calendar: 'always',
  metrics: { firstReply: { target: '4h' }, nextReply: { target: '2h' }, resolution: { target: '8h' } },
}
const policies = { calendars: { always }, sla: { policies: [promise] } }

/** Metric, status and due time of a ticket's clocks. */
async function clocksOf({ system }: MergeWorld, ticketId: `tkt_${string}`): Promise<string[]> {
  const { clocks } = await system.sla.get({ ticketId })
  return clocks.map(({ metric, cycle, state, dueAt }) =>
    [metric, cycle, state, dueAt === null ? '-' : new Date(dueAt).toISOString().slice(11, 16)].join(' '),
  )
}

async function isProven({ system, desk }: MergeWorld): Promise<void> {
  expect((await system.sla.rebuild({})).differences).toEqual([])
  expect((await desk.verify()).findings).toEqual([])
}

describe('the clocks of merged tickets', () => {
  it('end as merged, and nothing escalates a pointer (zammad#904)', async () => {
    const world = await mergeWorld({ policies })
    const { source, target, clock, desk, during, system } = world
    await world.merge(source, target)
    expect(await clocksOf(world, source.id)).toEqual(['firstReply 1 cancelled 13:30', 'resolution 1 cancelled 17:30'])
    const { items } = await system.event.find({ names: ['sla.cancelled'] })
    expect(items.map(({ record, data }) => [record.id, 'reason' in data && data.reason])).toEqual([
      [source.id, 'merged'],
      [source.id, 'merged'],
    ])
    clock.advance(20 * HOUR)
    const rung = await during(() => desk.tick())
    expect(rung.filter((name) => name === 'sla.breached')).toHaveLength(2)
    expect(await world.get(source)).toMatchObject({ slaBreached: false, nextDueAt: null })
    await isProven(world)
  })

  it('of the live one move by what is said in the pointer', async () => {
    const world = await mergeWorld({ policies })
    const { noor, source, target, clock } = world
    await world.merge(source, target)
    clock.advance(HOUR)
    await noor.desk.ticket.reply({ ticketId: source.id, body: 'TO ADA' })
    expect(await clocksOf(world, target.id)).toEqual(['firstReply 1 met 13:30', 'resolution 1 running 17:30'])
    await isProven(world)
  })

  it('go on in a new cycle when the merge is undone, without the time in which the ticket was a pointer', async () => {
    const world = await mergeWorld({ policies })
    const { source, target, clock } = world
    clock.advance(HOUR)
    await world.merge(source, target)
    clock.advance(2 * HOUR)
    await world.unmerge(source)
    expect(await clocksOf(world, source.id)).toEqual(['firstReply 2 running 15:30', 'resolution 2 running 19:30'])
    await isProven(world)
  })

  it('of a ticket that comes back begin with what its customer wrote meanwhile', async () => {
    const world = await mergeWorld({ policies })
    const { ada, noor, source, target, clock } = world
    await noor.desk.ticket.reply({ ticketId: source.id, body: 'TO ADA' })
    await world.merge(source, target)
    clock.advance(HOUR)
    await ada.desk.ticket.reply({ ticketId: source.id, body: 'ADA AGAIN' })
    clock.advance(30 * MINUTE)
    await world.unmerge(source)
    expect(await clocksOf(world, source.id)).toContain('nextReply 1 running 13:00')
    await isProven(world)
  })
})

describe('a wait that is inherited', () => {
  async function later(options: { inheritOldest?: boolean } = {}) {
    const world = await mergeWorld({ policies })
    world.clock.advance(HOUR)
    const target = await world.open('bo@example.org')
    const input = { ticketId: world.source.id, intoId: target.id, ...options }
    await world.noor.desk.ticket.merge(input)
    return { ...world, target }
  }

  it('lets the live one’s reply clock run from the oldest unanswered message of either', async () => {
    const world = await later({ inheritOldest: true })
    expect(await clocksOf(world, world.target.id)).toEqual(['firstReply 2 running 13:30', 'resolution 1 running 18:30'])
    await isProven(world)
  })

  it('is not inherited unless it is asked for, or the policy says so', async () => {
    const world = await later()
    expect(await clocksOf(world, world.target.id)).toContain('firstReply 1 running 14:30')
    const document = { merge: { inheritOldest: true } } as never
    const policed = await mergeWorld({ policies: { ...policies, relations: document } })
    policed.clock.advance(HOUR)
    const target = await policed.open('bo@example.org')
    await policed.merge(policed.source, target)
    expect(await clocksOf(policed, target.id)).toContain('firstReply 2 running 13:30')
  })

  it('never makes anybody wait longer', async () => {
    const world = await mergeWorld({ policies })
    world.clock.advance(HOUR)
    const young = await world.open('bo@example.org')
    await world.noor.desk.ticket.merge({ ticketId: young.id, intoId: world.target.id, inheritOldest: true })
    expect(await clocksOf(world, world.target.id)).toContain('firstReply 1 running 13:30')
  })

  it('begins where the live one’s customer waited for nothing', async () => {
    const world = await mergeWorld({ policies })
    const { noor, source, target, clock } = world
    await noor.desk.ticket.reply({ ticketId: target.id, body: 'TO BO' })
    clock.advance(HOUR)
    await noor.desk.ticket.merge({ ticketId: source.id, intoId: target.id, inheritOldest: true })
    expect(await clocksOf(world, target.id)).toContain('nextReply 1 running 11:30')
    await isProven(world)
    expect((await world.unmerge(source)).merge?.left).toEqual([{ what: 'wait', id: MONDAY, because: 'counted' }])
    await isProven(world)
  })

  it.each(['with clocks', 'without clocks'] as const)('is timed by reports, %s', async (how) => {
    const world = await mergeWorld(how === 'with clocks' ? { policies } : {})
    const { noor, system, source, target, clock } = world
    clock.advance(HOUR)
    const young = await world.open('bo@example.org')
    await noor.desk.ticket.merge({ ticketId: source.id, intoId: young.id, inheritOldest: true })
    // Nobody waits for a reply in what was solved.
    const live = await world.open('bo@example.org')
    await system.ticket.solve({ ticketId: target.id })
    await noor.desk.ticket.merge({ ticketId: target.id, intoId: live.id, inheritOldest: true })
    clock.advance(HOUR)
    const firstReply = async (ticketId: typeof live.id) => {
      await noor.desk.ticket.reply({ ticketId, body: 'TO BO' })
      const day = { from: MONDAY, until: '2026-03-03T00:00:00.000Z', per: 'whole' } as const
      const { figures } = await system.report.get({ ...day, metrics: ['firstReply'] })
      return figures.map((figure) => figure.kind === 'time' && (figure.mean ?? 0) * figure.n * 1000)
    }
    expect(await firstReply(young.id)).toEqual([2 * HOUR])
    expect(await firstReply(live.id)).toEqual([2 * HOUR + HOUR])
    expect((await world.desk.verify()).findings).toEqual([])
  })

  it('leaves a due instant alone that a person set', async () => {
    const world = await mergeWorld({ policies })
    const { noor, system, source, clock } = world
    clock.advance(HOUR)
    const target = await world.open('bo@example.org')
    const dueAt = '2026-03-02T20:00:00.000Z'
    await system.sla.setDue({ ticketId: target.id, metric: 'firstReply', dueAt, reason: 'R' })
    await noor.desk.ticket.merge({ ticketId: source.id, intoId: target.id, inheritOldest: true })
    expect(await clocksOf(world, target.id)).toContain('firstReply 1 running 20:00')
    await isProven(world)
  })
})

describe('what hangs on a merged ticket', () => {
  async function tied() {
    const world = await mergeWorld({ policies })
    const { system, source, target } = world
    const [parent, child, other, both] = [
      await world.open('ada@example.org'),
      await world.open('ada@example.org'),
      await world.open('ada@example.org'),
      await world.open('ada@example.org'),
    ] as const
    await system.ticket.setParent({ ticketId: source.id, parentId: parent.id })
    await system.ticket.setParent({ ticketId: child.id, parentId: source.id })
    await system.ticket.link({ ticketId: source.id, type: 'blocks', otherId: other.id })
    await system.ticket.link({ ticketId: source.id, type: 'relates', otherId: both.id })
    await system.ticket.link({ ticketId: target.id, type: 'relates', otherId: both.id })
    await system.ticket.link({ ticketId: source.id, type: 'duplicates', otherId: target.id })
    return { ...world, parent, child, other, both }
  }
  const linksOf = async ({ store }: MergeWorld) =>
    (await store.find('main', 'link', { where: null, order: [], limit: 100, after: null })).map(({ id }) => id).sort()

  it('hangs on the live one, but for what that has already, and for what would lead to itself', async () => {
    const world = await tied()
    const { source, target, child, other, both } = world
    await world.merge(source, target)
    expect(await world.get(child)).toMatchObject({ parentId: target.id })
    // Its place under its own parent is kept for it, and given to nobody.
    expect(await world.get(target)).toMatchObject({ parentId: null })
    const relates = [target.id, both.id].sort().join(':')
    expect(await linksOf(world)).toEqual([`blocks:${target.id}:${other.id}`, `relates:${relates}`].sort())
    const { merge } = await world.get(source)
    expect(merge?.ties).toEqual({
      children: [child.id],
      links: expect.arrayContaining([
        { type: 'blocks', otherId: other.id, refused: null },
        { type: 'relates', otherId: both.id, refused: 'ticket.already-linked' },
        { type: 'duplicates', otherId: target.id, refused: 'ticket.self-relation' },
      ]),
    })
    await isProven(world)
  })

  it('comes back when the merge is undone', async () => {
    const world = await tied()
    const { source, target, parent, child } = world
    const before = await linksOf(world)
    await world.merge(source, target)
    expect((await world.unmerge(source)).merge?.left).toEqual([])
    expect(await linksOf(world)).toEqual(before)
    expect(await world.get(child)).toMatchObject({ parentId: source.id })
    expect(await world.get(source)).toMatchObject({ parentId: parent.id })
    await isProven(world)
  })

  it('comes back by way of every ticket that it came to', async () => {
    const world = await tied()
    const { source, target, child } = world
    const before = await linksOf(world)
    const third = await world.open()
    await world.merge(source, target)
    await world.merge(target, third)
    const lost = { what: 'link', id: `duplicates/${target.id}`, because: 'merged' }
    expect((await world.unmerge(source)).merge?.left).toEqual([lost])
    expect((await world.unmerge(target)).merge?.left).toEqual([])
    expect(await linksOf(world)).toEqual(before.filter((id) => !id.startsWith('duplicates')))
    expect(await world.get(child)).toMatchObject({ parentId: source.id })
    await isProven(world)
  })

  it('stays where it was put since, and the report says so', async () => {
    const world = await tied()
    const { system, source, target, child, other } = world
    await world.merge(source, target)
    await system.ticket.setParent({ ticketId: child.id, parentId: null })
    await system.ticket.unlink({ ticketId: target.id, type: 'blocks', otherId: other.id })
    const { merge } = await world.unmerge(source)
    expect(merge?.left).toEqual([
      { what: 'child', id: child.id, because: 'removed' },
      { what: 'link', id: `blocks/${other.id}`, because: 'removed' },
    ])
    await isProven(world)
  })

  it('would close a circle of blocks: that link is dropped and named', async () => {
    const world = await mergeWorld({ policies })
    const { system, source, target } = world
    const middle = await world.open()
    await system.ticket.link({ ticketId: source.id, type: 'blocks', otherId: middle.id })
    await system.ticket.link({ ticketId: middle.id, type: 'blocks', otherId: target.id })
    await world.merge(source, target)
    expect((await world.get(source)).merge?.ties.links).toEqual([
      { type: 'blocks', otherId: middle.id, refused: 'ticket.cycle' },
    ])
    await world.unmerge(source)
    expect(await linksOf(world)).toHaveLength(2)
    await isProven(world)
  })

  it('is taken over once, also when the merge is asked for again under its command id', async () => {
    const world = await tied()
    const { noor, source, target, during } = world
    const again = () => noor.desk.ticket.merge({ ticketId: source.id, intoId: target.id }, { commandId: 'm1' })
    const first = await again()
    expect(await during(async () => expect(await again()).toEqual(first))).toEqual([])
    await isProven(world)
  })

  it('lets nobody close the live ticket while what it took over is open', async () => {
    const world = await tied()
    const { noor, source, target } = world
    await world.merge(source, target)
    expect(await codeOf(noor.desk.ticket.solve({ ticketId: target.id }))).toBe('ticket.guarded')
  })

  it('refuses a merge that would take over more than 500 children and links', async () => {
    const world = await mergeWorld({ policies: { ...policies, relations: { openChildren: 1000 } as never } })
    const { source, target, system } = world
    for (let n = 0; n < 501; n++) await world.open('ada@example.org', { parentId: source.id })
    expect(await codeOf(world.merge(source, target))).toBe('ticket.too-many')
    const [child] = (await system.ticket.find({ where: { field: 'parentId', is: source.id } })).items
    await system.ticket.setParent({ ticketId: child?.id ?? 'tkt_', parentId: null })
    expect(await codeOf(world.merge(source, target))).toBe('done')
    expect(await system.ticket.count({ where: { field: 'parentId', is: target.id } })).toEqual([
      { group: [], count: 500 },
    ])
  })

  it('does not hold open a ticket that comes back solved', async () => {
    const world = await mergeWorld({ policies })
    const { system, source, target } = world
    const blocker = await world.open()
    await system.ticket.solve({ ticketId: source.id })
    await system.ticket.link({ ticketId: blocker.id, type: 'blocks', otherId: source.id })
    await world.merge(source, target)
    expect(await world.unmerge(source)).toMatchObject({ category: 'solved' })
    await isProven(world)
  })

  it.each(['parent', 'grandparent', 'child', 'grandchild'] as const)('refuses a merge with the %s', async (kin) => {
    const world = await mergeWorld({ policies })
    const { system, source, target, store } = world
    const middle = await world.open()
    const [upper, lower] = kin.endsWith('parent') ? [target, source] : [source, target]
    const chain = kin.startsWith('grand') ? [upper, middle, lower] : [upper, lower]
    for (const [n, ticket] of chain.slice(1).entries())
      await system.ticket.setParent({ ticketId: ticket.id, parentId: chain[n]?.id ?? null })
    const before = await dump(store, 'main')
    expect(await codeOf(world.merge(source, target))).toBe('ticket.merge-kin')
    expect(await dump(store, 'main')).toBe(before)
    await system.ticket.setParent({ ticketId: lower.id, parentId: null })
    expect(await codeOf(world.merge(source, target))).toBe('done')
  })
})

describe('a conversation', () => {
  it('is read page by page over all its tickets, each message once', async () => {
    const world = await mergeWorld({ policies })
    const { noor, source, target } = world
    for (const n of [1, 2, 3]) {
      await noor.desk.ticket.reply({ ticketId: n % 2 ? source.id : target.id, body: `${n}` })
      world.clock.advance(1000)
    }
    await world.merge(source, target)
    const all = (await world.said(target)).map(({ id }) => id)
    const read: string[] = []
    let after: string | undefined
    do {
      const page = await noor.desk.ticket.messages({ ticketId: target.id, limit: 2, ...(after && { after }) })
      read.push(...page.items.map(({ id }) => id))
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(read).toEqual(all)
    expect(all).toHaveLength(5)
  })

  it('is in the timeline, in the order of the commits, page by page', async () => {
    const world = await mergeWorld({ policies })
    const { noor, source, target } = world
    await world.merge(source, target)
    await noor.desk.ticket.reply({ ticketId: source.id, body: 'TO ADA' })
    const names: string[] = []
    let after: number | null = 0
    while (after !== null) {
      const page: { entries: readonly { event: { name: string }; message: object | null }[]; next: number | null } =
        await noor.desk.ticket.timeline({ ticketId: target.id, limit: 2, after })
      names.push(
        ...page.entries.map(({ event, message }) => event.name + (message === null ? '' : ' with its message')),
      )
      after = page.next
    }
    expect(names.filter((name) => !name.startsWith('sla.'))).toEqual([
      'message.posted with its message',
      'ticket.opened',
      'message.posted with its message',
      'ticket.absorbed',
      'message.posted with its message',
      'ticket.started',
    ])
  })
})

const places = [
  { name: 'memory', open: () => [memoryStore(), null] as const },
  {
    name: 'two handles on one SQLite file',
    open: () => {
      const folder = mkdtempSync(join(tmpdir(), 'deskwright-merge-'))
      return [sqliteStore(join(folder, 'desk.db')), () => sqliteStore(join(folder, 'desk.db')), folder] as const
    },
  },
] as const

describe.each(places)('two who merge at once, on $name', ({ open }) => {
  async function both(work: (one: MergeWorld, two: MergeWorld['system']) => Promise<void>): Promise<void> {
    const [store, other, folder] = open()
    const world = await mergeWorld({ store, policies })
    const second: Store = other?.() ?? store
    const desk = await createDesk({ store: second, policies, clock: manualClock(MONDAY), report: () => undefined })
    try {
      await work(world, desk.as({ by: { kind: 'system', id: 'two' } }))
    } finally {
      await store.close()
      if (second !== store) await second.close()
      if (folder) rmSync(folder, { recursive: true, force: true })
    }
  }

  it('each into the other: one comes first, and the other is refused', () =>
    both(async (world, two) => {
      const { source, target, system } = world
      const answers = await Promise.all([
        codeOf(system.ticket.merge({ ticketId: source.id, intoId: target.id })),
        codeOf(two.ticket.merge({ ticketId: target.id, intoId: source.id })),
      ])
      expect(answers.filter((answer) => answer === 'done')).toHaveLength(1)
      const live = [await world.get(source), await world.get(target)].filter(({ mergedInto }) => mergedInto === null)
      expect(live).toHaveLength(1)
      await isProven(world)
    }))

  it('a chain from both ends: one live ticket stands behind all', () =>
    both(async (world, two) => {
      const third = await world.open()
      await Promise.all([
        world.system.ticket.merge({ ticketId: world.source.id, intoId: world.target.id }),
        two.ticket.merge({ ticketId: world.target.id, intoId: third.id }),
      ])
      for (const one of [world.source, world.target])
        expect(await world.get(one)).toMatchObject({ mergedInto: third.id })
      expect([...(await world.get(third)).absorbed].sort()).toEqual([world.source.id, world.target.id].sort())
      await isProven(world)
    }))

  it('and one who replies meanwhile is heard', () =>
    both(async (world, two) => {
      const { source, target } = world
      await Promise.all([
        world.system.ticket.merge({ ticketId: source.id, intoId: target.id }),
        ...[1, 2, 3].map((n) => two.ticket.reply({ ticketId: source.id, body: `${n}` })),
      ])
      expect(await world.said(target)).toHaveLength(5)
      await isProven(world)
    }))
})
