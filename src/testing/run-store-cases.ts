/** Runs store cases on a store, one at a time: by itself with a report, or case by case inside any test runner. */
import type { Clock, Store } from '../desk/ports.ts'
import { isDeskError } from '../domain/fault.ts'
import type { HostTransaction, StoreCase, StoreCaseNeed, StoreContext } from './store-case.ts'
import { storeCases } from './store-cases.ts'
import { type StoreCaseResult, type StoreReport, storeReport } from './store-report.ts'

/** How the kit gets at the store under test. */
export interface StoreSetup {
  /** Gives a store on new, empty data each time. The kit migrates it, and closes it when its case is over. */
  open(): Store | Promise<Store>
  /** One more handle on the data of the latest `open`. A store for many processes must give it. */
  openAnother?(): Store | Promise<Store>
  /**
   * The data of the latest `open` (or `reopen`) as a new process finds it after a crash. Nothing was closed before: kill
   * the process that holds it, copy its files as they lie on the disk and open the copy, or open anew beside what was
   * left behind. A durable store must give this or `openAnother`, which then stands in for it.
   */
  reopen?(): Store | Promise<Store>
  /** A transaction of a host on the data of the latest `open`, on a connection of its own. A store with `within` must give it. */
  openTransaction?(): HostTransaction | Promise<HostTransaction>
  /** Say so when nobody else can write while that transaction is open, as on SQLite. */
  readonly transactionsAlone?: true
  /** Called after each case, when its stores are closed: the place to remove files and schemas. */
  close?(): void | Promise<void>
}

/** Passed, or skipped for a reason. A failed case throws instead. */
export interface StoreCaseOutcome {
  readonly skipped: string | null
}

/**
 * Runs one case on fresh data.
 *
 * @throws whatever the case found wrong; and an error when a store promises something that the setup lacks the means
 *   to show, such as `processes: 'many'` without `openAnother`.
 */
export async function runStoreCase(storeCase: StoreCase, setup: StoreSetup): Promise<StoreCaseOutcome> {
  const { needs = [] } = storeCase
  const trial = trialOf(setup)
  try {
    const skipped = needs.length > 0 ? reasonToSkip(needs, setup, await trial.probe()) : null
    if (skipped === null) await storeCase.run(trial.context)
    return { skipped }
  } finally {
    await trial.end()
    await setup.close?.()
  }
}

/** One case's stores and transactions, so that none is left open behind it. */
function trialOf(setup: StoreSetup) {
  const stores: Store[] = []
  const transactions: HostTransaction[] = []
  let probe: Store | null = null
  const track = async (opening: Store | Promise<Store>) => {
    const store = await opening
    stores.push(store)
    await store.migrate()
    return store
  }
  const openFirst = async () => {
    const store = probe ?? (await track(setup.open()))
    probe = null
    return store
  }
  const context: StoreContext = {
    open: openFirst,
    openAnother: () => track(setup.openAnother?.() ?? missing('openAnother')),
    reopen: () => track((setup.reopen ? setup.reopen() : setup.openAnother?.()) ?? missing('reopen')),
    async openTransaction() {
      const host = onceEnded(await (setup.openTransaction?.() ?? missing('openTransaction')))
      transactions.push(host)
      return host
    },
  }
  return {
    context,
    /** The store that the case will open first, looked at before. */
    async probe() {
      probe ??= await track(setup.open())
      return probe
    },
    async end() {
      for (const host of transactions) await host.rollback()
      await closeAll(stores)
    },
  }
}

function missing(name: keyof StoreSetup): Promise<never> {
  return Promise.reject(new Error(`The setup has no ${name}.`))
}

/** A transaction that may be ended again and again; the first end counts. */
function onceEnded(host: HostTransaction): HostTransaction {
  let isOpen = true
  const once = (end: () => Promise<void>) => async () => {
    if (isOpen) {
      isOpen = false
      await end()
    }
  }
  return { transaction: host.transaction, commit: once(() => host.commit()), rollback: once(() => host.rollback()) }
}

function reasonToSkip(needs: readonly StoreCaseNeed[], setup: StoreSetup, store: Store): string | null {
  for (const need of needs) {
    const reason = REASONS[need](setup, store)
    if (reason !== null) return reason
  }
  return null
}

/** For each need: why a case is passed over, `null` when it can run; throws when a promise cannot be looked at. */
const REASONS: Readonly<Record<StoreCaseNeed, (setup: StoreSetup, store: Store) => string | null>> = {
  another({ openAnother }, { capabilities }) {
    if (openAnother) return null
    if (capabilities.processes === 'one') return "the store says processes: 'one', and this case needs a second handle"
    throw new Error("The store says processes: 'many'; give openAnother, so that the cases can hold it to that.")
  },
  restart({ reopen, openAnother }, { capabilities }) {
    if (!capabilities.durable) return 'the store says durable: false, and this case needs its data after a crash'
    if (reopen || openAnother) return null
    throw new Error('The store says durable: true; give reopen, so that the cases can hold it to that.')
  },
  transaction({ openTransaction }, { within }) {
    if (!within) return 'the store has no within, and this case needs a transaction of the host'
    if (openTransaction) return null
    throw new Error('The store has within; give openTransaction, so that the cases can hold it to that.')
  },
  beside: ({ transactionsAlone }) =>
    transactionsAlone ? "nobody else can write while the host's transaction is open, which this case needs" : null,
  watch: (_, { watch }) => (watch ? null : 'the store has no watch'),
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

/** How a run is followed while it goes on. */
export interface StoreRun {
  /** Times the cases; without one they take 0 ms. */
  readonly clock?: Clock
  /** Called when a case is over, before the next one starts. */
  readonly each?: (result: StoreCaseResult) => void
}

/**
 * Runs cases one after the other and reports on all of them; it never throws for a failed case.
 *
 * @param cases - all store cases unless given.
 */
export async function runStoreCases(
  setup: StoreSetup,
  cases: readonly StoreCase[] = storeCases,
  { clock, each }: StoreRun = {},
): Promise<StoreReport> {
  const results: StoreCaseResult[] = []
  for (const storeCase of cases) {
    const started = clock?.now() ?? 0
    const outcome = await outcomeOf(storeCase, setup)
    const { id, title, about } = storeCase
    const result = { id, title, about, ms: (clock?.now() ?? 0) - started, ...outcome }
    results.push(result)
    each?.(result)
  }
  return storeReport(results)
}

async function outcomeOf(
  storeCase: StoreCase,
  setup: StoreSetup,
): Promise<Pick<StoreCaseResult, 'outcome' | 'says' | 'error'>> {
  try {
    const { skipped } = await runStoreCase(storeCase, setup)
    return skipped === null ? { outcome: 'passed', says: '' } : { outcome: 'skipped', says: skipped }
  } catch (error) {
    return { outcome: 'failed', says: error instanceof Error ? error.message : String(error), error }
  }
}
