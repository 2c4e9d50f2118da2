/** Asks MariaDB how it would run each statement of the store among many rows: from a place in an index, never over a table. */
import { mariadbStore } from 'deskwright/mariadb'
import { type Connection, createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mariadbDialect } from '../../src/adapters/kysely/dialects-mariadb.ts'
import { findStatements } from '../../src/adapters/kysely/find-sql.ts'
import { mariadbStatements } from '../../src/adapters/kysely/mariadb-statements.ts'
import { columnOf, tableNames, tableOf } from '../../src/adapters/kysely/schema.ts'
import { fixedStatements } from '../../src/adapters/kysely/session.ts'
import type { FindRequest } from '../../src/desk/ports.ts'
import { startMariadb } from '../servers/mariadb.ts'

const server = await startMariadb()
afterAll(() => server?.stop())
const names = tableNames('desk_')
const statements = mariadbStatements(names)
const { holdClaimable, stillFree, takeAll } = statements
const texts = new Map([
  ...fixedStatements(statements),
  ...Object.entries({ holdClaimable, stillFree, takeAll }).map(([name, { sql }]): [string, string] => [name, sql]),
])

interface Line {
  readonly select_type: string
  readonly table: string | null
  readonly type: string | null
  readonly key: string | null
  readonly Extra: string | null
}

// Lists that are parameters, what was just found, and the one row that is written at every claim.
const HARMLESS = /^(<.*>|listed|k|b|n|one|desk_meta)$/

function walks(plan: readonly Line[]): Line[] {
  return plan.filter(
    ({ select_type, table, type }) =>
      select_type !== 'INSERT' && !HARMLESS.test(table ?? 'one') && (type === 'ALL' || type === 'index'),
  )
}

const MANY = 'from seq_1_to_4000'
const INSTANT = "concat('2026-03-02T09:30:00.', lpad(seq % 1000, 3, '0'), 'Z')"
const ROWS = [
  `insert into desk_ticket (tenant, id, version, tip, doc, number, status, priority, category, changed_at, opened_at,
    assignee_id, team_id, requester_id, organisation_id, parent_id, next_due_at)
    select seq % 4, concat('tkt_', seq), 1, '', '{}', seq, seq % 7, 'P2', seq % 5, ${INSTANT}, ${INSTANT},
    seq % 50, seq % 10, seq % 500, seq % 100, if(seq % 9, null, concat('tkt_', seq % 800)), if(seq % 3, null, ${INSTANT}) ${MANY}`,
  `insert into desk_customer (tenant, id, version, tip, doc) select seq % 4, concat('cus_', seq), 1, '', '{}' ${MANY}`,
  `insert into desk_journal (tenant, kind, id, version, n, name, at, body, hash)
    select seq % 4, 'ticket', concat('tkt_', seq % 100), seq, 0, concat('event.', seq % 20), ${INSTANT}, '{}', '' ${MANY}`,
  `insert into desk_task (tenant, queue, \`key\`, due_at, grp, seq, body, attempts, fence, ready_at, visible_at)
    select seq % 4, seq % 3, concat('wake-', seq), ${INSTANT}, null, 0, '{}', 0, 0, ${INSTANT}, ${INSTANT} ${MANY}`,
  `insert into desk_command (tenant, id, fingerprint, result, at) select seq % 4, concat('cmd-', seq), '', '{}', ${INSTANT} ${MANY}`,
  `insert into desk_counter (tenant, name, value) select seq, 'ticket', 0 ${MANY}`,
]

describe.skipIf(server === null)('the plan of a statement on MariaDB', () => {
  let raw: Connection
  beforeAll(async () => {
    const url = server?.url ?? ''
    const store = mariadbStore(url)
    await store.migrate()
    await store.close()
    raw = await createConnection(url)
    for (const sql of ROWS) await raw.query(sql)
    await raw.query('analyze table desk_ticket, desk_customer, desk_journal, desk_task, desk_command, desk_counter')
  })
  afterAll(async () => {
    await raw?.end()
  })

  async function planOf(sql: string): Promise<Line[]> {
    const params = Array.from(sql.match(/\?/g) ?? [], () => '1')
    return (await raw.execute(`explain ${sql}`, params))[0] as unknown as Line[]
  }

  for (const [name, sql] of texts)
    it(`begins at a place in an index: ${name}`, async () => {
      expect(walks(await planOf(sql))).toEqual([])
    })

  it('hands out tasks in the order of their index, without sorting all that are due', async () => {
    const [tasks] = await planOf(holdClaimable.sql)
    expect(tasks?.key).toBe('by_due')
    expect(tasks?.Extra).not.toContain('filesort')
  })

  it('looks at a group by its index, whatever statistics say of tasks without one', async () => {
    for (const sql of [holdClaimable.sql, statements.tasks.claimable.sql, statements.tasks.next.sql]) {
      const lines = (await planOf(sql)).filter(({ table }) => table === 'e' || table === 't')
      expect(lines.filter(({ table, key }) => (key === 'by_group') !== (table === 'e'))).toEqual([])
      expect(walks(lines)).toEqual([])
    }
  })

  const request: FindRequest = { where: null, order: [], limit: 50, after: null }
  for (const index of tableOf('ticket').indexes)
    it(`reads a page of tickets by ${index.join(', ')} from an index`, async () => {
      const [last = '', ...firsts] = [...index].reverse()
      const where = { all: firsts.map((field) => ({ field, is: '1' })) }
      const order = [{ field: last, direction: 'asc' as const }]
      const finds = findStatements(mariadbDialect, names)
      const [piece] = finds.page('1', 'ticket', { ...request, where, order })
      const plan = await planOf(piece?.(50).sql ?? '')
      expect(walks(plan)).toEqual([])
      expect(plan[0]?.key, index.map(columnOf).join()).not.toBeNull()
    })

  it('is found out when it walks over a table', async () => {
    expect(walks(await planOf("select * from desk_ticket where doc = ''"))).not.toEqual([])
  })
})
