/** Connections to PostgreSQL by the driver `pg`, whatever its host has set up: what rows look like is said with each query. */
import { createHash } from 'node:crypto'
import { isDeskError } from '../../domain/fault.ts'
import { fault } from '../../domain/refusals.ts'
import type { AskLater, Links, Meaning } from './async-engine.ts'
import { toColumnText } from './column-text.ts'
import { answerOf } from './kysely-transaction.ts'
import { lazily } from './statements.ts'
import type { Param } from './steps.ts'

/** What a query of `pg` gives, as far as the store reads it. */
export interface PgResult {
  readonly rows: readonly unknown[]
  readonly rowCount: number | null
}

/** A client of `pg`, as far as the store uses it. */
export interface PgClient {
  /** Runs a query given as one object. */
  query(config: { readonly text: string; readonly values: unknown[] }): Promise<PgResult>
}

/** A pool of `pg`, as far as the store uses it. */
export interface PgPool extends PgClient {
  /** How many clients it has: what tells a pool from a client. */
  readonly totalCount: number
  /** Gives a client that nobody else has until it is released. */
  connect(callback: (error: Error | undefined, client: PgPoolClient | undefined) => void): unknown
}

/** A client of a pool. */
export interface PgPoolClient extends PgClient {
  /** Gives it back; with an error it is thrown away. */
  release(error?: Error): void
  /** Listens to what happens to the connection. */
  on(event: 'error', listener: (error: Error) => void): unknown
  /** Ends the listening. */
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}

// The host's own parsers may make a big integer a text or an object, and a JSON text a value: so none of them is used.
const types = { getTypeParser: (oid: number) => PARSERS[oid] ?? String }
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === 't',
  ...Object.fromEntries([20, 21, 23, 26, 700, 701, 1700].map((oid) => [oid, Number])),
}

// By its text, since several stores, also of several releases, may share a connection.
const nameOf = lazily((sql: string) => `desk_${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`)

/** Runs statements on a client. */
export function askClient(client: PgClient): AskLater {
  return async ({ way, sql, params, kept }) => {
    const config = { text: sql, values: params.map(toBound), types, ...(kept && { name: nameOf(sql) }) }
    return answerOf(way, await client.query(config))
  }
}

/** What is bound in PostgreSQL. */
export function toBound(param: Param | undefined): unknown {
  return typeof param === 'string' ? toColumnText(param) : (param ?? null)
}

/** The connections of a pool. `close` does not end it. */
export function linksOfPool(pool: () => Promise<PgPool>, place: string): Links {
  const alone: Links['alone'] = async (work) => {
    const opened = await pool()
    const client = await takeClient(opened).catch((error) => {
      throw fault('store.unavailable', { place, reason: error.message }, { cause: error })
    })
    let broken: Error | undefined
    try {
      return await work(askClient(client))
    } catch (error) {
      if (!isDeskError(error) && !('severity' in (error as object))) broken = error as Error
      throw error
    } finally {
      client.removeListener('error', ignore)
      client.release(broken)
    }
  }
  return { ask: (asked) => alone((ask) => ask(asked)), alone, close: async () => undefined }
}

/**
 * Takes a client of a pool. A connection that breaks between two statements tells it by an event, which ends the process
 * when nobody listens: so somebody does from the very moment at which the pool itself listens no more.
 */
export function takeClient(pool: PgPool): Promise<PgPoolClient> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (!client) return reject(error)
      client.on('error', ignore)
      resolve(client)
    })
  })
}

function ignore(): void {}

const CONFLICTS = ['40001', '40P01']
const ENDED_BY_SERVER = ['57P01', '57P02', '57P03', '57P05']

/** What PostgreSQL's errors mean. */
export function meaningAt(place: string): Meaning {
  const codeOf = (error: unknown) => String((error as { code?: unknown } | null)?.code ?? '')
  return {
    isConflict: (error) => CONFLICTS.includes(codeOf(error)),
    isLost: (error) =>
      !(error as { severity?: unknown }).severity ||
      codeOf(error).startsWith('08') ||
      ENDED_BY_SERVER.includes(codeOf(error)),
    toFault(error) {
      if (isDeskError(error) || !(error instanceof Error)) return error
      const reason = error.message
      if (codeOf(error) === '25P01')
        return fault('store.no-transaction', { found: 'a connection in none' }, { cause: error })
      if (codeOf(error) === '25P02') return fault('store.transaction-failed', { reason }, { cause: error })
      return fault('store.unavailable', { place, reason }, { cause: error })
    },
  }
}
