/** Hides what mysql2 leaves to its settings: the same statements and answers on a URL, a host's pool, connection or transaction. */

import { type AskLater, type Links, turnOn } from './async-engine.ts'
import { toColumnText } from './column-text.ts'
import type { Answer, Ask, Param, Row } from './steps.ts'

/** A pool of mysql2, with callbacks or promises, as far as the store uses it. */
export interface MariadbPool {
  /** Hands out a connection. */
  getConnection(...args: never[]): unknown
}

/** A connection of mysql2, with callbacks or promises, as far as the store uses it. */
export interface MariadbConnection {
  /** Runs a prepared statement. */
  execute(...args: never[]): unknown
  /** Runs a statement as text. */
  query(...args: never[]): unknown
}

/** A transaction of Kysely on MariaDB, by structure: its classes do not mix across releases. */
export interface KyselyTransaction {
  /** Runs a compiled query. */
  executeQuery(query: never, ...rest: never[]): Promise<unknown>
}

interface Execute {
  readonly sql: string
  readonly values: readonly Param[]
}

/** The promise API of mysql2. */
interface Connection {
  execute(asked: Execute): Promise<[unknown, unknown]>
  query(asked: Execute): Promise<[unknown, unknown]>
  unprepare(sql: string): void
}
interface PooledConnection extends Connection {
  release(): void
  destroy(): void
}
interface Pool {
  getConnection(): Promise<PooledConnection>
  end(): Promise<void>
}

/** Looks at a connection before the store works on it for the first time; throws when it cannot be used. */
export type Look = (ask: AskLater) => Promise<void>

// A host's pool may give rows as arrays or by table, dates as objects, and its own reading of every value.
const SETTINGS = { rowsAsArray: false, nestTables: false, namedPlaceholders: false, typeCast: passOn }

function passOn(_: unknown, next: () => unknown): unknown {
  return next()
}

/** Both APIs of mysql2 as the one with promises. */
function promised<T>(given: object): T {
  const { promise } = given as { promise?: () => T }
  return typeof promise === 'function' ? promise.call(given) : (given as T)
}

/** Where a pool comes from. */
export interface PoolSource {
  /** Called at first use. */
  open(): Promise<MariadbPool>
  readonly look: Look
  /** What becomes of it when the store is closed. */
  readonly atClose: 'end' | 'leave'
  /** The refusal for a pool that gives no connection. */
  toFault(error: unknown): unknown
}

/** The links of a pool. */
export function poolLinks({ open, look, atClose, toFault }: PoolSource): Links {
  let opening: Promise<Pool> | null = null
  const looked = new WeakSet<object>()
  async function taken(): Promise<PooledConnection> {
    try {
      opening ??= open().then((pool) => promised<Pool>(pool))
      return await (await opening).getConnection()
    } catch (error) {
      // Nothing was begun: what is thrown here must not look like a connection lost in the middle.
      throw toFault(error)
    }
  }
  async function alone<T>(work: (ask: AskLater) => Promise<T>): Promise<T> {
    const connection = await taken()
    let failed: unknown
    try {
      const ask = askOn(connection)
      await lookOnce(looked, connection, () => look(ask))
      return await work(ask)
    } catch (error) {
      failed = error
      throw error
    } finally {
      if (isFatal(failed)) connection.destroy()
      else connection.release()
    }
  }
  return {
    ask: (asked) => alone((ask) => ask(asked)),
    alone,
    async close() {
      if (atClose === 'end') await (await opening)?.end()
    },
  }
}

/** The links of one connection of the host, which runs one piece of work after the other. */
export function connectionLinks(given: MariadbConnection, look: Look): Links {
  const connection = promised<Connection>(given)
  return lonely(askOn(connection), { look, connection: coreOf(connection) })
}

/** The links of a transaction of Kysely. */
export function kyselyLinks(given: KyselyTransaction, look: Look): Links {
  return lonely(askKysely(given), { look, connection: given })
}

function lonely(ask: AskLater, { look, connection }: { readonly look: Look; readonly connection: object }): Links {
  const turn = turnOn(connection)
  let looking: Promise<void> | null = null
  const alone: Links['alone'] = (work) =>
    turn(async () => {
      looking ??= look(ask)
      await looking
      return work(ask)
    })
  return { alone, ask: (asked) => alone((held) => held(asked)), close: async () => undefined }
}

async function lookOnce(looked: WeakSet<object>, connection: object, look: () => Promise<void>): Promise<void> {
  const key = coreOf(connection)
  if (looked.has(key)) return
  await look()
  looked.add(key)
}

/** The connection itself: mysql2 wraps one anew each time it is taken of a pool, or promises are asked of it. */
function coreOf(connection: object): object {
  return (connection as { connection?: object }).connection ?? connection
}

/** Whether the connection is at its end, as an error says or the one that brought it about. */
function isFatal(error: unknown): boolean {
  const { fatal, cause } = Object(error) as { fatal?: boolean; cause?: unknown }
  return fatal === true || (cause !== undefined && isFatal(cause))
}

function askOn(connection: Connection): AskLater {
  return async ({ way, sql, params, kept }) => {
    try {
      // BEGIN, COMMIT and the like have no parameters, and not all of them can be prepared.
      if (params.length === 0 && !kept)
        return answerTo(way, (await connection.query({ sql, values: [], ...SETTINGS }))[0])
      const [result] = await connection.execute({ sql, values: params.map(toBound), ...SETTINGS })
      // A server keeps a limited number of prepared statements for all who use it.
      if (!kept) connection.unprepare(sql)
      return answerTo(way, result)
    } catch (error) {
      return withoutDuplicate(way, error)
    }
  }
}

interface KyselyQuery {
  readonly sql: string
  readonly parameters: readonly Param[]
  readonly query: {
    readonly kind: 'RawNode'
    readonly sqlFragments: readonly string[]
    readonly parameters: readonly []
  }
  readonly queryId: { readonly queryId: string }
}

interface KyselyResult {
  readonly rows: readonly Row[]
  readonly numAffectedRows?: bigint
}

function askKysely(given: KyselyTransaction): AskLater {
  // Without the host's plugins, which may rename columns.
  const { withoutPlugins } = given as { withoutPlugins?: () => KyselyTransaction }
  const transaction = (withoutPlugins ? withoutPlugins.call(given) : given) as unknown as {
    executeQuery(query: KyselyQuery): Promise<KyselyResult>
  }
  return async ({ way, sql, params }) => {
    const query = { kind: 'RawNode', sqlFragments: [sql], parameters: [] } as const
    try {
      const asked = { sql, parameters: params.map(toBound), query, queryId: { queryId: 'deskwright' } }
      const { rows, numAffectedRows = 0n } = await transaction.executeQuery(asked)
      return way === 'run' ? Number(numAffectedRows) : way === 'get' ? rows[0] : rows
    } catch (error) {
      return withoutDuplicate(way, error)
    }
  }
}

function toBound(param: Param | undefined): Param {
  if (typeof param === 'string') return toColumnText(param)
  if (typeof param === 'boolean') return param ? 1 : 0
  return param ?? null
}

interface Outcome {
  readonly affectedRows: number | string
  readonly info: string
}

function answerTo(way: Ask['way'], result: unknown): Answer {
  if (Array.isArray(result))
    return way === 'get' ? (result[0] as Row) : way === 'all' ? (result as Row[]) : result.length
  const { affectedRows, info } = result as Outcome
  if (way !== 'run') return way === 'get' ? undefined : []
  // Without the flag FOUND_ROWS, which a host can take away, an update that changes nothing counts as none; how many
  // rows it found stands first in its message, whatever the language.
  return Number(/\d+/.exec(info)?.[0] ?? affectedRows)
}

const DUPLICATE = 1062

// Not INSERT IGNORE, which also cuts texts and takes wrong values; not ON DUPLICATE KEY UPDATE, whose count depends on
// how the connection was opened. A failed statement undoes itself and nothing else.
function withoutDuplicate(way: Ask['way'], error: unknown): number {
  if (way === 'run' && (error as { errno?: number }).errno === DUPLICATE) return 0
  throw error
}
