/** Conditions and hostile texts on a real PostgreSQL: it answers as memory does, and no byte of a caller becomes SQL. */
import { postgresStore } from 'deskwright/postgres'
import fc from 'fast-check'
import { Client, Pool, type PoolClient } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toColumnText, toJsonText } from '../../src/adapters/kysely/column-text.ts'
import { conditionSql, layoutOf, type Slot, shapeOf } from '../../src/adapters/kysely/condition-sql.ts'
import { postgresDialect } from '../../src/adapters/kysely/dialects-postgres.ts'
import type { Condition } from '../../src/domain/condition.ts'
import { meets } from '../../src/domain/condition-read.ts'
import {
  filtersStayData,
  type Logged,
  lookAlikesDiffer,
  searchesHaveNoWildcards,
  tenantIsBound,
} from '../advisories/store-advisories.ts'
import { anyCondition, anyLeaf, anyRecord, ownFields } from '../domain/condition-arbitraries.ts'
import { startPostgres } from '../servers/postgres.ts'

const server = await startPostgres()
afterAll(() => server?.stop())

type Doc = Record<string, unknown>

const LAYOUTS = { 'in columns': ['name', 'size', 'done', 'openedAt'], 'in documents': [] } as const

function typed(doc: Doc, field: string): unknown {
  const type = ownFields[field as keyof typeof ownFields]
  const value = doc[field]
  return typeof value === (type === 'number' || type === 'boolean' ? type : 'string') ? value : null
}

describe.skipIf(server === null)('a condition on PostgreSQL', () => {
  let raw: Client
  beforeAll(async () => {
    raw = new Client({ connectionString: await server?.database() })
    await raw.connect()
    await raw.query(`create table law (n int, doc text collate "C", name text collate "C", size double precision,
      done boolean, opened_at text collate "C")`)
  })
  afterAll(() => raw?.end())

  async function store(docs: readonly Doc[]): Promise<void> {
    const rows = docs.map((doc, n) => {
      const [name, size, done, opened_at] = ['name', 'size', 'done', 'openedAt'].map((field) => typed(doc, field))
      const written = (value: unknown) => (typeof value === 'string' ? toColumnText(value) : value)
      return { n, doc: toJsonText(doc), name: written(name), size, done, opened_at }
    })
    await raw.query('delete from law')
    await raw.query('insert into law select * from json_populate_recordset(null::law, $1)', [JSON.stringify(rows)])
  }

  async function found(condition: Condition, columns: readonly string[]): Promise<number[]> {
    const operands: unknown[] = []
    const shape = shapeOf(condition, operands)
    const layout = layoutOf({ fields: ownFields, columns, custom: true })
    const where = conditionSql(shape, layout, postgresDialect).compile(postgresDialect.kysely)
    const params = (where.parameters as Slot[])
      .map(({ fill }) => fill(operands))
      .map((value) => (typeof value === 'string' ? toColumnText(value) : value))
    const { rows } = await raw.query(`select n from law where ${where.sql} order by n`, params)
    return rows.map(({ n }) => n)
  }

  for (const [where, columns] of Object.entries(LAYOUTS))
    it(`holds for just the records that meet it in memory, with fields ${where}`, async () => {
      const records = fc.array(anyRecord, { minLength: 1, maxLength: 6 })
      const law = fc.asyncProperty(records, fc.oneof(anyLeaf, anyCondition), async (drawn, condition) => {
        const fits = (doc: Doc, field: string) => !columns.some((one) => one === field) || typed(doc, field) !== null
        const docs = drawn.map((doc) => Object.fromEntries(Object.entries(doc).filter(([field]) => fits(doc, field))))
        await store(docs)
        const expected = docs.flatMap((doc, n) => (meets(condition, doc) ? [n] : []))
        expect(await found(condition, columns)).toEqual(expected)
      })
      await fc.assert(law, { numRuns: Number(process.env.LAW_RUNS ?? 500) })
    })
})

describe.skipIf(server === null)('a store on PostgreSQL', () => {
  let pool: Pool
  let log: Logged[]

  beforeEach(async () => {
    log = []
    pool = new Pool({ connectionString: await server?.database(), max: 4 })
    // The server may be stopped before the connections have ended.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => void watchQueries(client, log))
  })
  afterEach(() => pool.end())

  const logged = async () => {
    const store = postgresStore(pool)
    await store.migrate()
    return { store, log }
  }

  it('binds every byte of a filter (CVE-2025-21628)', async () => filtersStayData(await logged()))
  it('takes wildcards as letters (CVE-2022-4427)', async () => searchesHaveNoWildcards(await logged()))
  it('tells texts apart that look alike (CVE-2026-53595)', async () => lookAlikesDiffer(await logged()))
  it('binds the tenant in each statement on its records', async () => tenantIsBound(await logged()))
})

function watchQueries(client: PoolClient, log: Logged[]): void {
  client.on('error', () => undefined)
  const query = client.query.bind(client) as (config: unknown) => unknown
  const watched = (config: string | { text: string; values: unknown[] }) => {
    log.push(typeof config === 'string' ? { sql: config, params: [] } : { sql: config.text, params: config.values })
    return query(config)
  }
  Object.assign(client, { query: watched })
}
