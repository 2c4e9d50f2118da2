/** The store on an SQL database: the port's methods, each as the work it is and what that work must run within. */
import type { Store, StoreCapabilities } from '../../desk/ports.ts'
import { applyChange, readCommand } from './commit.ts'
import {
  countRecords,
  findRecords,
  pageOf,
  readDescendants,
  readHistory,
  readRecordHistory,
  readRecords,
} from './reads.ts'
import type { StoreStatements } from './session.ts'
import { one, type Steps } from './steps.ts'
import { claimTasks, deadTasks, hasClaimable, nextDue, settleTask } from './tasks.ts'

/** Makes the work anew each time it is to run: work that failed may be tried again. */
export type Work<T> = () => Steps<T>

/** Runs work on a database. */
export interface Engine {
  readonly capabilities: StoreCapabilities
  /** Each statement by itself. */
  each<T>(work: Work<T>): Promise<T>
  /** All statements read as of one moment. */
  moment<T>(work: Work<T>): Promise<T>
  /** One statement that writes. */
  single<T>(work: Work<T>): Promise<T>
  /** All that the work writes, or nothing of it. */
  write<T>(work: Work<T>): Promise<T>
  migrate(): Promise<void>
  close(): Promise<void>
}

/** A store by its engine and its statements. What a database does better in a way of its own replaces a method of it. */
export function sqlStore(engine: Engine, statements: StoreStatements): Store {
  const { each, moment, single, write } = engine
  return {
    capabilities: engine.capabilities,
    migrate: () => engine.migrate(),
    get: (tenant, keys) => each(() => readRecords(statements, tenant, keys)),
    async find(tenant, kind, request) {
      const pieces = pageOf(statements, tenant, { kind, request })
      return (pieces.length > 1 ? moment : each)(() => findRecords(pieces, kind, request.limit))
    },
    count: (tenant, kind, where, by, sum) => each(() => countRecords(statements, tenant, { kind, where, by, sum })),
    descendants: (tenant, rootId, request) => each(() => readDescendants(statements, { tenant, rootId, ...request })),
    commit: (change) => write(() => applyChange(statements, change)),
    async claim(queue, request) {
      const asked = { ...request, queue }
      return (await each(() => hasClaimable(statements, asked))) ? write(() => claimTasks(statements, asked)) : []
    },
    settle: (claim, settlement) => single(() => settleTask(statements, claim, settlement)),
    dead: (tenant, queue, limit) => each(() => deadTasks(statements, { tenant, queue, limit })),
    nextDue: (queue) => each(() => nextDue(statements, queue)),
    reserve: (tenant, counter, n) => single(() => reserve(statements, { tenant, name: counter, n })),
    command: (tenant, id) => each(() => readCommand(statements, tenant, id)),
    history: (tenant, { of, ...request }) =>
      of
        ? each(() => readRecordHistory(statements, tenant, { ...request, of }))
        : (request.names ? moment : each)(() => readHistory(statements, tenant, request)),
    close: () => engine.close(),
  }
}

function* reserve(
  statements: StoreStatements,
  asked: { readonly tenant: string; readonly name: string; readonly n: number },
): Steps<number> {
  return Number((yield* one(statements.reserve, asked))?.value) - asked.n + 1
}
