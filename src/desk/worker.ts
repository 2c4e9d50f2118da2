/** Does the desk's own work again and again, and stops between two pieces of it, never within one. */
import type { Instant } from '../domain/time.ts'
import type { Problem } from './bus.ts'
import type { Pause } from './ports.ts'

export interface Worker {
  /** Resolves once the piece of work in hand is done. */
  stop(): Promise<void>
}

/** One round of the desk's own work: what time it is, whether to stop before the next piece, and a breath in between. */
export interface Round {
  readonly now: () => Instant
  readonly isStopping: () => boolean
  /** Lets whatever else the process has to do be done: on a store that answers at once nothing else would. */
  readonly breathe: () => Promise<void>
}

interface Work {
  readonly every: number
  readonly tick: (isStopping: () => boolean) => Promise<unknown>
  readonly pause: Pause
  readonly report: (problem: Problem) => void
}

export function startWorker({ every, tick, pause, report }: Work): Worker {
  let isStopping = false
  let wake = (): void => {}
  const stop = {
    onStop: (wakeUp: () => void) => {
      wake = wakeUp
    },
  }
  const run = async () => {
    while (!isStopping) {
      await tick(() => isStopping).catch((error: unknown) => report({ where: 'worker', error, at: 'tick' }))
      if (!isStopping) await pause(every, stop)
    }
  }
  const running = run()
  return {
    async stop() {
      isStopping = true
      wake()
      await running
    },
  }
}
