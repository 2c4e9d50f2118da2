/** Finds what is legal in schedules and policies, but hardly what somebody meant. */
import { type InstantLike, toInstant, toMs } from '../domain/time.ts'
import { checkSchedules } from './check-on-call.ts'
import { coverageOf } from './on-call.ts'
import type { OnCallScheduleDefinition } from './on-call-schedule.ts'

/** One finding. */
export interface EscalationWarning {
  readonly code: 'onCall.gap' | 'onCall.double-cover' | 'escalation.unknown-person' | 'escalation.never-starts'
  /** Where: `schedules.primary`. */
  readonly place: string
  readonly message: string
}

/**
 * Gaps of schedules in a time, and times of double cover where a schedule does not ask for them.
 *
 * @throws DeskError as `coverage`.
 */
export function lintSchedules(
  schedules: Readonly<Record<string, OnCallScheduleDefinition>>,
  { from, until }: { readonly from: InstantLike; readonly until: InstantLike },
): readonly EscalationWarning[] {
  return [...checkSchedules(schedules)].flatMap(([name, schedule]) => {
    const place = `schedules.${name}`
    const { gaps, double } = coverageOf(schedule, toMs(from), toMs(until))
    const finding = (code: EscalationWarning['code'], says: string, list: typeof gaps): EscalationWarning[] => {
      const [first] = list
      if (first === undefined) return []
      const time = `the first from ${toInstant(first.from)} until ${toInstant(first.until)}`
      return [{ code, place, message: `${says} ${list.length} times, ${time}.` }]
    }
    return [
      ...finding('onCall.gap', 'Nobody is on call', gaps),
      ...(schedule.overlap === 'all' ? [] : finding('onCall.double-cover', 'Several stand in at once', double)),
    ]
  })
}
