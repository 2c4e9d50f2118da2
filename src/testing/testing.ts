/** The door `deskwright/testing`: what makers of stores, and hosts, run in their own tests. */
export {
  changeOf,
  commandOf,
  customerDoc,
  customerId,
  messageDoc,
  messageId,
  minute,
  openingOf,
  taskOf,
  ticketDoc,
  ticketEntry,
  ticketId,
  ticketKey,
  ticketRemoval,
  ticketWrite,
} from './fixtures.ts'
export type { ManualClock } from './manual-clock.ts'
export { manualClock } from './manual-clock.ts'
export type { StoreCaseOutcome, StoreReport, StoreSetup } from './run-store-cases.ts'
export { runStoreCase, runStoreCases } from './run-store-cases.ts'
export { seededRandom } from './seeded-random.ts'
export type { StoreCase, StoreCaseTopic, StoreContext } from './store-case.ts'
export { storeCases } from './store-cases.ts'
