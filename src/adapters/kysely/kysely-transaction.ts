/** A host's transaction of Kysely, by its structure: the classes of two releases of Kysely do not mix. */
import { CompiledQuery } from 'kysely'
import type { AskLater } from './async-engine.ts'
import type { Answer, Ask, Param, Row } from './steps.ts'

/** A transaction of Kysely, of whichever release. */
export interface KyselyTransaction {
  /** Runs a compiled query. */
  executeQuery(query: CompiledQuery): Promise<{ readonly rows: readonly unknown[]; readonly numAffectedRows?: bigint }>
  /** Kysely says `true` of a transaction. */
  readonly isTransaction?: boolean
  /** The same without the host's plugins, which may rename columns. */
  withoutPlugins?(): KyselyTransaction
}

/**
 * Runs statements in a transaction of Kysely.
 *
 * @param bind - gives what the dialect's driver takes for a parameter.
 */
export function askKysely(transaction: KyselyTransaction, bind: (param: Param | undefined) => unknown): AskLater {
  const bare = transaction.withoutPlugins?.() ?? transaction
  return async ({ way, sql, params }) => {
    const { rows, numAffectedRows } = await bare.executeQuery(CompiledQuery.raw(sql, params.map(bind)))
    return answerOf(way, { rows, rowCount: Number(numAffectedRows ?? 0) })
  }
}

/** What a driver gave, as the answer that was asked for. */
export function answerOf(
  way: Ask['way'],
  { rows, rowCount }: { readonly rows: readonly unknown[]; readonly rowCount: number | null },
): Answer {
  if (way === 'run') return rowCount ?? 0
  return way === 'get' ? (rows[0] as Row | undefined) : (rows as readonly Row[])
}
