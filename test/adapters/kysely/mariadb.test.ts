import { mariadbStore } from 'deskwright/mariadb'
import { openingOf } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'

interface Failing {
  readonly errno?: number
  readonly code?: string
  readonly fatal?: boolean
}

const SETTINGS = {
  ...{ modes: '', autocommit: 1, unique_checks: 1, in_transaction: 0, version: '10.11.6-MariaDB' },
  ...{ client: 'utf8mb4', connected: 'utf8mb4', results: 'utf8mb4' },
}

/** A pool of mysql2 that fails where it is told, and says what was done on it. */
function poolThat(failsAt: (sql: string, n: number) => Failing | null) {
  const said: string[] = []
  const counts = new Map<string, number>()
  const answer = async ({ sql }: { sql: string }) => {
    const word = sql.split(' ', 1)[0] ?? ''
    const n = (counts.get(word) ?? 0) + 1
    counts.set(word, n)
    said.push(word)
    const failing = failsAt(word, n)
    if (failing) throw Object.assign(new Error(`told to fail at ${word}`), failing)
    return word === 'select' ? [[SETTINGS]] : [{ affectedRows: 1, info: '' }]
  }
  const connection = {
    execute: answer,
    query: answer,
    unprepare: () => undefined,
    release: () => void said.push('released'),
    destroy: () => void said.push('destroyed'),
  }
  return { said, pool: { getConnection: async () => connection } }
}

const refusal = (code: string) => expect.objectContaining({ code })

describe('a commit on MariaDB', () => {
  it('whose connection is lost at its end has an unknown outcome, and the connection is thrown away', async () => {
    const { pool, said } = poolThat((word) =>
      word === 'commit' ? { code: 'PROTOCOL_CONNECTION_LOST', fatal: true } : null,
    )
    await expect(mariadbStore(pool).commit(openingOf([1]))).rejects.toThrow(refusal('store.unknown-outcome'))
    expect(said.at(-1)).toBe('destroyed')
  })

  it('whose connection is lost before its end was not done', async () => {
    const { pool, said } = poolThat((word) => (word === 'insert' ? { code: 'ECONNRESET', fatal: true } : null))
    await expect(mariadbStore(pool).commit(openingOf([1]))).rejects.toThrow(refusal('store.unavailable'))
    expect(said).not.toContain('commit')
    expect(said.at(-1)).toBe('destroyed')
  })

  it('that was undone by a deadlock is done again', async () => {
    const { pool, said } = poolThat((word, n) => (word === 'insert' && n <= 2 ? { errno: 1213 } : null))
    await mariadbStore(pool).commit(openingOf([1]))
    expect(said.filter((word) => word === 'rollback')).toHaveLength(2)
    expect(said.slice(-2)).toEqual(['commit', 'released'])
  })

  it('is not done over a key that is there, whatever the driver counts', async () => {
    const { pool } = poolThat((word) => (word === 'insert' ? { errno: 1062 } : null))
    await expect(mariadbStore(pool).commit(openingOf([1]))).rejects.toThrow(refusal('store.stale-version'))
  })
})

describe('what is given to the MariaDB store', () => {
  it('is a URL, a pool or a connection', () => {
    for (const given of [null, {}, 7, { query: 1 }])
      expect(() => mariadbStore(given as never)).toThrow(refusal('store.unavailable'))
  })

  it('is never told with the password of a URL that cannot be read', () => {
    try {
      mariadbStore('mysql://root:s3cret@[')
    } catch (error) {
      expect(String(error)).not.toContain('s3cret')
    }
    expect.assertions(1)
  })

  it('has a prefix that is a name', () => {
    for (const prefix of ['', '1', 'a`; drop table x; --'])
      expect(() => mariadbStore('mysql://root@127.0.0.1/x', { prefix })).toThrow(refusal('store.cannot'))
  })

  it.each(['10.5.9-MariaDB', '8.0.36', '5.5.5-10.4.1-MariaDB-log'])('is no server of version %s', async (version) => {
    const { pool } = poolThat(() => null)
    const asked = { ...SETTINGS, version }
    const connection = { ...(await pool.getConnection()), query: async () => [[asked]] }
    const store = mariadbStore({ getConnection: async () => connection })
    await expect(store.reserve('acme', 'ticket', 1)).rejects.toThrow(version)
  })
})
