/** All store cases: what every store for the desk has to keep, as data. */
import type { StoreCase } from './store-case.ts'
import { atomicityCases } from './store-cases-atomicity.ts'
import { besideCases, watchCases } from './store-cases-beside.ts'
import { commandCases } from './store-cases-commands.ts'
import { conditionCases } from './store-cases-conditions.ts'
import { crashCases } from './store-cases-crash.ts'
import { crashTaskCases } from './store-cases-crash-tasks.ts'
import { exactnessCases } from './store-cases-exactness.ts'
import { fenceCases } from './store-cases-fences.ts'
import { groupCases } from './store-cases-groups.ts'
import { handleCases } from './store-cases-handles.ts'
import { hierarchyCases } from './store-cases-hierarchy.ts'
import { historyCases } from './store-cases-history.ts'
import { leaseCases } from './store-cases-leases.ts'
import { countingCases, orderCases } from './store-cases-order.ts'
import { pagingCases } from './store-cases-paging.ts'
import { raceCases } from './store-cases-races.ts'
import { recordCases } from './store-cases-records.ts'
import { restartCases } from './store-cases-restart.ts'
import { restartTaskCases } from './store-cases-restart-tasks.ts'
import { severalCases } from './store-cases-several.ts'
import { snapshotCases } from './store-cases-snapshot.ts'
import { takeoverCases } from './store-cases-takeover.ts'
import { taskCases } from './store-cases-tasks.ts'
import { lifecycleCases, numberCases, tenantCases } from './store-cases-tenants.ts'
import { withinCases } from './store-cases-within.ts'

/**
 * The promises of the store port, one case each, the most important ones first. Ids are lasting; a release may add cases.
 *
 * @example
 * ```ts no-run: a test runner runs it
 * import { memoryStore } from 'deskwright/memory'
 * import { runStoreCase, storeCases } from 'deskwright/testing'
 * import { it } from 'vitest'
 *
 * for (const storeCase of storeCases)
 *   it(`${storeCase.id}: ${storeCase.title}`, async (context) => {
 *     const { skipped } = await runStoreCase(storeCase, { open: () => memoryStore() })
 *     if (skipped !== null) context.skip(skipped)
 *   })
 * ```
 */
export const storeCases: readonly StoreCase[] = [
  ...atomicityCases,
  ...severalCases,
  ...raceCases,
  ...takeoverCases,
  ...handleCases,
  ...crashCases,
  ...crashTaskCases,
  ...restartCases,
  ...restartTaskCases,
  ...commandCases,
  ...snapshotCases,
  ...tenantCases,
  ...taskCases,
  ...fenceCases,
  ...leaseCases,
  ...groupCases,
  ...orderCases,
  ...pagingCases,
  ...hierarchyCases,
  ...historyCases,
  ...numberCases,
  ...exactnessCases,
  ...conditionCases,
  ...countingCases,
  ...recordCases,
  ...withinCases,
  ...besideCases,
  ...watchCases,
  ...lifecycleCases,
]
