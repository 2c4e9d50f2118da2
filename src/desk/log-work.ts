/** Writes what the desk does, and what goes wrong where no caller waits, for operators to read. */
import type { Problem } from './bus.ts'
import { type Ending, type Observer, titleOf } from './observe.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Where the desk writes what operators read. */
export interface Logger {
  /** @param facts - ids, codes and, under `error`, what was thrown. */
  /** Writes one line. What it throws is reported and stops nothing. */
  log(level: LogLevel, message: string, facts: Readonly<Record<string, unknown>>): void
}

const LEVEL_OF_COMMAND: Readonly<Record<Ending['kind'], LogLevel>> = {
  done: 'debug',
  invalid: 'info',
  'not-found': 'info',
  forbidden: 'info',
  conflict: 'info',
  refused: 'info',
  unavailable: 'error',
  failed: 'error',
}

/**
 * Writes the desk's work into a log: a command that is done at `debug`, one that is refused at `info`, one that fails
 * at `error`. Commits, deliveries and timers stand at `debug`, since the command, or a problem, tells what came of them.
 */
export function logWork(logger: Logger): Observer {
  return {
    start: (work) => ({
      end({ code, kind, recordId, error }) {
        const level = work.name === 'command' ? LEVEL_OF_COMMAND[kind] : 'debug'
        const { name, ...facts } = work
        const more = { ...(recordId === undefined ? {} : { recordId }), ...(error === undefined ? {} : { error }) }
        logger.log(level, `${titleOf(work)}: ${code}`, { ...facts, code, ...more })
      },
    }),
  }
}

/** Writes problems into a log: at `warn` what the desk tries again by itself, at `error` the rest. */
export function logProblems(logger: Logger): (problem: Problem) => void {
  return ({ where, error, at }) =>
    logger.log(where === 'transport' ? 'warn' : 'error', `${where} failed at ${at}`, { where, at, error })
}
