/** Hours made of other hours: sites that follow the sun, a team within its company, a desk without its meetings. */
import type { InstantLike } from '../domain/time.ts'
import type { BusinessTime, Span } from './business-time.ts'
import { businessTime } from './business-time.ts'
import { fault } from './sla-faults.ts'
import type { FlatSpans } from './spans.ts'
import { clipped, joined, within, without } from './spans.ts'
import { zoneOf } from './zone.ts'

/** All that is needed of hours to combine them: a calendar has it, and a duty roster of the host may have it. */
export interface OpenHours {
  readonly timeZone: string
  /** The open spans in `[from, to)`, in any order. */
  readonly spans: (from: InstantLike, to: InstantLike) => readonly Span[]
}

/** Open at every instant: 24/7, never closing. Local dates are those of UTC. */
export const always: BusinessTime = /* @__PURE__ */ businessTime(
  /* @__PURE__ */ zoneOf('UTC', 'timeZone'),
  (from, to) => [from, to],
)

/**
 * Open when at least one of the calendars is: sites that follow the sun.
 *
 * Zones may differ; each calendar keeps its own, and local dates of the result are those of the first one's zone.
 *
 * @throws DeskError `calendar.nothing-to-combine` when no calendar is given.
 */
export function union(...calendars: readonly OpenHours[]): BusinessTime {
  return combine('union', calendars, (all) => joined(all.flat()))
}

/**
 * Open when all of the calendars are: a team's hours within the company's. Local dates as in {@link union}.
 *
 * @throws DeskError `calendar.nothing-to-combine` when no calendar is given.
 */
export function intersection(...calendars: readonly OpenHours[]): BusinessTime {
  return combine('intersection', calendars, (all) => all.reduce(within))
}

/**
 * Open when the first calendar is and none of the others: a desk without its weekly training.
 * Local dates as in {@link union}.
 *
 * @throws DeskError `calendar.nothing-to-combine` when no calendar is given.
 */
export function difference(...calendars: readonly OpenHours[]): BusinessTime {
  return combine('difference', calendars, ([base = [], ...others]) => without(base, joined(others.flat())))
}

function combine(
  place: string,
  calendars: readonly OpenHours[],
  merge: (all: readonly FlatSpans[]) => FlatSpans,
): BusinessTime {
  const [first] = calendars
  if (!first) throw fault('calendar.nothing-to-combine', { place })
  return businessTime(zoneOf(first.timeZone, 'timeZone'), (from, to) => {
    const flat = (part: OpenHours) => part.spans(from, to).flatMap(({ start, end }) => [start, end])
    return merge(calendars.map((part) => clipped(joined(flat(part)), from, to)))
  })
}
