/** Other processes for tests: each runs a piece of TypeScript against the sources, under the Node that runs the tests. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '../../..')

/** A script that can be run many times. */
export interface Script {
  /** Runs it to its end; gives what it said last by `process.send`, and the signal that ended it. */
  run(...args: readonly string[]): Promise<{ readonly said: unknown; readonly signal: string | null }>
  remove(): void
}

/** @param source - TypeScript; it may import `deskwright/…`, or sources by a path from the project's root. */
export async function scriptOf(source: string): Promise<Script> {
  const folder = mkdtempSync(join(tmpdir(), 'deskwright-process-'))
  mkdirSync(folder, { recursive: true })
  // Drivers are looked for from where the script lies.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const outfile = join(folder, 'script.mjs')
  await build({
    stdin: { contents: source, resolveDir: ROOT, loader: 'ts' },
    tsconfig: join(ROOT, 'tsconfig.json'),
    external: ['kysely', 'libsql', 'better-sqlite3', 'mysql2', 'pg'],
    ...{ bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' },
  })
  return {
    run: (...args) => ended(fork(outfile, args, { execArgv: ['--no-warnings'] })),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function ended(child: ChildProcess): Promise<{ said: unknown; signal: string | null }> {
  return new Promise((resolve, reject) => {
    let said: unknown = null
    child.on('message', (message) => {
      said = message
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0 || signal !== null) resolve({ said, signal })
      else reject(new Error(`The process ended with code ${code}; what it said stands above.`))
    })
  })
}
