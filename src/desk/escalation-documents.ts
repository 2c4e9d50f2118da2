/** From a desk's documents to ladders and schedules: what they may name and match on, made once for each version. */
import type { PolicyDocuments } from '../domain/policy.ts'
import { ticketFields } from '../domain/tickets/ticket.ts'
import { assign, change, follow, tag } from '../domain/tickets/ticket-work.ts'
import { checkEscalations } from '../escalation/check-escalation.ts'
import { type Contact, checkContacts, checkSchedules, type OnCallSchedule } from '../escalation/check-on-call.ts'
import { fault as shapeFault } from '../escalation/escalation-faults.ts'
import type { EscalationPolicy, EscalationTarget } from '../escalation/escalation-policy.ts'
import { type Calendar, calendar } from '../sla/calendar.ts'
import type { CalendarDefinition } from '../sla/calendar-definition.ts'
import { always } from '../sla/combine.ts'

// What an escalation itself moves would make it depend on its own course.
const UNMATCHED: ReadonlySet<string> = new Set(['version', 'changedAt', 'escalation'])
const MATCHABLE = Object.fromEntries(Object.entries(ticketFields).filter(([name]) => !UNMATCHED.has(name)))
const FIELDS = { fields: MATCHABLE, custom: 'any' } as const

/** What a step may do to its ticket. */
const STEP_COMMANDS = {
  'ticket.assign': assign,
  'ticket.change': change,
  'ticket.follow': follow,
  'ticket.tag': tag,
} as const

/** The ladders of a document that is in force or was. Made once for each document that is kept. */
export const laddersOf = remembered((document: PolicyDocuments['escalation']) =>
  checkEscalations(document.policies, { fields: FIELDS }),
)

interface OnCall {
  readonly schedules: ReadonlyMap<string, OnCallSchedule>
  readonly contacts: ReadonlyMap<string, Contact>
}

export const onCallOf = remembered(
  ({ schedules, contacts }: PolicyDocuments['onCall']): OnCall => ({
    schedules: checkSchedules(schedules),
    contacts: checkContacts(contacts),
  }),
)

const calendarsOf = remembered((document: PolicyDocuments['calendars']) => {
  const made = new Map<string, Calendar>()
  return (name: string) => {
    const definition = document[name] as unknown as CalendarDefinition | undefined
    if (definition === undefined) return always
    const known = made.get(name) ?? calendar(definition)
    made.set(name, known)
    return known
  }
})

/** Working time of the calendars in force; one that is gone is always open. */
export function hoursIn(document: PolicyDocuments['calendars']): (name: string) => Calendar | typeof always {
  return calendarsOf(document)
}

function remembered<D extends object, R>(make: (document: D) => R): (document: D) => R {
  const made = new WeakMap<D, R>()
  return (document) => {
    const known = made.get(document) ?? make(document)
    made.set(document, known)
    return known
  }
}

/** @throws DeskError `escalation.*`, `onCall.*`, `calendar.*`, `condition.*`, each naming the place. */
export function checkEscalationDocuments(
  documents: Pick<PolicyDocuments, 'escalation' | 'onCall' | 'calendars' | 'roles'>,
): void {
  const { schedules } = onCallOf(documents.onCall)
  const policies = checkEscalations(documents.escalation.policies, {
    calendars: new Set(Object.keys(documents.calendars)),
    schedules: new Set(schedules.keys()),
    commands: new Set(Object.keys(STEP_COMMANDS)),
    fields: FIELDS,
  })
  policies.forEach(({ steps, fallback }, n) => {
    const place = `policies[${n}]`
    for (const [k, { targets }] of steps.entries()) checkCommands(targets, `${place}.steps[${k}].targets`)
    checkCommands(fallback, `${place}.fallback`)
  })
}

/** That each command would be understood. */
function checkCommands(targets: readonly EscalationTarget[], place: string): void {
  targets.forEach((target, n) => {
    if (!('command' in target)) return
    const { input } = STEP_COMMANDS[target.command as keyof typeof STEP_COMMANDS]
    const result = input.safeParse({ ...target.input, ticketId: 'tkt_0' })
    const [issue] = result.error?.issues ?? []
    if (issue === undefined) return
    const at = ['input', ...issue.path].join('.')
    throw shapeFault('escalation.malformed', {
      place: `${place}[${n}].${at}`,
      value: 'no input for that command',
      form: `what it takes: ${issue.message}`,
    })
  })
}

/** Every policy of a list, by its name. */
export function ladderNamed(policies: readonly EscalationPolicy[], name: string): EscalationPolicy | null {
  return policies.find((policy) => policy.name === name) ?? null
}
