/** Takes store cases under a limit of time: a store that never answers is to be reported, not waited for. */
import { setImmediate } from 'node:timers/promises'
import { LONGEST_TIMER_MS } from '../domain/time.ts'
import { runStoreCases, type StoreSetup } from '../testing/run-store-cases.ts'
import type { StoreCase } from '../testing/store-case.ts'
import type { StoreCaseResult } from '../testing/store-report.ts'

function limitOf(seconds: number) {
  let timer: NodeJS.Timeout | undefined
  let end: (error: Error) => void
  const over = new Promise<never>((_, reject) => {
    end = reject
  })
  const stop = () => clearTimeout(timer)
  /** Begins anew for what comes now. */
  const start = (what: string) => {
    stop()
    const ring = () => end(new Error(`${what} had not ended after ${seconds} s`))
    timer = setTimeout(ring, Math.min(1000 * seconds, LONGEST_TIMER_MS))
  }
  return { over, start, stop }
}

/** The work, but given up after a while. `what`: as the error names it. */
export async function inTime<T>(work: Promise<T>, seconds: number, what: string): Promise<T> {
  const limit = limitOf(seconds)
  limit.start(what)
  return Promise.race([work, limit.over]).finally(limit.stop)
}

/** One case and what became of it. Opening its store, the case itself and closing its stores have the limit each. */
export async function takeInTime(setup: StoreSetup, storeCase: StoreCase, seconds: number): Promise<StoreCaseResult> {
  const clock = { now: () => performance.now() }
  const { id, title, about } = storeCase
  const started = clock.now()
  const limit = limitOf(seconds)
  const run: StoreCase['run'] = async (context) => {
    limit.stop()
    // A store that never waits for anything would leave no moment in which a stray error could be seen.
    await setImmediate()
    await inTime(storeCase.run(context), seconds, 'the case').finally(() => limit.start('closing its stores'))
  }
  limit.start('opening its store')
  const taken = runStoreCases(setup, [{ ...storeCase, run }], { clock }).then(
    ({ results }) => results[0] as StoreCaseResult,
  )
  const late = limit.over.catch(
    (error: Error): StoreCaseResult => ({
      ...{ id, title, about, outcome: 'failed', says: error.message, error, ms: clock.now() - started },
    }),
  )
  return Promise.race([taken, late]).finally(limit.stop)
}
