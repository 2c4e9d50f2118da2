/** Asks PostgreSQL how it would run each statement of the store among many rows: from a place in an index, never over a table. */
import type { Condition, FindRequest, RecordKind } from 'deskwright'
import { postgresStore } from 'deskwright/postgres'
import { changeOf, commandOf, openingOf, taskOf, ticketEntry, ticketWrite } from 'deskwright/testing'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresDialect } from '../../src/adapters/kysely/dialects-postgres.ts'
import { findStatements } from '../../src/adapters/kysely/find-sql.ts'
import { postgresStatements } from '../../src/adapters/kysely/postgres-store.ts'
import { columnOf, RECORD_KINDS, tableNames, tableOf } from '../../src/adapters/kysely/schema.ts'
import { fixedStatements } from '../../src/adapters/kysely/session.ts'
import type { Ask } from '../../src/adapters/kysely/steps.ts'
import { startPostgres } from '../servers/postgres.ts'

const server = await startPostgres()
const names = tableNames('desk_', 'public')
const statements = postgresStatements(names)
const finds = findStatements(postgresDialect, names)
const { takeDue, shared } = statements
const texts = new Map([
  ...fixedStatements(statements),
  ...Object.entries({ takeDue, shared }).map(([name, { sql }]): [string, string] => [name, sql]),
])

const INSTANT = `to_char(timestamp '2026-03-02 09:30' + n % 1000 * interval '1 ms', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const MANY = `from (select n, ${INSTANT} as at from generate_series(1, 40000) as n) as s`
const ROWS = [
  `insert into desk_ticket (tenant, id, version, tip, doc, number, status, priority, category, changed_at, opened_at,
    assignee_id, team_id, requester_id, organisation_id, parent_id, next_due_at)
    select n % 4, 'tkt_' || n, 1, '', '{}', n, n % 7, 'P2', n % 5, at, at, n % 500, n % 100, n % 900, n % 500,
    case when n % 9 = 0 then 'tkt_' || n % 8000 end, case when n % 3 > 0 then at end ${MANY}`,
  `insert into desk_message (tenant, id, version, tip, doc, ticket_id, seq)
    select n % 4, 'msg_' || n, 1, '', '{}', 'tkt_' || n % 9000, n ${MANY}`,
  `insert into desk_customer (tenant, id, version, tip, doc, organisation_id, external_id, created_at)
    select n % 4, 'cus_' || n, 1, '', '{}', n % 900, n, at ${MANY}`,
  `insert into desk_agent (tenant, id, version, tip, doc) select n % 4, 'agt_' || n, 1, '', '{}' ${MANY}`,
  `insert into desk_journal (tenant, kind, id, version, n, name, at, body, hash)
    select n % 4, 'ticket', 'tkt_' || n % 900, n, 0, 'event.' || n % 20, at, '{}', '' ${MANY}`,
  `insert into desk_task (tenant, queue, key, due_at, grp, seq, body, attempts, fence, ready_at, visible_at)
    select n % 4, n % 3, 'wake-' || n, at, 'group-' || n % 9000, 0, '{}', 0, 0, at, at ${MANY}`,
  `insert into desk_command (tenant, id, fingerprint, result, at) select n % 4, 'cmd-' || n, '', '{}', at ${MANY}`,
  `insert into desk_counter (tenant, name, value) select n, 'ticket', 0 ${MANY}`,
]

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly 'Sort Key'?: readonly string[]
  readonly Plans?: readonly Node[]
}

// Kinds of which the test makes no rows are read as they lie, as everybody would.
const FILLED = /^desk_(ticket|message|customer|agent|journal|task|command|counter)$/

function walks(node: Node): string[] {
  const { 'Node Type': type, 'Relation Name': table = '', Plans = [] } = node
  const isWalk = type.includes('Seq Scan') && FILLED.test(table)
  const isWholeIndex = type.startsWith('Index') && FILLED.test(table) && !/tenant|queue/.test(node['Index Cond'] ?? '')
  return [...(isWalk || isWholeIndex ? [`${type} ${table} ${node['Index Cond'] ?? ''}`] : []), ...Plans.flatMap(walks)]
}

function nodes(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodes)]
}

describe.skipIf(server === null)('the plan of a statement on PostgreSQL', () => {
  let raw: Client
  beforeAll(async () => {
    const url = (await server?.database()) ?? ''
    const store = postgresStore(url)
    await store.migrate()
    await store.close()
    raw = new Client({ connectionString: url })
    await raw.connect()
    for (const sql of ROWS) await raw.query(sql)
    await raw.query('vacuum analyze')
  })
  afterAll(async () => {
    await raw?.end()
    await server?.stop()
  })

  /** As it is planned when the values of its parameters are not known. */
  async function planOf(sql: string): Promise<Node> {
    const { rows } = await raw.query(`explain (generic_plan, format json) ${sql}`)
    return rows[0]['QUERY PLAN'][0].Plan as Node
  }

  for (const [name, sql] of texts)
    it(`begins at a place in an index: ${name}`, async () => {
      expect(walks(await planOf(sql))).toEqual([])
    })

  const change = openingOf([1, 2], {
    writes: [ticketWrite(1), ticketWrite(2, 3), { ...ticketWrite(3, 4), doc: null }],
    checks: [{ kind: 'agent', id: 'agt_1', version: 1 }],
    journal: [ticketEntry(1, 1)],
    settle: [{ tenant: 'acme', queue: 'timer', key: 'a', fence: 1 }],
    clear: [{ queue: 'timer', key: 'b' }],
    set: [taskOf('c')],
    command: commandOf('cmd'),
  })
  const large = changeOf({
    writes: Array.from({ length: 30 }, (_, n) => ticketWrite(n + 1, (n % 2) * 5)),
    checks: Array.from({ length: 10 }, (_, n) => ({ kind: 'agent', id: `agt_${n}`, version: 1 }) as const),
    settle: Array.from({ length: 10 }, (_, n) => ({ tenant: 'acme', queue: 'timer', key: `a${n}`, fence: 1 })),
  })
  const other = openingOf([50], {
    writes: [ticketWrite(51, 3), { ...ticketWrite(52, 4), doc: null }],
    checks: [{ kind: 'agent', id: 'agt_2', version: 1 }],
    settle: [{ tenant: 'acme', queue: 'timer', key: 'd', fence: 1 }],
    clear: [{ queue: 'timer', key: 'e' }],
  })
  it.each([
    ['a command', [change]],
    ['many commands', [large]],
    ['commands of several callers', [change, other]],
  ] as const)('begins at a place in an index: the one statement that commits %s', async (_, committed) => {
    const asked = statements.changes(committed)?.().next().value as Ask | undefined
    expect(walks(await planOf(asked?.sql ?? ''))).toEqual([])
  })

  const valueFor = (kind: RecordKind, field: string) => {
    const type = tableOf(kind).fields[field]
    return type === 'number' ? 1 : type === 'boolean' ? true : '2026-03-02T09:30:00.000Z'
  }

  for (const kind of RECORD_KINDS.filter((one) => FILLED.test(`desk_${one}`)))
    for (const index of tableOf(kind).indexes)
      for (const direction of ['asc', 'desc'] as const)
        it(`reads a page of ${kind} by ${index.join(', ')} ${direction} from an index, without sorting it all`, async () => {
          const [last = '', ...firsts] = [...index].reverse()
          const where = { all: firsts.map((field): Condition => ({ field, is: valueFor(kind, field) })) }
          const request: FindRequest = { where, order: [{ field: last, direction }], limit: 50, after: null }
          const after = { values: [valueFor(kind, last)], id: 'x' }
          const pages = [request, { ...request, after }].flatMap((asked) => finds.page('1', kind, asked))
          for (const piece of pages) {
            const { sql } = piece(50)
            const plan = await planOf(sql)
            expect(walks(plan)).toEqual([])
            const sorts = nodes(plan).filter((node) => node['Node Type'] === 'Sort')
            const inOrder = nodes(plan).some(
              (node) => node['Index Name'] === `desk_${kind}_by_${index.map(columnOf).join('_')}`,
            )
            expect(inOrder || sorts.length === 0).toBe(true)
          }
        })

  it('is found out when it walks over a table', async () => {
    expect(walks(await planOf('select * from desk_ticket where number = $1'))).not.toEqual([])
    expect(walks(await planOf('select count(*) from desk_ticket'))).not.toEqual([])
  })
})
