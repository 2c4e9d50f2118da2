/** Advisories about what stands between a caller's text and a database, as checks that run on every engine; each engine's test runs them. */
import type { Condition, Order, Store } from 'deskwright'
import { changeOf, commandOf, minute, openingOf, taskOf, ticketId, ticketKey, ticketWrite } from 'deskwright/testing'
import fc from 'fast-check'
import { expect } from 'vitest'

/** One statement as it went to the driver. */
export interface Logged {
  readonly sql: string
  readonly params: readonly unknown[]
}

/** A migrated, empty store, and all that it says to its database. */
export interface LoggedStore {
  readonly store: Store
  readonly log: Logged[]
}

const CANARY = 'kanari'

// What ends a text, a name, a statement or a pattern somewhere.
const hostile = fc
  .array(fc.constantFrom("'", '"', '`', '\\', ';', '--', '/*', '*/', '%', '_', '$1', '?', ')', ' or 1=1', '\n', 'é'), {
    minLength: 1,
    maxLength: 5,
  })
  .map((pieces) => `${CANARY}${pieces.join('')}`)

const textual = fc.constantFrom('status', 'requesterId', 'fields.orderId', 'subject', 'id')
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .tuple(textual, fc.constantFrom('is', 'lt', 'gte', 'startsWith', 'contains'), hostile)
    .map(([field, operator, value]) => ({ field, [operator]: value }) as unknown as Condition),
  fc.tuple(textual, fc.array(hostile, { maxLength: 3 })).map(([field, values]) => ({ field, in: values })),
  hostile.map((has) => ({ field: 'tags', has })),
)
const condition: fc.Arbitrary<Condition> = fc.oneof(
  leaf,
  fc.array(leaf, { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
  fc.array(leaf, { minLength: 1, maxLength: 3 }).map((any) => ({ any: [...any, { not: any[0] as Condition }] })),
)

/** CVE-2025-21628 and CVE-2026-44706 (Chatwoot): SQL through a filter's operator, and through the value of a custom attribute. */
export async function filtersStayData({ store, log }: LoggedStore): Promise<void> {
  const request = { order: [], limit: 10, after: null }
  await fc.assert(
    fc.asyncProperty(condition, hostile, async (where, text) => {
      await store.find('acme', 'ticket', { ...request, where })
      await store.count('acme', 'ticket', where, ['status', 'fields.orderId'])
      const after = { values: [text], id: text }
      await store.find('acme', 'ticket', { where, order: [{ field: 'status', direction: 'asc' }], limit: 5, after })
    }),
    { numRuns: 60 },
  )
  for (const field of [`fields.a"b`, `fields.a'b`, 'fields.a.b', "status' or '1'='1", 'doc', 'tenant', '__proto__'])
    await expect(store.find('acme', 'ticket', { ...request, where: { field, is: CANARY } }), field).rejects.toThrow(
      expect.objectContaining({ code: 'condition.unknown-field' }),
    )
  expect(log.length).toBeGreaterThan(100)
  expect(log.filter(({ sql }) => sql.includes(CANARY))).toEqual([])
}

/** CVE-2022-4427 (OTRS), CVE-2023-36808 (GLPI), CVE-2020-1772 (OTRS): SQL in a search, an order by any text, a wildcard in a token. */
export async function searchesHaveNoWildcards({ store, log }: LoggedStore): Promise<void> {
  const subjects = ['100% sure', '100 sure', 'a_b', 'aXb', 'back\\slash', '*', '?', '[a]']
  const writes = subjects.map((subject, n) => ticketWrite(n + 1, 0, { subject }))
  await store.commit(changeOf({ writes, command: commandOf(`${CANARY}%`) }))
  const all = { order: [], limit: 50, after: null }
  for (const part of ['%', '_', '\\', '*', '?', '[a]', '0%', 'a_b'])
    for (const operator of ['contains', 'startsWith', 'is'] as const) {
      const where = { field: 'subject', [operator]: part } as unknown as Condition
      const expected = subjects.filter((subject) => MEANS[operator](subject, part))
      const found = (await store.find('acme', 'ticket', { ...all, where })).map(({ doc }) => doc.subject)
      expect(new Set(found), `${operator} ${part}`).toEqual(new Set(expected))
    }
  for (const id of [CANARY, `${CANARY}_`, '%', `${CANARY}%%`]) expect(await store.command('acme', id)).toBeNull()
  for (const field of [`status; drop table ${CANARY}`, 'subject', '1', 'doc', 'random()']) {
    const order = [{ field, direction: 'asc' } as Order]
    await expect(store.find('acme', 'ticket', { ...all, where: null, order }), field).rejects.toThrow(
      expect.objectContaining({ code: 'condition.unknown-field' }),
    )
  }
  expect(log.filter(({ sql }) => sql.includes(CANARY))).toEqual([])
}

const MEANS = {
  contains: (text: string, part: string) => text.includes(part),
  startsWith: (text: string, part: string) => text.startsWith(part),
  is: (text: string, part: string) => text === part,
} as const

const ALIKE = ['', ' ', 'a', 'a ', ' a', 'A', 'á', 'a\u0301', 'ａ', 'a\u200b', 'ß', 'ss', 'i', 'ı', 'İ']

/** CVE-2026-53595 (FreeScout): a token that was empty, or had a space behind it, was equal to somebody else's. */
export async function lookAlikesDiffer({ store }: LoggedStore): Promise<void> {
  for (const [n, text] of ALIKE.entries())
    await store.commit(
      changeOf({
        tenant: `t${text}`,
        writes: [
          {
            ...ticketWrite(n + 1),
            id: text,
            doc: { id: text, requesterId: text, fields: { orderId: text }, tags: [text] },
          },
        ],
        set: [taskOf(text)],
        command: commandOf(text, { fingerprint: `${n}` }),
      }),
    )
  for (const [n, text] of ALIKE.entries()) {
    const tenant = `t${text}`
    expect((await store.command(tenant, text))?.fingerprint, text).toBe(`${n}`)
    for (const other of ALIKE.filter((one) => one !== text)) {
      expect(await store.command(tenant, other), `${text} as ${other}`).toBeNull()
      expect(await store.get(tenant, [{ kind: 'ticket', id: other }]), `${text} as ${other}`).toEqual([null])
    }
    for (const field of ['id', 'requesterId', 'fields.orderId']) {
      const request = { where: { field, in: ALIKE.filter((one) => one !== text) }, order: [], limit: 9, after: null }
      expect(await store.find(tenant, 'ticket', request), `${field} ${text}`).toEqual([])
    }
  }
  const claims = await store.claim('timer', { now: minute(99), limit: 100, leaseMs: 1000 })
  expect(claims.map(({ tenant, key }) => [tenant, key]).sort()).toEqual(ALIKE.map((text) => [`t${text}`, text]).sort())
}

// Over all tenants by their nature: a worker takes whatever is due, of whichever tenant.
const OF_ALL_TENANTS = 'task'

// These hold nothing of a tenant.
const NO_TABLES: readonly (string | undefined)[] = ['meta', 'journal_position', 'task_fence']

/** The tables of tenants that a statement is about. */
function tablesIn(sql: string): (string | undefined)[] {
  return [...sql.matchAll(/desk_(\w+)/g)].map(([, table]) => table).filter((table) => !NO_TABLES.includes(table))
}

/** Every call of the port with a tenant binds it in every statement on a tenant's table. */
export async function tenantIsBound({ store, log }: LoggedStore): Promise<void> {
  log.length = 0
  const tenant = 'acme'
  await store.commit(openingOf([1], { set: [taskOf('wake'), taskOf('sleep')], command: commandOf('cmd') }))
  await store.commit(openingOf([1], { command: commandOf('cmd') }))
  const later = changeOf({
    writes: [ticketWrite(1, 1)],
    checks: [{ ...ticketKey(9), version: 0 }],
    clear: [{ queue: 'timer', key: 'sleep' }],
  })
  await store.commit(later)
  await store.commit(later).catch(() => undefined)
  await store.get(tenant, [ticketKey(1), { kind: 'customer', id: 'cus_1' }])
  // At the same moment, where a store may do what several callers ask for in one statement.
  await Promise.all([2, 3, 4].map((n) => store.commit(openingOf([n], { command: commandOf(`cmd-${n}`) }))))
  await Promise.all([2, 3, 4].map((n) => store.get(tenant, [ticketKey(n)])))
  await store.get(
    tenant,
    Array.from({ length: 20 }, (_, n) => ticketKey(n)),
  )
  await store.find(tenant, 'ticket', { where: null, order: [], limit: 9, after: { values: [], id: 'x' } })
  await store.count(tenant, 'ticket', { not: { field: 'tags', has: 'x' } }, ['status'])
  await store.descendants(tenant, ticketId(1), { depth: 3, limit: 9 })
  await store.history(tenant, { limit: 9 })
  await store.history(tenant, { names: ['ticket.opened', 'x'], limit: 9 })
  await store.history(tenant, { of: ticketKey(1), limit: 9 })
  await store.reserve(tenant, 'ticket', 3)
  await store.command(tenant, 'cmd')
  await store.dead(tenant, 'timer', 9)
  for (const settlement of [
    { release: true },
    { retryAt: minute(0), reason: 'x' },
    { dead: true, reason: 'x' },
  ] as const) {
    const [claim] = await store.claim('timer', { now: minute(99), limit: 1, leaseMs: 1000 })
    if (claim) await store.settle(claim, settlement)
  }
  const onTables = log.filter(({ sql }) => tablesIn(sql).length > 0)
  expect(onTables.length).toBeGreaterThan(20)
  const unbound = onTables.filter(
    ({ sql, params }) => !params.includes(tenant) && tablesIn(sql).some((table) => table !== OF_ALL_TENANTS),
  )
  expect(unbound.map(({ sql }) => sql)).toEqual([])
}
