/** The door `deskwright/postgres`: a desk in a PostgreSQL database, for any number of processes. */
import type { Store } from '../../desk/ports.ts'
import { fault } from '../../domain/refusals.ts'
import { type AskLater, asyncEngine, type Brackets, type Links, linksOfOne } from './async-engine.ts'
import { postgresDialect } from './dialects-postgres.ts'
import { inspect } from './inspect.ts'
import { askKysely, type KyselyTransaction } from './kysely-transaction.ts'
import type { PgClient, PgPool, PgPoolClient, PgResult } from './postgres-links.ts'
import { askClient, linksOfPool, meaningAt, toBound } from './postgres-links.ts'
import { ownPool } from './postgres-load.ts'
import { migratePostgres } from './postgres-schema.ts'
import { type PostgresStatements, postgresMethods, postgresStatements, statementsWithin } from './postgres-store.ts'
import { postgresTogether } from './postgres-together.ts'
import { channelOf, notifier, watchesOn } from './postgres-watch.ts'
import { checkPrefix, tableNames } from './schema.ts'
import { type Engine, sqlStore } from './sql-store.ts'
import { one } from './steps.ts'

export type { PgClient, PgPool, PgPoolClient, PgResult }

export interface PostgresOptions {
  /** The namespace that our tables are in; made when it is not there. Default `public`. */
  readonly schema?: string
  /** Stands before the name of each of our tables: a letter or `_`, then up to 20 letters, digits or `_`. Default `desk_`. */
  readonly prefix?: string
  /** How many connections to open at most, besides one that listens for all workers. Default 10. Only for a URL. */
  readonly connections?: number
}

/**
 * A store in PostgreSQL 14 or later, for many processes at once.
 *
 * A URL is connected to at first use, by the driver `pg`. A pool or a connected client of `pg` may be given instead:
 * then its settings do not matter, and `close()` leaves it open. A client is one connection, so that all work queues up.
 *
 * `within` takes a client in a transaction, or a transaction of Kysely.
 *
 * @throws DeskError `store.cannot` for a prefix or schema that is no name, `store.unavailable` for what is none of the
 *   three. All else is refused by the store's methods: `store.no-driver`, `store.unavailable`, `store.newer-schema`,
 *   `store.foreign`, `store.unsafe-text`, `store.busy`, `store.unknown-outcome`.
 */
export function postgresStore(urlOrPoolOrClient: string | PgPool | PgClient, options: PostgresOptions = {}): Store {
  const { prefix = 'desk_', schema = 'public', connections = 10 } = options
  checkPrefix(prefix)
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(schema))
    throw fault('store.cannot', { what: `keep its tables in a schema named ${JSON.stringify(schema)}` })
  const { links, place, pool } = linksTo(urlOrPoolOrClient, connections)
  const statements = postgresStatements(tableNames(prefix, schema))
  const engine = asyncEngine({
    ...{ links, place, meaning: meaningAt(place), brackets: TRANSACTIONS, attempts: 6 },
    capabilities: { processes: 'many', durable: true },
  })
  const inside = statementsWithin(statements)
  const alone = storeOn(engine, statements)
  const store = { ...alone, ...postgresTogether(engine, statements, alone) }
  const channel = channelOf(statements.names)
  // A lone client cannot both listen and work.
  const watches = pool && watchesOn(pool, channel)
  const notify = notifier((queue) => engine.each(() => one(statements.notify, { channel, queue })))
  return {
    ...store,
    migrate: () => migratePostgres(engine, statements, place),
    inspect: () => engine.each(() => inspect({ dialect: postgresDialect, names: statements.names, place }, CLOCK)),
    async commit(change) {
      const outcome = await store.commit(change)
      if (outcome.committed) notify(change)
      return outcome
    },
    within: (transaction) => storeWithin(transaction, inside),
    ...(watches && {
      watch: watches.watch,
      async close() {
        await watches.close()
        await store.close()
      },
    }),
  }
}

const CLOCK = 'select floor(extract(epoch from clock_timestamp()) * 1000) as ms'

function storeOn(runs: Omit<Engine, 'migrate'>, statements: PostgresStatements): Store {
  const engine = { ...runs, migrate: async () => undefined }
  const base = sqlStore(engine, statements)
  return { ...base, ...postgresMethods(engine, statements, base) }
}

// Said with each, since a host may have other defaults.
const TRANSACTIONS: Brackets = {
  moment: {
    begin: ['start transaction isolation level repeatable read, read only'],
    commit: ['commit'],
    undo: ['rollback'],
  },
  write: {
    begin: ['start transaction isolation level read committed, read write'],
    commit: ['commit'],
    undo: ['rollback'],
  },
}

interface Connected {
  readonly links: Links
  readonly place: string
  /** Where connections come from; absent when there is one alone. */
  readonly pool?: () => Promise<PgPool>
}

function linksTo(given: string | PgPool | PgClient, connections: number): Connected {
  if (typeof given === 'string') return ownPool(given, connections)
  const place = 'the given PostgreSQL'
  if (typeof given?.query !== 'function')
    throw fault('store.unavailable', { place, reason: 'it is no URL, and no pool or client of pg' })
  if (!isPool(given)) return { links: linksOfOne(askClient(given), given), place }
  const pool = async () => given
  return { links: linksOfPool(pool, place), place, pool }
}

function isPool(given: PgPool | PgClient): given is PgPool {
  return typeof (given as Partial<PgPool>).totalCount === 'number'
}

// A savepoint is refused outside of a transaction, and lets the host's go on after a refusal.
const SAVEPOINT: Brackets['write'] = {
  begin: ['savepoint deskwright'],
  commit: ['release savepoint deskwright'],
  undo: ['rollback to savepoint deskwright', 'release savepoint deskwright'],
}

function storeWithin(transaction: unknown, statements: PostgresStatements): Store {
  const engine = asyncEngine({
    links: linksOfOne(inTransaction(askGiven(transaction)), transaction as object),
    brackets: { moment: { begin: [], commit: [], undo: [] }, write: SAVEPOINT },
    ...{ place: 'the given transaction', meaning: meaningAt('the given transaction'), attempts: 1 },
    capabilities: { processes: 'many', durable: true },
  })
  // A lone statement that fails would fail the host's transaction with it.
  return storeOn({ ...engine, single: engine.write }, statements)
}

function askGiven(transaction: unknown): AskLater {
  const { executeQuery, query } = (transaction ?? {}) as Partial<KyselyTransaction & PgClient>
  if (typeof executeQuery === 'function') return askKysely(transaction as KyselyTransaction, toBound)
  if (typeof query === 'function' && !isPool(transaction as PgClient)) return askClient(transaction as PgClient)
  throw fault('store.no-transaction', { found: 'no client of pg and no transaction of Kysely' })
}

/** Finds out at the first statement whether there is a transaction. */
function inTransaction(ask: AskLater): AskLater {
  let found = false
  return async (asked) => {
    if (!found)
      for (const sql of [...SAVEPOINT.begin, ...SAVEPOINT.commit])
        await ask({ way: 'run', sql, params: [], kept: false })
    found = true
    return ask(asked)
  }
}
