/** The door `deskwright/sla`: business time that can be used alone, without a desk, a store or a schema library. */
export type { BusinessTime, Span } from './business-time.ts'
export type { Calendar } from './calendar.ts'
export { calendar } from './calendar.ts'
export type { CalendarDefinition, CalendarException, Hours, Weekday, WeeklyHours } from './calendar-definition.ts'
export { checkPolicies, type PolicyReferences } from './check-policy.ts'
export type { ClockEvent } from './clock-event.ts'
export type { ClockEventName, ClockHappening } from './clock-words.ts'
export type { OpenHours } from './combine.ts'
export { always, difference, intersection, union } from './combine.ts'
export type { DateHolidaysEntry, HolidayProposal } from './holidays.ts'
export { acceptHolidays, readDateHolidays } from './holidays.ts'
export type { HolidayFeed, SkippedEvent } from './icalendar.ts'
export { readICalendar } from './icalendar.ts'
export type { CalendarWarning } from './lint-calendar.ts'
export { type ClockReading, type Replayed, type ReplayInput, replayClocks } from './replay-clocks.ts'
export type { ClockStatus } from './sla-clock.ts'
export type {
  ChangeMode,
  ClockCategory,
  Metric,
  MetricDefinition,
  Replier,
  SlaPolicyDefinition,
  WarningLevel,
} from './sla-policy.ts'
export { METRICS } from './sla-policy.ts'
