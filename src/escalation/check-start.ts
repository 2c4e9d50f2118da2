/** What sets a ladder off by itself, checked. */
import type { Condition } from '../domain/condition.ts'
import { METRICS } from '../domain/metrics.ts'
import { checkPositive, conditionOf, type EscalationReferences } from './check-delay.ts'
import { lengthOf, malformed, objectOf, oneOf } from './check-shape.ts'
import type { CheckedStart } from './escalation-policy.ts'

/** Checks one start; `place` is where it stands. */
export function checkStart(input: unknown, place: string, references: EscalationReferences): CheckedStart {
  const given = objectOf(input, place, null)
  const known = (...names: string[]) => objectOf(input, place, [...names, 'urgency'])
  const urgency = oneOf(given.urgency ?? 'high', `${place}.urgency`, ['high', 'low'])
  if (given.clock !== undefined) {
    const { clock, on, level, retroactive } = known('clock', 'on', 'level', 'retroactive')
    return {
      urgency,
      metric: oneOf(clock, `${place}.clock`, METRICS),
      kind: oneOf(on, `${place}.on`, ['warning', 'breach']),
      level: level === undefined ? null : levelOf(level, `${place}.level`),
      retroactive: oneOf(retroactive ?? 'start', `${place}.retroactive`, ['start', 'skip']),
    }
  }
  if (given.silentFor !== undefined) {
    const { silentFor, when } = known('silentFor', 'when')
    const delay = checkPositive(silentFor, `${place}.silentFor`, references)
    return { urgency, kind: 'silence', delay, when: conditionOf(when, `${place}.when`, references) }
  }
  const { when, for: length } = known('when', 'for')
  if (when === undefined) throw malformed(place, input, 'one of clock, when, silentFor')
  const delay = length === undefined ? null : checkPositive(length, `${place}.for`, references)
  return { urgency, kind: 'condition', delay, when: conditionOf(when, `${place}.when`, references) as Condition }
}

/** A level of warning by the name that events of clocks have for it. */
function levelOf(input: unknown, place: string): string {
  if (typeof input === 'number') {
    if (input > 0 && input < 1) return String(input)
    throw malformed(place, input, "a share between 0 and 1, or { before: '1h' }")
  }
  return `-${lengthOf(objectOf(input, place, ['before']).before, `${place}.before`)}`
}
