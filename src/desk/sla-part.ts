/** All of the desk that knows clocks and calendars, in one piece that can be loaded late. */
export { clockBookOf } from './clock-books.ts'
export { clocksOfPast } from './clock-history.ts'
export { followSla } from './follow-sla.ts'
export { checkSlaDocuments } from './sla-documents.ts'
export { slaQueries } from './sla-queries.ts'
