/** Does the desk's own work again and again, and stops between two pieces of it, never within one. */
import type { Problem } from './bus.ts'
import type { Pause } from './ports.ts'

export interface Worker {
  /** Resolves once the piece of work in hand is done. */
  stop(): Promise<void>
}

interface Work {
  readonly every: number
  readonly tick: () => Promise<unknown>
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
      await tick().catch((error: unknown) => report({ where: 'worker', error, at: 'tick' }))
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
