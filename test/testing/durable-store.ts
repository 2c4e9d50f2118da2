/** A store whose data outlives it, in a list that stands for a disk: what the cases on crashes are tried on, whole and broken. */
import { memoryStore } from 'deskwright/memory'
import type { StoreSetup } from 'deskwright/testing'
import type { Store } from '../../src/desk/ports.ts'

/** One thing that was done to the store, as it lies on the disk. */
export type Act =
  | { readonly name: 'commit'; readonly args: Parameters<Store['commit']> }
  | { readonly name: 'claim'; readonly args: Parameters<Store['claim']> }
  | { readonly name: 'settle'; readonly args: Parameters<Store['settle']> }
  | { readonly name: 'reserve'; readonly args: Parameters<Store['reserve']> }

/** What can be wrong with it. */
export interface DiskFaults {
  /** What a new process finds of what was written. */
  readonly found?: (acts: readonly Act[]) => readonly Act[]
  /** Replaces methods of the store that writes to the disk. `write` does an act, on the store and on the disk. */
  readonly change?: (store: Store, write: (act: Act) => Promise<unknown>) => Partial<Store>
  /** Runs between doing an act and writing it; the act has been answered before. */
  readonly late?: () => Promise<void>
}

/** How the kit gets at such a store. After a crash, a new one is told all that lies on the disk. */
export function durableSetup({ found = (acts) => acts, change, late }: DiskFaults = {}): StoreSetup {
  let disk: Act[] = []
  const on = (own: Act[], store: Store): Store => {
    async function write(act: Act): Promise<unknown> {
      const result = await perform(store, act)
      if (late) void late().then(() => own.push(act))
      else own.push(act)
      return result
    }
    const durable: Store = {
      ...store,
      capabilities: { processes: 'one', durable: true },
      commit: (...args) => write({ name: 'commit', args }) as ReturnType<Store['commit']>,
      claim: (...args) => write({ name: 'claim', args }) as ReturnType<Store['claim']>,
      settle: (...args) => write({ name: 'settle', args }) as ReturnType<Store['settle']>,
      reserve: (...args) => write({ name: 'reserve', args }) as ReturnType<Store['reserve']>,
    }
    return { ...durable, ...change?.(durable, write) }
  }
  return {
    open() {
      disk = []
      return on(disk, memoryStore())
    },
    async reopen() {
      disk = [...found(disk)]
      const store = memoryStore()
      for (const act of disk) await perform(store, act)
      return on(disk, store)
    },
  }
}

function perform(store: Store, act: Act): Promise<unknown> {
  switch (act.name) {
    case 'commit':
      return store.commit(...act.args)
    case 'claim':
      return store.claim(...act.args)
    case 'settle':
      return store.settle(...act.args)
    case 'reserve':
      return store.reserve(...act.args)
  }
}
