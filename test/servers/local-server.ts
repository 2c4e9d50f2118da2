/** Starts servers for tests: programs of this machine, on loopback and a free port, on data of their own that nobody else has. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** A program that was started; it dies with the process that started it. */
export interface Running {
  readonly child: ChildProcess
  /** Ends it with a signal, and resolves when it is gone. */
  end(signal: NodeJS.Signals): Promise<void>
}

// Vitest ends a process whose tests were all left out by a signal, and then no hook stops what was started.
const leftovers: (() => void)[] = []
const leaveNothing = () => {
  for (const end of leftovers.splice(0)) end()
}
process.once('exit', leaveNothing)
process.once('SIGTERM', () => {
  leaveNothing()
  process.kill(process.pid, 'SIGTERM')
})

/** A folder of one server alone. */
export function serverFolder(name: string): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), `deskwright-${name}-`))
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  leftovers.push(remove)
  return { folder, remove }
}

/**
 * For a server that is not installed: prints why its tests are skipped, and gives `null`.
 *
 * @throws where `REQUIRE_SERVERS=1` says that a skip is a failure.
 */
export function missingServer(name: string, install: string): null {
  const reason = `${name} is not installed; its tests are skipped. To run them: ${install}`
  if (process.env.REQUIRE_SERVERS === '1') throw new Error(reason)
  console.log(reason)
  return null
}

// Debian keeps servers where only root looks.
const MORE_PLACES = ['/usr/sbin', '/usr/local/sbin', '/sbin']

/** The path of an installed program; `null` when there is none. */
export function programPath(name: string): string | null {
  const places = [...(process.env.PATH ?? '').split(delimiter), ...MORE_PLACES]
  return places.map((place) => join(place, name)).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Starts a program, and resolves once it listens on the port. Its output is told when it ends before. */
export async function startProgram(path: string, args: readonly string[], port: number): Promise<Running> {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-4000)
    })
  const ended = once(child, 'exit')
  // Before its folder is removed.
  leftovers.unshift(() => child.kill('SIGKILL'))
  await listening(port, () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${path} ended at its start.\n${output}`)
  })
  return {
    child,
    async end(signal) {
      child.kill(signal)
      await ended
    },
  }
}

const LONGEST_MS = 60_000
const STEP_MS = 25

async function listening(port: number, mustRun: () => void): Promise<void> {
  for (let waited = 0; waited < LONGEST_MS; waited += STEP_MS) {
    mustRun()
    if (await accepts(port)) return
    await setTimeout(STEP_MS)
  }
  throw new Error(`Nothing listens on 127.0.0.1:${port} after ${LONGEST_MS} ms.`)
}

async function accepts(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
