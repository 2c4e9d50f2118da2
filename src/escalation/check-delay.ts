/** Delays and conditions of a policy, and all that its names may stand for. */
import type { Condition } from '../domain/condition.ts'
import { type ConditionShape, checkCondition } from '../domain/condition-check.ts'
import { shown } from '../sla/sla-faults.ts'
import { knownName, lengthOf, objectOf } from './check-shape.ts'
import { fault } from './escalation-faults.ts'
import type { CheckedDelay } from './escalation-policy.ts'

/** What a policy may refer to. Of what is absent every name passes. */
export interface EscalationReferences {
  readonly calendars?: ReadonlySet<string>
  readonly schedules?: ReadonlySet<string>
  readonly people?: ReadonlySet<string>
  readonly teams?: ReadonlySet<string>
  readonly roles?: ReadonlySet<string>
  /** Commands that a step may do. */
  readonly commands?: ReadonlySet<string>
  /** The fields that conditions may name; absent: the host's own, and those that most tickets have. */
  readonly fields?: Omit<ConditionShape, 'place'>
}

/** Conditions over plain data: what most tickets have, and whatever `fields.` name. */
const ANY_FIELD: Omit<ConditionShape, 'place'> = {
  fields: {
    priority: 'text',
    status: 'text',
    category: 'text',
    type: 'text',
    channel: 'text',
    teamId: 'text',
    assigneeId: 'text',
    organisationId: 'text',
    requesterId: 'text',
    tags: 'list',
  },
  custom: 'any',
}

export function checkDelay(input: unknown, place: string, { calendars }: EscalationReferences): CheckedDelay {
  if (input === null || typeof input !== 'object') return { ms: lengthOf(input, place), calendar: null }
  const { working, calendar } = objectOf(input, place, ['working', 'calendar'])
  const ms = lengthOf(working, `${place}.working`)
  if (calendar === '24/7') return { ms, calendar: null }
  return { ms, calendar: knownName(calendar, `${place}.calendar`, { what: 'calendar', known: calendars }) }
}

/** A delay of more than nothing. */
export function checkPositive(input: unknown, place: string, references: EscalationReferences): CheckedDelay {
  const delay = checkDelay(input, place, references)
  if (delay.ms > 0) return delay
  throw fault('escalation.bad-delay', { place, value: shown(input), why: 'It needs a length of more than 0.' })
}

export function conditionOf(input: unknown, place: string, { fields }: EscalationReferences): Condition | null {
  return input === undefined ? null : checkCondition(input, { ...(fields ?? ANY_FIELD), place })
}
