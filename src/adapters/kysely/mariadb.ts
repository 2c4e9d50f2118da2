/** The door `deskwright/mariadb`: a desk in a MariaDB database, for any number of processes. */
import type { Store } from '../../desk/ports.ts'
import { fault } from '../../domain/refusals.ts'
import { asyncEngine, type Brackets, type Links } from './async-engine.ts'
import { flatten, unflatten } from './deep-documents.ts'
import { mariadbDialect } from './dialects-mariadb.ts'
import { inspect } from './inspect.ts'
import { claimInTurn } from './mariadb-claims.ts'
import { mariadbMeaning } from './mariadb-errors.ts'
import { refuseLong, refuseLongParts } from './mariadb-lengths.ts'
import {
  connectionLinks,
  type KyselyTransaction,
  kyselyLinks,
  type MariadbConnection,
  type MariadbPool,
  poolLinks,
} from './mariadb-links.ts'
import { listedHome, lookGiven, lookOwn, lookWithin, migrateMariadb, migrationBracket } from './mariadb-schema.ts'
import { lockingStatements, type MariadbStatements, mariadbStatements } from './mariadb-statements.ts'
import { checkPrefix, tableNames } from './schema.ts'
import { type Engine, sqlStore } from './sql-store.ts'
import type { Steps } from './steps.ts'
import { hasClaimable, settleTask } from './tasks.ts'

export type { KyselyTransaction, MariadbConnection, MariadbPool }

export interface MariadbOptions {
  /** Stands before the name of each of our tables: a letter or `_`, then letters, digits or `_`. Default `desk_`. */
  readonly prefix?: string
}

/** What can be handed to {@link MariadbStore.within}. */
export type MariadbTransaction = MariadbConnection | KyselyTransaction

/** The store, which can work within a host's transaction. */
export interface MariadbStore extends Store {
  /**
   * @param transaction - a connection of mysql2 on which a transaction was begun, or a transaction of Kysely, on the
   *   same database. What decides about a change is read as it stands now, and held until the host commits.
   * @throws DeskError `store.no-transaction` from the store's methods, when there is none;
   *   `store.transaction-failed` when the database has ended it.
   */
  within(transaction: MariadbTransaction): Store
}

/**
 * A store in MariaDB 10.6 or later (tested on 10.11; other servers of its family are refused).
 *
 * Given a URL (`mysql://user:password@host/database`), it opens a pool of mysql2 at first use, and closes it. A pool or
 * a connection of mysql2 stays the host's: none of its settings is trusted, none is changed, and `close()` leaves it
 * open. Texts that are compared have greatest lengths (tenants, ids, queues and names of events 200 characters, keys and
 * groups of tasks and fields with a column 255): longer ones are refused with `store.cannot`. All processes write to
 * one server: a cluster that takes writes at several (Galera) does not carry row locks from one to another.
 *
 * @throws DeskError `store.cannot` for a prefix that is no name. All else is refused by the store's methods:
 *   `store.no-driver`, `store.foreign`, `store.newer-schema`, `store.unsafe-text`, `store.locked` (another process
 *   migrates for a minute), `store.busy`, `store.unknown-outcome`, `store.unavailable`.
 */
export function mariadbStore(
  urlOrPoolOrConnection: string | MariadbPool | MariadbConnection,
  options: MariadbOptions = {},
): MariadbStore {
  const { prefix = 'desk_' } = options
  checkPrefix(prefix)
  const names = tableNames(prefix)
  const place = placeOf(urlOrPoolOrConnection)
  const links = linksOf(urlOrPoolOrConnection, place)
  const meaning = mariadbMeaning(place)
  const statements = mariadbStatements(names)
  const brackets = typeof urlOrPoolOrConnection === 'string' ? OWN : GIVEN
  const base = { capabilities: { processes: 'many', durable: true }, meaning, place } as const
  const engine = asyncEngine({ ...base, links, brackets, attempts: 10 })
  const home = { names, prefix, place }
  const migration = { ...base, links, brackets: { moment: MOMENT, write: migrationBracket(home) }, attempts: 10 }
  return {
    ...storeOn(engine, statements),
    async migrate() {
      await engine.each(nothing)
      await asyncEngine(migration).write(() => migrateMariadb(home))
    },
    inspect: () =>
      engine.each(function* () {
        return yield* inspect({ dialect: mariadbDialect, ...(yield* listedHome(home)) }, CLOCK)
      }),
    within(transaction) {
      const hostLinks = linksWithin(transaction, place)
      const within = asyncEngine({ ...base, links: hostLinks, brackets: WITHIN, attempts: 1 })
      // A lone statement that fails must leave nothing of it in the host's transaction, either.
      return storeOn({ ...within, single: within.write }, lockingStatements(statements))
    },
  }
}

const CLOCK = 'select floor(unix_timestamp(sysdate(3)) * 1000) as ms'

// What even a closed engine refuses.
function* nothing(): Steps<void> {}

// READ COMMITTED, since what decides is read under a lock: a snapshot would be older, and holds gaps between rows.
const READ_COMMITTED = 'set transaction isolation level read committed'
const MOMENT = {
  begin: ['set transaction isolation level repeatable read', 'start transaction with consistent snapshot, read only'],
  commit: ['commit'],
  undo: ['rollback'],
}
const WRITE = { begin: ['start transaction'], commit: ['commit'], undo: ['rollback'] }
const OWN: Brackets = { moment: MOMENT, write: WRITE }
const GIVEN: Brackets = { moment: MOMENT, write: { ...WRITE, begin: [READ_COMMITTED, 'start transaction'] } }
const STEP = 'deskwright_step'
const WITHIN: Brackets = {
  moment: { begin: [], commit: [], undo: [] },
  write: {
    begin: [`savepoint ${STEP}`],
    commit: [`release savepoint ${STEP}`],
    undo: [`rollback to savepoint ${STEP}`],
  },
}

// MariaDB's JSON functions read 32 levels, of which one or two are asked for the value itself.
const LEVELS = 30

function storeOn(runs: Omit<Engine, 'migrate'>, statements: MariadbStatements): Store {
  const engine = { ...runs, migrate: async () => undefined }
  const store = sqlStore(engine, statements)
  const whole = <R extends { readonly doc: Parameters<typeof unflatten>[0] }>(record: R): R => ({
    ...record,
    doc: unflatten(record.doc),
  })
  return {
    ...store,
    get: async (tenant, keys) => (await store.get(tenant, keys)).map((record) => record && whole(record)),
    find: async (tenant, kind, request) => (await store.find(tenant, kind, request)).map(whole),
    descendants: async (tenant, id, request) => (await store.descendants(tenant, id, request)).map(whole),
    async commit(change) {
      refuseLongParts(change)
      const writes = change.writes.map((write) => (write.doc ? { ...write, doc: flatten(write.doc, LEVELS) } : write))
      return store.commit({ ...change, writes })
    },
    async claim(queue, request) {
      const asked = { ...request, queue }
      if (!(await engine.each(() => hasClaimable(statements, asked)))) return []
      return engine.write(() => claimInTurn(statements, asked))
    },
    settle: (claim, settlement) => engine.single(() => settleTask(statements, claim, settlement)),
    async reserve(tenant, counter, n) {
      refuseLong('tenant', tenant, 'a tenant')
      refuseLong('name', counter, 'the name of a counter')
      return store.reserve(tenant, counter, n)
    },
  }
}

function placeOf(given: string | object): string {
  if (typeof given !== 'string') return 'the given MariaDB database'
  try {
    const { host, pathname } = new URL(given)
    return `the MariaDB database ${host}${pathname}`
  } catch (error) {
    // The URL may hold a password, so no word of it.
    throw fault('store.unavailable', { place: 'MariaDB', reason: 'its URL cannot be read' }, { cause: error })
  }
}

function linksOf(given: string | MariadbPool | MariadbConnection, place: string): Links {
  const { toFault } = mariadbMeaning(place)
  if (typeof given === 'string')
    return poolLinks({ open: () => openPool(given), look: lookOwn(place), atClose: 'end', toFault })
  if (typeof (given as Partial<MariadbPool>)?.getConnection === 'function')
    return poolLinks({ open: async () => given as MariadbPool, look: lookGiven(place), atClose: 'leave', toFault })
  if (typeof (given as Partial<MariadbConnection>)?.execute === 'function')
    return connectionLinks(given as MariadbConnection, lookGiven(place))
  throw fault('store.unavailable', { place, reason: 'it is no URL, and no pool or connection of mysql2' })
}

function linksWithin(transaction: MariadbTransaction, place: string): Links {
  const { executeQuery, execute, getConnection } = Object(transaction) as { readonly [method: string]: unknown }
  if (typeof executeQuery === 'function') return kyselyLinks(transaction as KyselyTransaction, lookWithin(place))
  if (typeof execute === 'function' && getConnection === undefined)
    return connectionLinks(transaction as MariadbConnection, lookWithin(place))
  throw fault('store.no-transaction', { found: 'no connection of mysql2, and no transaction of Kysely' })
}

async function openPool(uri: string): Promise<MariadbPool> {
  const mysql = await import('mysql2/promise').catch((error: unknown) => {
    throw fault('store.no-driver', { tried: 'mysql2', install: 'mysql2' }, { cause: error })
  })
  return mysql.createPool({ uri, connectionLimit: 10 }) as unknown as MariadbPool
}
