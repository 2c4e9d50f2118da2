/** Reads of many: conditions, orders, pages and counts. */
import { describe, expect, it } from 'vitest'
import { codeOf, MINUTE, openWorld, type World } from './world.ts'

async function many(count: number): Promise<World> {
  const world = await openWorld()
  for (let n = 0; n < count; n++) {
    // Pairs share an instant, so that pages must break ties.
    if (n % 2 === 0) world.clock.advance(MINUTE)
    await world.open(`a${n % 3}@example.org`, { priority: `P${(n % 5) + 1}`, type: n % 4 === 0 ? 'incident' : 'task' })
  }
  return world
}

async function allPages(world: World, input: Parameters<World['system']['ticket']['find']>[0]) {
  const found: number[] = []
  for (let after: string | undefined; ; ) {
    const page = await world.system.ticket.find({ ...input, ...(after !== undefined && { after }) })
    found.push(...page.items.map((ticket) => ticket.number))
    if (page.next === null) return found
    expect(page.items.length).toBe(input.limit)
    after = page.next
  }
}

describe('finding', () => {
  it('gives the latest first unless told otherwise, page by page, none twice and none left out', async () => {
    const world = await many(23)
    for (const limit of [1, 2, 5, 22, 23, 24]) {
      const found = await allPages(world, { limit })
      expect([...found].sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, n) => n + 1))
      expect(found[0]).toBe(23)
      const sorted = await allPages(world, {
        limit,
        order: [{ field: 'priority' }, { field: 'number', direction: 'desc' }],
      })
      const expected = Array.from({ length: 23 }, (_, n) => ({ number: n + 1, priority: n % 5 }))
        .sort((a, b) => a.priority - b.priority || b.number - a.number)
        .map(({ number }) => number)
      expect(sorted).toEqual(expected)
    }
  })

  it('goes on behind a page whatever comes meanwhile', async () => {
    const world = await many(6)
    const order = [{ field: 'number', direction: 'asc' }] as const
    const first = await world.system.ticket.find({ order, limit: 3 })
    await world.open()
    const second = await world.system.ticket.find({ order, limit: 3, after: first.next ?? '' })
    expect(second.items.map((ticket) => ticket.number)).toEqual([4, 5, 6])
    expect(second.next).not.toBeNull()
  })

  it('orders absent values first, and pages over them', async () => {
    const world = await many(6)
    for (const number of [2, 5]) {
      const [ticket] = (await world.system.ticket.find({ where: { field: 'number', is: number } })).items
      if (ticket) await world.system.ticket.solve({ ticketId: ticket.id })
      world.clock.advance(MINUTE)
    }
    const order = [{ field: 'solvedAt' }, { field: 'number' }] as const
    expect(await allPages(world, { order, limit: 2 })).toEqual([1, 3, 4, 6, 2, 5])
  })

  it('takes no cursor but its own', async () => {
    const { system } = await many(4)
    const { next } = await system.ticket.find({ limit: 2 })
    const cursor = next ?? ''
    const order = [{ field: 'number' }] as const
    const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('hex')
    const tampered = [
      '',
      'zz',
      `${cursor}0`,
      cursor.slice(2),
      cursor.toUpperCase().replace('5B', '5b5'),
      written(null),
      written([]),
      written(['-openedAt', ['x'], 7]),
      written(['-openedAt', [{ a: 1 }], 'tkt_1']),
      written(['-openedAt', [], 'tkt_1']),
      written(['-openedAt', ['x', 'y'], 'tkt_1']),
      written(['+openedAt', ['x'], 'tkt_1']),
    ]
    for (const after of tampered)
      expect([after, await codeOf(system.ticket.find({ after }))]).toEqual([after, 'query.bad-cursor'])
    expect(await codeOf(system.ticket.find({ order, after: cursor }))).toBe('query.bad-cursor')
    expect(await codeOf(system.ticket.find({ after: 'a'.repeat(4001) }))).toBe('input.invalid')
  })

  it('shows with a stranger’s cursor no more than one’s own', async () => {
    const world = await many(6)
    const { next } = await world.system.ticket.find({ limit: 2 })
    const requester = await world.system.customer.get({ email: 'a0@example.org' })
    const theirs = world.as({ kind: 'customer', id: requester.id })
    const { items } = await theirs.ticket.find({ after: next ?? '' })
    expect(items.every((ticket) => ticket.requesterId === requester.id)).toBe(true)
    const other = world.as({ kind: 'system', id: 's' }, 'other')
    expect((await other.ticket.find({ after: next ?? '' })).items).toEqual([])
  })

  it('refuses fields that cannot be ordered by', async () => {
    const { system } = await openWorld()
    for (const field of ['subject', 'tags', 'fields.x', 'constructor', '__proto__', 'tenant', ''])
      expect(await codeOf(system.ticket.find({ order: [{ field: field as 'id' }] }))).toBe('query.unsortable')
  })

  it('works on people as on tickets', async () => {
    const { system } = await many(6)
    expect((await system.customer.find({ order: [{ field: 'createdAt' }], limit: 2 })).items).toHaveLength(2)
    expect((await system.customer.find({ where: { field: 'name', is: null } })).items).toHaveLength(3)
    expect(await codeOf(system.customer.find({ where: { field: 'identities' as 'name', is: null } }))).toBe(
      'condition.unknown-field',
    )
  })
})

describe('counting', () => {
  it('counts by groups what finding finds', async () => {
    const world = await many(23)
    const { system } = world
    const byOf = async (by: readonly ('priority' | 'type')[]) =>
      (await system.ticket.count({ by })).map(({ group, count }) => `${group.join(' ')}: ${count}`).sort()
    expect(await byOf([])).toEqual([': 23'])
    expect(await byOf(['priority'])).toEqual(['P1: 5', 'P2: 5', 'P3: 5', 'P4: 4', 'P5: 4'])
    expect(await byOf(['type'])).toEqual(['incident: 6', 'task: 17'])
    for (const { group, count } of await system.ticket.count({ by: ['priority', 'type'] })) {
      const where = {
        all: [
          { field: 'priority', is: group[0] },
          { field: 'type', is: group[1] },
        ],
      }
      expect((await system.ticket.find({ where: where as never, limit: 200 })).items).toHaveLength(count)
    }
    expect(await system.ticket.count({ where: { field: 'number', gt: 1000 } })).toEqual([{ group: [], count: 0 }])
  })

  it('refuses groups that are no columns', async () => {
    const { system } = await openWorld()
    for (const field of ['id', 'subject', 'fields.x', 'constructor'])
      expect(await codeOf(system.ticket.count({ by: [field as 'type'] }))).toBe('query.unsortable')
  })
})
