/** Crashes, as cases need them: what was returned before is read again, what was under way is cut off. */
import type { Store } from '../desk/ports.ts'
import { equal } from './expectation.ts'
import { onCrash, type StoreContext } from './store-case.ts'

/** What came of work that a crash met: the store afterwards, and the results of what had returned before it, by place. */
export interface Crashed<T> {
  readonly next: Store
  readonly returned: ReadonlyMap<number, T>
}

/** Starts all of it, lets a few end, and crashes. Work that has not returned by then may have happened or not. */
export async function crashDuring<T>(
  work: readonly (() => Promise<T>)[],
  reopen: StoreContext['reopen'],
): Promise<Crashed<T>> {
  const ended = new Map<number, T>()
  const running = work.map((start, n) => start().then((result) => void ended.set(n, result)))
  const all = Promise.allSettled(running)
  await Promise.allSettled(running.slice(0, Math.floor(work.length / 4)))
  const returned = new Map(ended)
  const next = await reopen()
  // What was left behind may still be writing, as another machine would that was only thought dead.
  await all
  return { next, returned }
}

/** A case: what `read` gives after the crash is what it gave before. */
export function survives(
  id: string,
  title: string,
  live: (store: Store) => Promise<unknown>,
  read: (store: Store) => Promise<unknown>,
) {
  return onCrash(`store.restart.${id}`, title, async (store, reopen) => {
    await live(store)
    const before = await read(store)
    equal(await read(await reopen()), before, 'the same read after the crash')
  })
}
