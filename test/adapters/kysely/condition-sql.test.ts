import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conditionSql, layoutOf, type Slot, shapeOf } from '../../../src/adapters/kysely/condition-sql.ts'
import { sqliteDialect } from '../../../src/adapters/kysely/dialects.ts'
import type { SqliteDriver } from '../../../src/adapters/kysely/sqlite-driver.ts'
import { openFile } from '../../../src/adapters/kysely/sqlite-load.ts'
import type { Condition } from '../../../src/domain/condition.ts'
import { CONDITION_LIMITS } from '../../../src/domain/condition-check.ts'
import { meets } from '../../../src/domain/condition-read.ts'
import { anyCondition, anyLeaf, anyRecord, ownFields } from '../../domain/condition-arbitraries.ts'
import { drivers } from './drivers.ts'

// Once with columns, once with all fields in the document.
const LAYOUTS = {
  'in columns': ['name', 'size', 'done', 'openedAt'],
  'in documents': [],
} as const

type Doc = Record<string, unknown>

// A column holds one type: what is of another is as absent, so that records with such a field are not what is compared.
function withTypedColumns(record: Doc, columns: readonly string[]): Doc {
  const fits = (field: string) => {
    const type = ownFields[field as keyof typeof ownFields]
    return typeof record[field] === (type === 'number' || type === 'boolean' ? type : 'string')
  }
  return Object.fromEntries(Object.entries(record).filter(([field]) => !columns.includes(field) || fits(field)))
}

for (const name of drivers)
  describe(`a condition in SQL, on ${name}`, () => {
    let driver: SqliteDriver
    beforeAll(() => {
      driver = openFile(':memory:', { waitedMs: 0, only: name })
      driver.exec('create table law (n integer, doc text, name text, size real, done integer, opened_at text)')
    })
    afterAll(() => driver.close())

    function store(docs: readonly Doc[]): void {
      driver.run('delete from law', [])
      for (const [n, doc] of docs.entries()) {
        const columns = ['name', 'size', 'done', 'openedAt'].map((field) => doc[field])
        const values = columns.map((value) => (typeof value === 'object' ? null : value)) as (string | null)[]
        driver.run('insert into law values (?, ?, ?, ?, ?, ?)', [n, JSON.stringify(doc), ...values])
      }
    }

    function found(condition: Condition, columns: readonly string[]): unknown[] {
      const operands: unknown[] = []
      const shape = shapeOf(condition, operands)
      const layout = layoutOf({ fields: ownFields, columns, custom: true })
      const where = conditionSql(shape, layout, sqliteDialect).compile(sqliteDialect.kysely)
      const params = (where.parameters as Slot[]).map(({ fill }) => fill(operands))
      return driver.all(`select n from law where ${where.sql} order by n`, params).map(({ n }) => n)
    }

    for (const [where, columns] of Object.entries(LAYOUTS))
      it(`holds for just the records that meet it in memory, with fields ${where}`, () => {
        const records = fc.array(anyRecord, { minLength: 1, maxLength: 6 })
        fc.assert(
          fc.property(records, fc.oneof(anyLeaf, anyCondition), (drawn, condition) => {
            const docs = drawn.map((record) => withTypedColumns(record, columns))
            store(docs)
            const expected = docs.flatMap((doc, n) => (meets(condition, doc) ? [n] : []))
            expect(found(condition, columns)).toEqual(expected)
          }),
          { numRuns: Number(process.env.LAW_RUNS ?? 300) },
        )
      })

    it('binds every operand, whatever it holds', () => {
      const hostile = `'; drop table law; --"\\`
      store([{ name: hostile, other: hostile, tags: [hostile], fields: { code: hostile } }])
      for (const field of ['name', 'other', 'fields.code']) {
        expect(found({ field, is: hostile }, ['name'])).toEqual([0])
        expect(found({ field, in: [hostile] }, ['name'])).toEqual([0])
        expect(found({ field, contains: 'drop' }, ['name'])).toEqual([0])
      }
      expect(found({ field: 'tags', has: hostile }, [])).toEqual([0])
    })

    it('refuses a field that is not there, and a name that could leave its quotes', () => {
      for (const field of [
        'nope',
        '__proto__',
        'toString',
        'doc',
        'tenant',
        'fields.',
        'fields.a"b',
        "fields.a'b",
        'fields.a.b',
      ])
        expect(() => found({ field, is: 1 }, []), field).toThrow(
          expect.objectContaining({ code: 'condition.unknown-field', data: { place: 'where', field } }),
        )
    })

    it('answers as many parts and as long lists as the language allows', () => {
      store([{ name: 'a' }])
      const parts = Array.from({ length: 5000 }, (_, n): Condition => ({ field: 'name', is: `${n}` }))
      expect(found({ any: [...parts, { field: 'name', is: 'a' }] }, ['name'])).toEqual([0])
      const values = Array.from({ length: 100_000 }, (_, n) => `${n}`)
      expect(found({ field: 'name', in: [...values, 'a'] }, ['name'])).toEqual([0])
    })

    it('answers conditions as wide and as deep at once as commands may ask', () => {
      store([{ name: 'a' }])
      const { leaves, levels } = CONDITION_LIMITS
      const leaf = { field: 'name', is: 'a' }
      const beside = Array.from({ length: Math.floor((leaves - 1) / (levels - 1)) }, () => leaf)
      const allLast = (inner: Condition): Condition => ({ all: [...beside, inner] })
      const allFirst = (inner: Condition): Condition => ({ all: [inner, ...beside] })
      const notAll = (inner: Condition, level: number): Condition => (level % 2 ? { not: inner } : allLast(inner))
      for (const wrap of [allLast, allFirst, notAll]) {
        let condition: Condition = leaf
        for (let level = 1; level < levels; level++) condition = wrap(condition, level)
        expect(found(condition, ['name'])).toEqual(meets(condition, { name: 'a' }) ? [0] : [])
        expect(found(condition, [])).toEqual(meets(condition, { name: 'a' }) ? [0] : [])
      }
    })

    it('has the same text for other operands of the same types', () => {
      const compiled = (condition: Condition) =>
        conditionSql(
          shapeOf(condition, []),
          layoutOf({ fields: ownFields, columns: [], custom: true }),
          sqliteDialect,
        ).compile(sqliteDialect.kysely).sql
      expect(compiled({ field: 'fields.code', in: ['a'] })).toBe(compiled({ field: 'fields.code', in: ['b', 'c'] }))
      expect(compiled({ field: 'size', is: 1 })).toBe(compiled({ field: 'size', is: 2 }))
    })
  })
