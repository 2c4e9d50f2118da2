/** Finds a SQLite driver that this process can load: none of them is a dependency, and one of them may crash an old Node. */
import { createRequire } from 'node:module'
import { fault } from '../../domain/refusals.ts'
import { type SqliteDatabase, type SqliteDriver, toFault, wrapDatabase } from './sqlite-driver.ts'

export type SqliteDriverName = 'node:sqlite' | 'better-sqlite3' | 'libsql'

type Open = (path: string) => SqliteDatabase
type Constructor = new (path: string) => SqliteDatabase

const ORDER: readonly SqliteDriverName[] = ['node:sqlite', 'better-sqlite3', 'libsql']

const LOADERS: Readonly<Record<SqliteDriverName, () => Open>> = {
  'node:sqlite': loadNodeSqlite,
  'better-sqlite3': loadBetterSqlite3,
  libsql: () => openBy(createRequire(import.meta.url)('libsql')),
}

/**
 * Opens a database file by the first driver that can be loaded, in the order node:sqlite, better-sqlite3, libsql.
 *
 * @throws DeskError `store.no-driver`, saying what was tried and why it failed; `store.unavailable` when the file cannot
 *   be opened.
 */
export function openFile(
  path: string,
  { waitedMs, only }: { waitedMs: number; only?: SqliteDriverName },
): SqliteDriver {
  const open = loadDriver(only ? [only] : ORDER)
  const site = { place: path, waitedMs }
  try {
    return wrapDatabase(open(path), site)
  } catch (error) {
    throw toFault(error, site)
  }
}

function loadDriver(names: readonly SqliteDriverName[]): Open {
  const tried: string[] = []
  for (const name of names) {
    try {
      return LOADERS[name]()
    } catch (error) {
      tried.push(`${name}: ${reasonOf(error)}`)
    }
  }
  throw fault('store.no-driver', { tried: tried.join('; ') })
}

function openBy(database: unknown): Open {
  return (path) => new (database as Constructor)(path)
}

function loadNodeSqlite(): Open {
  // Not an import: bundlers and older Nodes know no module of that name. Before 22.13 there is none without a flag.
  const { getBuiltinModule } = process as { getBuiltinModule?: (name: string) => { DatabaseSync: unknown } | undefined }
  const sqlite = getBuiltinModule?.('node:sqlite')
  if (!sqlite) throw new Error('needs Node 22.13 or later')
  return openBy(sqlite.DatabaseSync)
}

function loadBetterSqlite3(): Open {
  const load = createRequire(import.meta.url)
  const { version } = load('better-sqlite3/package.json') as { version: string }
  // From 13 on it uses Node-API 10 and ends an older process by a segmentation fault, which nobody can catch.
  if (Number.parseInt(version, 10) >= 13 && Number(process.versions.napi) < 10)
    throw new Error(`version ${version} needs Node 22.14 or later`)
  const open = openBy(load('better-sqlite3'))
  // Its native part is loaded by the first database only, and may be missing where install scripts are not run.
  open(':memory:').close()
  return open
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return code === 'MODULE_NOT_FOUND' ? 'not installed' : (String(message).split('\n', 1)[0] ?? '')
}
