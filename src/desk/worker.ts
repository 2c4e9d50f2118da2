/** Does the desk's own work again and again, and stops between two pieces of it, never within one. */
import type { Instant } from '../domain/time.ts'
import type { Problem } from './bus.ts'
import type { Pause, Store } from './ports.ts'

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
  /** Ends the pause early where the store can tell that there is work; without it, or when it fails, `every` is the longest wait. */
  readonly watch?: Store['watch'] | undefined
}

export function startWorker({ every, tick, pause, report, watch }: Work): Worker {
  let isStopping = false
  let isHinted = false
  let wake = (): void => {}
  const stop = {
    onStop: (wakeUp: () => void) => {
      wake = wakeUp
    },
  }
  const hint = () => {
    isHinted = true
    wake()
  }
  let leaving: Promise<(() => Promise<void>) | null> | null = null
  /** Watching that fails harms nothing, since the worker looks by itself: it is begun again with the next round. */
  const listen = () => {
    leaving ??= (watch?.(hint) ?? Promise.resolve(null)).catch(() => {
      leaving = null
      return null
    })
  }
  const run = async () => {
    while (!isStopping) {
      isHinted = false
      listen()
      await tick(() => isStopping).catch((error: unknown) => report({ where: 'worker', error, at: 'tick' }))
      // A hint that came during the round may be about work that the round had passed.
      if (!isStopping && !isHinted) await pause(every, stop)
    }
  }
  const running = run()
  return {
    async stop() {
      isStopping = true
      wake()
      await running
      await (await leaving)?.()
    },
  }
}
