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
export type { StoreCaseOutcome, StoreRun, StoreSetup } from './run-store-cases.ts'
export { runStoreCase, runStoreCases } from './run-store-cases.ts'
export type { TransportCaseOutcome, TransportReport, TransportSetup } from './run-transport-cases.ts'
export { runTransportCase, runTransportCases } from './run-transport-cases.ts'
export { seededRandom } from './seeded-random.ts'
export type { HostTransaction, StoreCase, StoreCaseNeed, StoreCaseTopic, StoreContext } from './store-case.ts'
export { storeCases } from './store-cases.ts'
export type { StoreBadge, StoreCaseResult, StoreReport } from './store-report.ts'
export { storeBadge } from './store-report.ts'
export type {
  Arrival,
  OpenedTransport,
  TransportCase,
  TransportCaseTopic,
  TransportContext,
} from './transport-case.ts'
export { transportCases } from './transport-cases.ts'
export type { DeliveryChanges } from './transport-delivery.ts'
export { deliveryOf } from './transport-delivery.ts'
