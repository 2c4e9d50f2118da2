/** Runs store cases on a store, one at a time: by itself with a report, or case by case inside any test runner. */
import type { Store } from '../desk/ports.ts'
import { isDeskError } from '../domain/fault.ts'
import type { StoreCase, StoreContext } from './store-case.ts'
import { storeCases } from './store-cases.ts'

/** How the kit gets at the store under test. */
export interface StoreSetup {
  /** Gives a store on new, empty data each time. The kit migrates it, and closes it when its case is over. */
  open(): Store | Promise<Store>
  /** One more handle on the data of the latest `open`. A store for many processes must give it. */
  openAnother?(): Store | Promise<Store>
  /** Called after each case, when its stores are closed: the place to remove files and schemas. */
  close?(): void | Promise<void>
}

/** Passed, or skipped for a reason. A failed case throws instead. */
export interface StoreCaseOutcome {
  readonly skipped: string | null
}

/** What came of many cases. */
export interface StoreReport {
  readonly passed: readonly string[]
  readonly failed: readonly { readonly id: string; readonly title: string; readonly error: unknown }[]
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
  /** The same for people: one line of figures, then each failure with what was found. */
  readonly text: string
}

/**
 * Runs one case on fresh data.
 *
 * @throws whatever the case found wrong; and an error when a store says `processes: 'many'` but no `openAnother` shows it.
 */
export async function runStoreCase(storeCase: StoreCase, setup: StoreSetup): Promise<StoreCaseOutcome> {
  const opened: Store[] = []
  const track = async (opening: Store | Promise<Store>) => {
    const store = await opening
    opened.push(store)
    await store.migrate()
    return store
  }
  const context: StoreContext = {
    open: () => track(setup.open()),
    openAnother: () => track(setup.openAnother?.() ?? Promise.reject(new Error('No openAnother was given.'))),
  }
  try {
    const skipped = storeCase.needs === 'another' ? await reasonToSkip(context, setup) : null
    if (skipped === null) await storeCase.run(context)
    return { skipped }
  } finally {
    await closeAll(opened)
    await setup.close?.()
  }
}

async function reasonToSkip({ open }: StoreContext, setup: StoreSetup): Promise<string | null> {
  if (setup.openAnother) return null
  const { processes } = (await open()).capabilities
  if (processes === 'one') return "the store says processes: 'one', and this case needs a second handle"
  throw new Error("The store says processes: 'many'; give openAnother, so that the cases can hold it to that.")
}

async function closeAll(stores: readonly Store[]): Promise<void> {
  for (const store of stores) {
    try {
      await store.close()
    } catch (error) {
      // Some cases close their store themselves.
      if (!isDeskError(error, 'store.closed')) throw error
    }
  }
}

/**
 * Runs cases one after the other and reports on all of them; it never throws for a failed case.
 *
 * @param cases - all store cases unless given.
 */
export async function runStoreCases(setup: StoreSetup, cases: readonly StoreCase[] = storeCases): Promise<StoreReport> {
  const passed: string[] = []
  const failed: { id: string; title: string; error: unknown }[] = []
  const skipped: { id: string; reason: string }[] = []
  for (const storeCase of cases) {
    const { id, title } = storeCase
    try {
      const outcome = await runStoreCase(storeCase, setup)
      if (outcome.skipped === null) passed.push(id)
      else skipped.push({ id, reason: outcome.skipped })
    } catch (error) {
      failed.push({ id, title, error })
    }
  }
  return { passed, failed, skipped, text: textOf({ passed, failed, skipped }) }
}

function textOf({ passed, failed, skipped }: Omit<StoreReport, 'text'>): string {
  const total = passed.length + failed.length + skipped.length
  const figures = `${total} store cases: ${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`
  const failures = failed.map(
    ({ id, title, error }) =>
      `FAILED ${id}\n  promise: ${title}\n  found:   ${error instanceof Error ? error.message : String(error)}`,
  )
  return [figures, ...failures, ...skipped.map(({ id, reason }) => `skipped ${id}: ${reason}`)].join('\n')
}
