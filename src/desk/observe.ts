/** Lets a host watch the desk at work: what began, and how it ended, for traces, metrics and logs. */
import { type FaultKind, isDeskError } from '../domain/fault.ts'
import type { Actor } from '../domain/people/people.ts'
import type { Problem } from './bus.ts'
import type { CommitOutcome, Store } from './ports.ts'

/** A piece of the desk's work. Ids, names and codes only: nothing that a person wrote, and no input. */
export type Work =
  /** What a caller asks for. `batch` stands for all commands of one. */
  | { readonly name: 'command'; readonly tenant: string; readonly command: string; readonly by: Actor['kind'] }
  /** One change handed to the store. A command is committed anew while others change what it has read. */
  | { readonly name: 'commit'; readonly tenant: string; readonly records: number; readonly events: number }
  | {
      readonly name: 'delivery'
      readonly tenant: string
      readonly transport: string
      /** Which change of which record: `ticket/tkt_…/3`. */
      readonly key: string
      /** How often it was tried before. */
      readonly attempts: number
      /** How long after it was due. */
      readonly lagMs: number
    }
  | {
      /** One try at ringing a timer. */
      readonly name: 'timer'
      readonly tenant: string
      readonly command: string
      /** What it is for: `close:tkt_…`. */
      readonly key: string
      readonly lagMs: number
    }

/** How a piece of work ended. */
export interface Ending {
  /** `done`; `repeated` for a commit whose command had been committed before; else the refusal's code, or the error's name. */
  readonly code: string
  /** `failed`: by an error that is no refusal. */
  readonly kind: 'done' | 'failed' | FaultKind
  /** The record that a command gave. */
  readonly recordId?: string | undefined
  /** What was thrown. Its message may hold what people wrote, if it is not a refusal of the desk. */
  readonly error?: unknown
}

/** One piece of work under observation. */
export interface Watch {
  /** Runs the work, so that what it calls is seen as part of it. Absent: it runs as it is. */
  run?<T>(work: () => T): T
  /** It has ended, well or not. */
  end(ending: Ending): void
}

/**
 * Told of each piece of work. It is called in the middle of the work, so it must be quick; what it throws is reported
 * and changes nothing.
 */
export interface Observer {
  /** A piece of work begins. */
  start(work: Work): Watch
}

/** Does a piece of work and lets observers see it. `endingOf` reads the end from what the work gives. */
export type Observe = <T>(
  work: Work,
  run: () => Promise<T>,
  endingOf?: (result: T) => Omit<Ending, 'error'>,
) => Promise<T>

const DONE: Ending = { code: 'done', kind: 'done' }

/** What a desk does its work through. Without observers it is the work and nothing else. */
export function observing(observers: readonly Observer[], report: (problem: Problem) => void): Observe {
  if (observers.length === 0) return (_, run) => run()
  return async (work, run, endingOf = () => DONE) => {
    const watches = observers.map((observer) => startGuarded(observer, work, report))
    const end = (ending: Ending) => {
      for (const watch of watches) watch.end(ending)
    }
    const runs = watches.reduceRight(
      (inner, watch) => () => watch.run(inner),
      async () => run(),
    )
    try {
      const result = await runs()
      end(endingOf(result))
      return result
    } catch (error) {
      end(failure(error))
      throw error
    }
  }
}

function failure(error: unknown): Ending {
  if (isDeskError(error)) return { code: error.code, kind: error.kind, error }
  return { code: error instanceof Error ? error.name : 'Error', kind: 'failed', error }
}

/** A watch whose own failures are reported and never become the work's: the work is begun once, and gives what it gives. */
function startGuarded(observer: Observer, work: Work, report: (problem: Problem) => void) {
  const safely = <T>(act: () => T): T | undefined => {
    try {
      return act()
    } catch (error) {
      report({ where: 'listener', error, at: `the observer of a ${work.name}` })
      return undefined
    }
  }
  const watch = safely(() => observer.start(work))
  return {
    run<T>(inner: () => Promise<T>): Promise<T> {
      let begun: Promise<T> | undefined
      const begin = () => {
        begun ??= inner()
        return begun
      }
      // What an observer makes of the work's promise is its own; it must only not end the process when it rejects.
      const made: unknown = safely(() => watch?.run?.(begin))
      if (made instanceof Promise) made.catch(() => undefined)
      return begin()
    },
    end: (ending: Ending) => safely(() => watch?.end(ending)),
  }
}

const REPEATED: Ending = { code: 'repeated', kind: 'done' }

/** A store whose commits are seen, those within a host's transaction too; in all else it is the store itself. */
export function watchCommits(store: Store, observe: Observe): Store {
  const commit: Store['commit'] = (change) => {
    const { tenant, writes, journal } = change
    const work: Work = { name: 'commit', tenant, records: writes.length, events: journal.length }
    return observe(
      work,
      () => store.commit(change),
      ({ committed }: CommitOutcome) => (committed ? DONE : REPEATED),
    )
  }
  return new Proxy(store, {
    get(_, name) {
      if (name === 'commit') return commit
      const value: unknown = Reflect.get(store, name)
      // A store may be a class with parts of its own, which only the store itself can reach.
      if (typeof value !== 'function') return value
      if (name === 'within') return (transaction: unknown) => watchCommits(value.call(store, transaction), observe)
      return value.bind(store)
    },
  })
}

/** What a piece of work is called: `command ticket.solve`, `delivery nats`, `commit`. Few enough to group by. */
export function titleOf(work: Work): string {
  switch (work.name) {
    case 'command':
    case 'timer':
      return `${work.name} ${work.command}`
    case 'delivery':
      return `${work.name} ${work.transport}`
    case 'commit':
      return work.name
    default:
      return work satisfies never
  }
}
