/** Looks at a database before anything is done to it: which schema stands there, and what time it has. */
import type { StoreState } from '../../desk/ports.ts'
import { toInstant } from '../../domain/time.ts'
import { type Home, readVersion, SCHEMA_VERSION } from './migrations.ts'
import { rowsOf, type Steps } from './steps.ts'

/** See `Store.inspect`. `clock`: a statement that gives the database's time as `ms`; `null` where it has no clock of its own. */
export function* inspect(home: Home, clock: string | null): Steps<StoreState> {
  const found = yield* readVersion(home)
  const [row] = clock === null ? [] : yield* rowsOf({ sql: clock, params: [] })
  return { schema: { found, known: SCHEMA_VERSION }, now: row ? toInstant(Number(row.ms)) : null }
}
