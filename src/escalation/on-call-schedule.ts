/** The words of an on-call schedule: people who take turns, hours that they are asked for, and who stands in for whom. */
import type { DurationLike, InstantLike } from '../domain/time.ts'
import type { WeeklyHours } from '../sla/calendar-definition.ts'

/**
 * People who take turns.
 *
 * The first hand-over is `start`, a wall time in its zone. A turn is measured on the wall: a day's turn that
 * hands over at 09:00 does so on the days of 23 and 25 hours too. A hand-over at a wall time that comes twice is at its
 * first; one at a time that a clock change leaves out is at the first instant after it. The instant belongs to the next person.
 */
export interface OnCallLayer {
  readonly name?: string
  /** Where its wall times and hours are: a site of its own. Absent: the schedule's zone. */
  readonly timeZone?: string
  /** In their order; a person may come twice. */
  readonly people: readonly string[]
  /** `'daily'`, `'weekly'`, or a length of whole minutes. */
  readonly turn: 'daily' | 'weekly' | DurationLike
  /** The first hand-over, `'2026-03-02T09:00'`: before it nobody of this layer is on call. */
  readonly start: string
  /** Wall time from which nobody of this layer is on call. */
  readonly until?: string
  /** The only hours in which its people are on call, such as nights or weekends. Absent: always. */
  readonly hours?: WeeklyHours
}

/** Somebody stands in, from an instant to another. */
export interface OnCallOverride {
  readonly from: InstantLike
  readonly until: InstantLike
  readonly person: string
  /** Only where this person would be on call. Absent: in place of whoever is. */
  readonly for?: string
}

/** Who is on call when. */
export interface OnCallScheduleDefinition {
  readonly timeZone: string
  readonly layers: readonly OnCallLayer[]
  /** Where several layers have somebody: the last of them counts (`'last'`, default), or all do. */
  readonly overlap?: 'last' | 'all'
  readonly overrides?: readonly OnCallOverride[]
}

/** How one person wants to be reached. */
export interface ContactDefinition {
  /** Ways in the order in which they are tried, by the host's own names: `['push', 'sms', 'voice']`. */
  readonly order: readonly string[]
  /** In these hours another order holds; `[]`: the person is not reached, and does not count as told. */
  readonly quiet?: { readonly timeZone: string; readonly hours: WeeklyHours; readonly order: readonly string[] }
}
