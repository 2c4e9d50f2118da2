/** The command line in this process: what it printed, what it warned of, and its exit code. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandLine } from '../../src/cli/command-line.ts'
import { NO_INK } from '../../src/cli/ink.ts'
import { NO_PROGRESS } from '../../src/cli/progress.ts'
import type { Terminal } from '../../src/cli/terminal.ts'

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A new folder, and the command in it. `words`: as a person writes them; a list where some have spaces. */
export function commandIn(folder = mkdtempSync(join(tmpdir(), 'deskwright-cli-'))) {
  const deskwright = async (words: string | readonly string[], rest: Partial<Terminal> = {}): Promise<Said> => {
    const out: string[] = []
    const err: string[] = []
    const code = await commandLine(typeof words === 'string' ? words.split(' ') : words, {
      print: (text) => void out.push(text),
      warn: (text) => void err.push(text),
      ...{ folder, env: {}, ink: NO_INK, progress: () => NO_PROGRESS },
      readInput: async () => '',
      untilStopped: async () => {},
      ...rest,
    })
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  return { folder, deskwright }
}
