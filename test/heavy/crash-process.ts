/** Starts the program that works on a desk, and ends it: by a kill at a chosen moment, or by asking it to close. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { Step } from './crash-desk.ts'
import type { WorkerOrder } from './crash-worker.ts'

/** By the clock, counted from the process's start or from the opening of its desk; or at a step that it reaches the nth time. */
export type Death =
  | { readonly afterMs: number; readonly since: 'start' | 'opening' }
  | { readonly step: Step; readonly nth: number }

export interface Worker {
  readonly child: ChildProcess
  /** Its desk is open, or it has ended. */
  readonly ready: Promise<unknown>
  readonly ended: Promise<[number | null, NodeJS.Signals | null]>
  /** What it wrote to its error output. */
  readonly complaint: () => string
}

const LONGEST_MS = 30_000

export function startWorker(program: string, order: WorkerOrder): Worker {
  const child = spawn(process.execPath, [program, JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaint = ''
  child.stderr?.on('data', (chunk) => {
    complaint += chunk
  })
  const ended = once(child, 'exit') as Worker['ended']
  return { child, ready: Promise.race([once(child, 'message'), ended]), ended, complaint: () => complaint }
}

/** Resolves once it is dead; it must not end in any other way, nor miss the step at which it is to die. */
export async function killed(worker: Worker, death: Death): Promise<void> {
  if ('since' in death) {
    if (death.since === 'opening') await worker.ready
    await setTimeout(death.afterMs)
    worker.child.kill('SIGKILL')
  }
  const { code, signal, isLate } = await endOf(worker)
  if (isLate) throw new Error(`The process did not come to its end: ${JSON.stringify(death)}`)
  if (signal !== 'SIGKILL')
    throw new Error(`The process that was to be killed ended by itself with ${code}.\n${worker.complaint()}`)
}

/** Asks it to close its desk in the middle of its work; it must end by itself, and well. */
export async function closed(worker: Worker): Promise<void> {
  await worker.ready
  if (worker.child.connected) worker.child.send('close')
  const { code, signal } = await endOf(worker)
  if (code !== 0)
    throw new Error(`A process that was asked to close ended with ${code ?? signal}.\n${worker.complaint()}`)
}

async function endOf({ child, ended }: Worker) {
  let isLate = false
  const patience = new AbortController()
  setTimeout(LONGEST_MS, null, { signal: patience.signal }).then(
    () => {
      isLate = true
      child.kill('SIGKILL')
    },
    () => undefined,
  )
  const [code, signal] = await ended
  patience.abort()
  return { code, signal, isLate }
}
