/** A verb of the command line, and where it writes and reads: a process has one, and tests hand in their own. */
import type { Ink } from './ink.ts'
import type { Progress } from './progress.ts'

/** What a verb sees of the world outside. */
export interface Terminal {
  /** Results, for people or for the next program in a pipe. */
  readonly print: (text: string) => void
  /** What is not a result: refusals, hints. */
  readonly warn: (text: string) => void
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** All of standard input. */
  readonly readInput: () => Promise<string>
  readonly ink: Ink
  readonly progress: (unit: string) => Progress
  /** Resolves when whoever runs the command wants it to end. */
  readonly untilStopped: () => Promise<void>
}

/** One verb: `deskwright NAME …`. */
export interface Verb {
  readonly help: string
  /** @returns the exit code. */
  readonly run: (words: readonly string[], terminal: Terminal) => Promise<number>
}
