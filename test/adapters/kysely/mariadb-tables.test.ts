import { describe, expect, it } from 'vitest'
import { createMariadbTables, createMeta } from '../../../src/adapters/kysely/mariadb-tables.ts'
import { tableNames } from '../../../src/adapters/kysely/schema.ts'

// InnoDB's limit for one index; each character may take four bytes, and each text two more for its length.
const WIDEST = 3072

const statements = [...createMeta(tableNames('desk_')), ...createMariadbTables(tableNames('desk_'))].filter((sql) =>
  sql.startsWith('create table'),
)

const nameOf = (sql: string) => /`(\w+)`/.exec(sql)?.[1]

function columnBytes(sql: string): Map<string, number> {
  const columns = sql.matchAll(/[(,] `?(\w+)`? (?:varchar\((\d+)\)|bigint|double)/g)
  return new Map([...columns].map(([, name = '', length]) => [name, length ? 4 * Number(length) + 2 : 8]))
}

/** The columns of each key and index, each with the number of its first characters that stand in it, if not all. */
function keysOf(sql: string): string[][] {
  const keys = sql.matchAll(/(?:primary key|index \w+) \(((?:[\w` ,]|\(\d+\))+)\)/g)
  return [...keys].map(([, columns = '']) => columns.replaceAll('`', '').split(', '))
}

function bytesOf(sql: string, key: readonly string[]): number {
  const bytes = columnBytes(sql.replace('(', '( '))
  return key.reduce((sum, part) => {
    const [, name = '', prefix] = /^(\w+)(?:\((\d+)\))?$/.exec(part) ?? []
    return sum + (prefix ? 4 * Number(prefix) + 2 : (bytes.get(name) ?? Number.NaN))
  }, 0)
}

describe("MariaDB's tables", () => {
  it.each(statements.map((sql) => [nameOf(sql), sql]))('have keys that InnoDB takes: %s', (_, sql = '') => {
    for (const key of keysOf(sql)) expect(bytesOf(sql, key), key.join()).toBeLessThanOrEqual(WIDEST)
  })

  it('have indexes whose names MariaDB takes, under the longest prefix', () => {
    const names = createMariadbTables(tableNames('p'.repeat(21))).flatMap((sql) =>
      [...sql.matchAll(/index (\w+) /g)].map(([, name = '']) => name),
    )
    expect(names.filter((name) => name.length > 64)).toEqual([])
  })

  it('have keys and unique indexes over whole values', () => {
    for (const sql of statements)
      for (const [unique] of sql.matchAll(/(?:primary key|unique index \w+) \((?:[\w` ,]|\(\d+\))+\)/g))
        expect(unique).not.toMatch(/\w\(\d+\)/)
  })

  it('begin each key with the tenant, or with the queue where claims look over all tenants', () => {
    for (const sql of statements.slice(1))
      for (const key of keysOf(sql)) expect(['tenant', 'queue', 'position']).toContain(key[0])
  })

  it('are made with words that can be repeated, in the collation that compares by bytes', () => {
    for (const sql of statements) {
      expect(sql).toMatch(/^create table if not exists /)
      expect(sql).toContain('collate utf8mb4_nopad_bin')
    }
  })
})
