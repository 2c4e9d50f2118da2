import { sqliteStore } from 'deskwright/sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqliteDialect } from '../../../src/adapters/kysely/dialects.ts'
import { findStatements } from '../../../src/adapters/kysely/find-sql.ts'
import { columnOf, RECORD_KINDS, tableNames, tableOf } from '../../../src/adapters/kysely/schema.ts'
import { fixedStatements, storeStatements } from '../../../src/adapters/kysely/session.ts'
import type { Query } from '../../../src/adapters/kysely/steps.ts'
import type { FindRequest } from '../../../src/desk/ports.ts'
import type { RecordKind } from '../../../src/desk/tables.ts'
import type { Condition } from '../../../src/domain/condition.ts'
import { drivers, openRaw, type RawDatabase } from './drivers.ts'

const names = tableNames('desk_')
const finds = findStatements(sqliteDialect, names)

// One row that is written at every claim, lists that are parameters, and what was just found below a ticket: nothing
// that grows with the data.
const HARMLESS =
  /^SCAN (desk_meta|one|b|below|n|nearest|json_each (EXISTS )?VIRTUAL TABLE INDEX|CONSTANT ROW|\d+ CONSTANT ROW)/

/** The lines of a plan that walk over a table, or over an index without a tenant or a queue to begin at. */
function walks(plan: readonly string[]): string[] {
  return plan.filter((line) => (line.startsWith('SCAN') && !HARMLESS.test(line)) || isSearchWithoutStart(line))
}

function isSearchWithoutStart(line: string): boolean {
  return line.startsWith('SEARCH') && !/\((tenant|queue)=\?/.test(line)
}

// Whatever the value of a field's type is.
function valueFor(kind: RecordKind, field: string): string | number | boolean {
  const type = tableOf(kind).fields[field]
  return type === 'number' ? 1 : type === 'boolean' ? true : '2026-03-02T09:30:00.000Z'
}

const VIEWS: Readonly<Record<string, [Condition | null, Partial<FindRequest>]>> = {
  'everything, latest change first': [null, { order: [{ field: 'changedAt', direction: 'desc' }] }],
  'unassigned and open': [
    {
      all: [
        { field: 'assigneeId', is: null },
        { field: 'category', in: ['new', 'open'] },
      ],
    },
    { order: [{ field: 'changedAt', direction: 'asc' }] },
  ],
  'not deleted, tagged, with a field of the host': [
    {
      all: [
        { field: 'deletedAt', is: null },
        { field: 'tags', has: 'vip' },
        { field: 'fields.orderId', is: 'A-17' },
      ],
    },
    {},
  ],
  'whatever is not closed': [{ not: { field: 'status', is: 'closed' } }, {}],
  'one customer, or its organisation': [
    {
      any: [
        { field: 'requesterId', is: 'cus_1' },
        { field: 'organisationId', is: 'org_1' },
      ],
    },
    { order: [{ field: 'changedAt', direction: 'desc' }] },
  ],
  'some of these ids': [{ field: 'id', in: ['tkt_1', 'tkt_2'] }, {}],
  'overdue snoozes': [{ field: 'snoozedUntil', lt: '2026-03-02T09:30:00.000Z' }, {}],
}

for (const driver of drivers)
  describe(`the plan of a statement, on ${driver}`, () => {
    let database: RawDatabase
    beforeAll(async () => {
      database = openRaw(driver, ':memory:')
      await sqliteStore(database).migrate()
    })
    afterAll(() => void database.close())

    function planOf(sql: string): string[] {
      const params = Array.from(sql.match(/\?/g) ?? [], () => '1')
      return database
        .prepare(`explain query plan ${sql}`)
        .all(...params)
        .map(({ detail }) => String(detail))
    }

    const plansOf = (queries: readonly Query[]) => queries.map(({ sql }) => planOf(sql))
    const pages = (kind: RecordKind, request: FindRequest) =>
      finds.page('acme', kind, request).map((piece) => piece(request.limit))

    for (const [name, sql] of fixedStatements(storeStatements(sqliteDialect, names)))
      it(`begins at a place in an index: ${name}`, () => {
        expect(walks(planOf(sql))).toEqual([])
      })

    it('reads the entries of one record by an index on the record', () => {
      const sql = fixedStatements(storeStatements(sqliteDialect, names)).get('journal.ofRecord') ?? ''
      expect(planOf(sql)[0]).toContain('desk_journal_by_record')
    })

    for (const kind of RECORD_KINDS)
      for (const index of tableOf(kind).indexes)
        for (const direction of ['asc', 'desc'] as const)
          it(`reads a page of ${kind} by ${index.join(', ')} ${direction} from the index of that name, without sorting it all`, () => {
            const [last = '', ...firsts] = [...index].reverse()
            const where = { all: firsts.map((field): Condition => ({ field, is: valueFor(kind, field) })) }
            const request = { where, order: [{ field: last, direction }], limit: 50, after: null }
            const name = `${names.record(kind)}_by_${index.map(columnOf).join('_')}`
            const after = { values: [valueFor(kind, last)], id: 'x' }
            for (const plan of plansOf([...pages(kind, request), ...pages(kind, { ...request, after })])) {
              expect(plan.filter((line) => line.startsWith('SEARCH')).join()).toContain(`INDEX ${name} (tenant=?`)
              expect(walks(plan)).toEqual([])
              expect(plan.filter((line) => line === 'USE TEMP B-TREE FOR ORDER BY')).toEqual([])
            }
          })

    for (const [view, [where, rest]] of Object.entries(VIEWS))
      it(`begins at a place in an index, also when it counts: ${view}`, () => {
        const request = { where, order: [], limit: 50, after: null, ...rest }
        const after = { values: request.order.map(() => null), id: 'x' }
        const counts = [[], ['status'], ['fields.orderId', 'priority']].map((by) =>
          finds.count('acme', 'ticket', { where, by }),
        )
        const all = [...pages('ticket', request), ...pages('ticket', { ...request, after }), ...counts]
        expect(plansOf(all).flatMap(walks)).toEqual([])
      })

    it('is found out when it walks over a table', () => {
      expect(walks(planOf('select * from desk_ticket where number = ?'))).not.toEqual([])
      expect(walks(planOf('select count(*) from desk_ticket'))).not.toEqual([])
    })
  })
