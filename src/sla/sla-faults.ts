/** The refusals that business time can say, in one table, so that the door carries no other sentence. */
import { faultsOf } from '../domain/fault.ts'

interface At {
  /** Where in the definition: `weekly.fri[0][1]`, `exceptions[2].date`. */
  readonly place: string
}

interface Bad extends At {
  /** What stood there, shortened. */
  readonly value: string
}

/** Makes the refusals of `deskwright/sla`: `throw fault('calendar.bad-time', { place, value })`. */
export const fault = faultsOf({
  'calendar.not-an-object': { kind: 'invalid', says: (d: Bad) => `${d.place} is ${d.value}; give an object.` },
  'calendar.not-a-list': { kind: 'invalid', says: (d: Bad) => `${d.place} is ${d.value}; give a list, [] for none.` },
  'calendar.unknown-key': {
    kind: 'invalid',
    says: (d: At & { known: string }) => `${d.place} is not known here; the names are ${d.known}.`,
  },
  'calendar.unknown-weekday': {
    kind: 'invalid',
    says: (d: At & { known: string }) => `${d.place} is no weekday; write ${d.known}.`,
  },
  'calendar.unknown-zone': {
    kind: 'invalid',
    says: (d: Bad) =>
      `${d.place} is ${d.value}, no zone known here; give an IANA name such as 'Europe/Berlin' or 'UTC'.`,
  },
  'calendar.bad-interval': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}; give a pair of times such as ['09:00', '17:00'].`,
  },
  'calendar.bad-time': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}; write 'HH:MM' from 00:00 to 23:59, or '24:00' as an end.`,
  },
  'calendar.bad-date': {
    kind: 'invalid',
    says: (d: Bad & { form: string }) =>
      `${d.place} is ${d.value}; give a date that exists as '${d.form}', in the years 1800 to 2399.`,
  },
  'calendar.bad-name': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}; give a text of 1 to 200 characters, or leave it out.`,
  },
  'calendar.date-twice': {
    kind: 'invalid',
    says: (d: Bad & { first: string }) => `${d.place} repeats ${d.value} of ${d.first}; write one exception a date.`,
  },
  'calendar.exception-day': {
    kind: 'invalid',
    says: (d: At) => `${d.place} needs exactly one of date ('YYYY-MM-DD') and yearly ('MM-DD').`,
  },
  'calendar.exception-change': {
    kind: 'invalid',
    says: (d: At) => `${d.place} needs exactly one of open (replaces the date's hours) and closed (taken from them).`,
  },
  'calendar.nothing-to-combine': {
    kind: 'invalid',
    says: (d: At) => `${d.place} was given no calendar; give at least one.`,
  },
  'calendar.out-of-range': {
    kind: 'invalid',
    says: (d: { instant: string }) => `${d.instant} lies outside the years 1800 to 2399 that calendars answer for.`,
  },
  'calendar.bad-amount': {
    kind: 'invalid',
    says: (d: Bad) =>
      `${d.place} is ${d.value}; give a finite number (milliseconds to add, whole days to addWorkingDays).`,
  },
  'holidays.bad-input': {
    kind: 'invalid',
    says: (d: Bad & { form: string }) => `${d.place} is ${d.value}; give ${d.form}.`,
  },
})

/** A value as a refusal may show it: short, and safe for objects without a prototype. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? 'a function' : String(value)
  return 'an object'
}
