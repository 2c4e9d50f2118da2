/** Runs work on a database server: many connections or one, transactions, and what becomes of work that failed against others. */
import { setTimeout } from 'node:timers/promises'
import type { StoreCapabilities } from '../../desk/ports.ts'
import { isDeskError } from '../../domain/fault.ts'
import { fault } from '../../domain/refusals.ts'
import type { Engine, Work } from './sql-store.ts'
import { type Answer, type Ask, takeLater } from './steps.ts'

export type AskLater = (ask: Ask) => Promise<Answer>

/** The connections of a store. What they throw are the driver's own errors. */
export interface Links {
  /** Runs a statement by itself, on whichever connection is free. */
  readonly ask: AskLater
  /** Holds one connection for all of the work, which nobody else uses meanwhile. */
  alone<T>(work: (ask: AskLater) => Promise<T>): Promise<T>
  /** Frees what was opened here, and nothing of the host's. */
  close(): Promise<void>
}

/** What a server's errors mean. */
export interface Meaning {
  /** The work was undone against other work, and can be run again. */
  isConflict(error: unknown): boolean
  /** The connection is gone, and with it the knowledge of what the server did. */
  isLost(error: unknown): boolean
  /** The refusal that stands for the error. */
  toFault(error: unknown): unknown
}

/** How a kind of transaction begins and ends. */
export interface Brackets {
  readonly moment: Bracket
  readonly write: Bracket
}

interface Bracket {
  readonly begin: readonly string[]
  readonly commit: readonly string[]
  readonly undo: readonly string[]
}

export interface AsyncSource {
  readonly capabilities: StoreCapabilities
  readonly links: Links
  readonly meaning: Meaning
  readonly brackets: Brackets
  /** For messages. */
  readonly place: string
  /** How often work is run before it is refused as undone by others. */
  readonly attempts: number
}

/** An engine over connections to a server. */
export function asyncEngine(source: AsyncSource): Omit<Engine, 'migrate'> {
  const { links, meaning, brackets, place } = source
  let closed = false

  const running = new Set<Promise<unknown>>()

  // Followed to its end, since a pool that is ended forgets whoever still waits for a connection.
  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    if (closed) throw fault('store.closed', {})
    const result = repeated(work)
    running.add(result)
    try {
      return await result
    } finally {
      running.delete(result)
    }
  }

  async function repeated<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work()
      } catch (error) {
        if (!meaning.isConflict(error)) throw meaning.toFault(error)
        if (attempt >= source.attempts) throw conflict(source, attempt, error)
        await setTimeout(Math.random() * 5 * 2 ** attempt)
      }
    }
  }

  function lost(error: unknown): unknown {
    if (isDeskError(error) || !meaning.isLost(error)) return error
    return fault('store.unknown-outcome', { place }, { cause: error })
  }

  function transaction<T>(bracket: Bracket, work: Work<T>): Promise<T> {
    const { begin, commit, undo } = bracket
    return links.alone(async (ask) => {
      await runTexts(ask, begin)
      const result = await takeLater(ask, work()).catch(async (error) => {
        // The first error tells what happened; where undoing fails too, the connection is thrown away with it.
        await runTexts(ask, undo).catch(() => undefined)
        throw error
      })
      await runTexts(ask, commit).catch((error) => {
        // A transaction that only reads has no outcome that could be unknown.
        throw bracket === brackets.write ? lost(error) : error
      })
      return result
    })
  }

  return {
    capabilities: source.capabilities,
    each: (work) => guarded(() => takeLater(links.ask, work())),
    moment: (work) => guarded(() => transaction(brackets.moment, work)),
    write: (work) => guarded(() => transaction(brackets.write, work)),
    // When the connection is lost meanwhile, nobody knows whether it was done.
    single: (work) =>
      guarded(() =>
        takeLater(links.ask, work()).catch((error) => {
          throw lost(error)
        }),
      ),
    async close() {
      if (closed) return
      closed = true
      await Promise.allSettled(running)
      await links.close()
    },
  }
}

function conflict({ place, attempts }: AsyncSource, attempt: number, cause: unknown): unknown {
  const reason = (cause as Error).message
  return attempts === 1
    ? fault('store.transaction-failed', { reason }, { cause })
    : fault('store.busy', { place, attempts: attempt }, { cause })
}

async function runTexts(ask: AskLater, texts: readonly string[]): Promise<void> {
  for (const sql of texts) await ask({ way: 'run', sql, params: [], kept: false })
}

const turns = new WeakMap<object, Promise<unknown>>()

/**
 * Lets one piece of work after the other to a connection, whichever stores they come from: savepoints and transactions of
 * two that ran side by side would end each other.
 */
export function turnOn(connection: object): <T>(work: () => Promise<T>) => Promise<T> {
  return (work) => {
    const next = (turns.get(connection) ?? Promise.resolve()).then(work)
    turns.set(
      connection,
      next.catch(() => undefined),
    )
    return next
  }
}

/** One connection that all callers share, one after the other. */
export function linksOfOne(ask: AskLater, connection: object): Links {
  const inTurn = turnOn(connection)
  return {
    ask: (asked) => inTurn(() => ask(asked)),
    alone: (work) => inTurn(() => work(ask)),
    close: async () => undefined,
  }
}
