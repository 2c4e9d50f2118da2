/** Opens the store that a URL names; its adapter and its driver are loaded only then. */
import { isAbsolute, join } from 'node:path'
import type { Store } from '../desk/ports.ts'
import { cliFault } from './cli-faults.ts'

export type StoreKind = 'sqlite' | 'postgres' | 'mariadb' | 'memory'

/** A store that a URL names. */
export interface StorePlace {
  readonly kind: StoreKind
  /** Of SQLite: the file, as a whole path; `:memory:` stays as it is. */
  readonly file: string | null
  readonly open: () => Promise<Store>
}

/**
 * `sqlite:support.db`, `postgres://…`, `mariadb://…` or `memory:`.
 *
 * @throws DeskError `cli.bad-value` for anything else; it names no more of it than the scheme, as a URL may hold a password.
 */
export function storePlace(url: string, folder: string): StorePlace {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/s.exec(url) ?? []
  switch (scheme) {
    case 'sqlite':
    case 'file':
      return sqlitePlace(rest, folder)
    case 'postgres':
    case 'postgresql':
      return { kind: 'postgres', file: null, open: async () => (await postgres()).postgresStore(url) }
    case 'mariadb':
    case 'mysql':
      return { kind: 'mariadb', file: null, open: async () => (await mariadb()).mariadbStore(`mysql:${rest}`) }
    case 'memory':
      return { kind: 'memory', file: null, open: async () => (await memory()).memoryStore() }
    default: {
      const found = scheme === '' ? 'no URL of a store' : `a URL that begins with ${scheme}:`
      const wanted = 'sqlite:FILE, postgres://USER:PASSWORD@HOST/DATABASE or mariadb://USER:PASSWORD@HOST/DATABASE'
      throw cliFault('cli.bad-value', { option: '--store', found, wanted })
    }
  }
}

function sqlitePlace(path: string, folder: string): StorePlace {
  if (path === '') throw cliFault('cli.bad-value', { option: '--store', found: 'sqlite:', wanted: 'sqlite:FILE' })
  const file = path === ':memory:' || isAbsolute(path) ? path : join(folder, path)
  return { kind: 'sqlite', file, open: async () => (await import('../adapters/kysely/sqlite.ts')).sqliteStore(file) }
}

const postgres = () => import('../adapters/kysely/postgres.ts')
const mariadb = () => import('../adapters/kysely/mariadb.ts')
const memory = () => import('../adapters/memory/memory-store.ts')
