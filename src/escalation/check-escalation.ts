/** Turns escalation policies that came from anywhere into ladders that can be trusted, or says what is wrong and where. */
import { shown } from '../sla/sla-faults.ts'
import { checkDelay, checkPositive, conditionOf, type EscalationReferences } from './check-delay.ts'
import { knownName, listOf, malformed, nameOf, objectOf, oneOf } from './check-shape.ts'
import { checkStart } from './check-start.ts'
import { fault } from './escalation-faults.ts'
import type { EscalationPolicy, EscalationStep, EscalationTarget } from './escalation-policy.ts'

const MAX_STARTS = 50
const MAX_STEPS = 50
const MAX_TARGETS = 50
const MAX_POLICIES = 200
const MAX_REPEAT = 9
const END = 'end'
const KINDS = ['agent', 'team', 'role', 'onCall', 'ticket', 'webhook', 'command'] as const

/**
 * Checks a list of policies, each with a name of its own.
 *
 * @throws DeskError `escalation.*`, `condition.*` with `data.place`, such as `policies[0].steps[1].delay`.
 */
export function checkEscalations(input: unknown, references: EscalationReferences): readonly EscalationPolicy[] {
  const seen = new Set<string>()
  return listOf(input, 'policies', { min: 0, max: MAX_POLICIES }).map((one, n) => {
    const policy = checkEscalation(one, `policies[${n}]`, references)
    if (seen.has(policy.name))
      throw fault('escalation.name-twice', { place: `policies[${n}].name`, value: shown(policy.name) })
    seen.add(policy.name)
    return policy
  })
}

/** Checks one policy; `place` is where it stands. */
export function checkEscalation(input: unknown, place: string, references: EscalationReferences): EscalationPolicy {
  const given = objectOf(input, place, ['name', 'starts', 'steps', 'repeat', 'acknowledgeTimeout', 'fallback'])
  const name = nameOf(given.name, `${place}.name`)
  const repeat = given.repeat ?? 0
  if (!Number.isInteger(repeat) || (repeat as number) < 0 || (repeat as number) > MAX_REPEAT)
    throw malformed(`${place}.repeat`, repeat, `a whole number from 0 to ${MAX_REPEAT}`)
  const raw = listOf(given.steps, `${place}.steps`, { min: 1, max: MAX_STEPS })
  const names = namesOf(raw, `${place}.steps`)
  const steps = raw.map((step, n) => checkStep(step, { place: `${place}.steps[${n}]`, n, names, references }))
  checkPaths(steps, `${place}.steps`, repeat as number)
  return {
    name,
    starts: listOf(given.starts ?? [], `${place}.starts`, { min: 0, max: MAX_STARTS }).map((one, n) =>
      checkStart(one, `${place}.starts[${n}]`, references),
    ),
    steps,
    repeat: repeat as number,
    acknowledgeTimeout:
      given.acknowledgeTimeout === undefined
        ? null
        : checkPositive(given.acknowledgeTimeout, `${place}.acknowledgeTimeout`, references),
    fallback: targetsOf(given.fallback ?? [], `${place}.fallback`, { references, min: 0 }),
  }
}

function namesOf(steps: readonly unknown[], place: string): ReadonlyMap<string, number> {
  const names = new Map<string, number>()
  steps.forEach((step, n) => {
    const { name } = objectOf(step, `${place}[${n}]`, ['name', 'targets', 'delay', 'acknowledge', 'when', 'jump'])
    if (name === undefined) return
    const own = nameOf(name, `${place}[${n}].name`)
    if (names.has(own) || own === END)
      throw fault('escalation.name-twice', { place: `${place}[${n}].name`, value: shown(own) })
    names.set(own, n + 1)
  })
  return names
}

interface StepPlace {
  readonly place: string
  readonly n: number
  readonly names: ReadonlyMap<string, number>
  readonly references: EscalationReferences
}

function checkStep(input: unknown, at: StepPlace): EscalationStep {
  const { place, references } = at
  const { name, targets, delay, acknowledge, when, jump } = input as Readonly<Record<string, unknown>>
  return {
    name: (name as string | undefined) ?? null,
    targets: targetsOf(targets, `${place}.targets`, { references, min: 1 }),
    delay: checkDelay(delay, `${place}.delay`, references),
    acknowledge: oneOf(acknowledge ?? 'anyone', `${place}.acknowledge`, ['anyone', 'everyone']),
    when: conditionOf(when, `${place}.when`, references),
    jump: jump === undefined ? null : checkJump(jump, at),
  }
}

function checkJump(input: unknown, { place, n, names, references }: StepPlace): EscalationStep['jump'] {
  const { to, when } = objectOf(input, `${place}.jump`, ['to', 'when'])
  const known = new Set([...names.keys(), END])
  const name = knownName(to, `${place}.jump.to`, { what: 'step', known })
  const target = name === END ? Number.POSITIVE_INFINITY : (names.get(name) as number)
  // Steps lead forward by themselves, so whatever leads back is a loop.
  if (target <= n + 1) throw fault('escalation.jump-loop', { place: `${place}.jump.to`, value: shown(name) })
  return { to: target, when: conditionOf(when, `${place}.jump.when`, references) }
}

/** That every step can be reached, and that going through them again takes time. */
function checkPaths(steps: readonly EscalationStep[], place: string, repeat: number): void {
  const reached = new Set([1])
  steps.forEach((step, n) => {
    const number = n + 1
    if (!reached.has(number)) throw fault('escalation.unreachable-step', { place: `${place}[${n}]` })
    const nexts = [...(step.jump ? [step.jump.to] : []), ...(step.jump && step.jump.when === null ? [] : [number + 1])]
    for (const next of nexts) reached.add(next)
    if (repeat > 0 && step.delay.ms === 0 && nexts.some((next) => next > steps.length))
      throw fault('escalation.zero-repeat', { place: `${place}[${n}].delay` })
  })
}

function targetsOf(
  input: unknown,
  place: string,
  { references, min }: { readonly references: EscalationReferences; readonly min: number },
): EscalationTarget[] {
  return listOf(input, place, { min, max: MAX_TARGETS }).map((one, n) => targetOf(one, `${place}[${n}]`, references))
}

function targetOf(input: unknown, place: string, references: EscalationReferences): EscalationTarget {
  const given = objectOf(input, place, [...KINDS, 'within', 'input'])
  const kinds = KINDS.filter((kind) => given[kind] !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) throw malformed(place, input, `one of ${KINDS.join(', ')}`)
  const rest = Object.keys(given).filter((key) => key !== kind)
  const extra = rest.find((key) => key !== (kind === 'role' ? 'within' : kind === 'command' ? 'input' : ''))
  if (extra !== undefined) throw fault('escalation.unknown-key', { place: `${place}.${extra}`, known: kind })
  const at = `${place}.${kind}`
  const { schedules, people, teams, roles, commands } = references
  const name = (what: string, known: ReadonlySet<string> | undefined) => knownName(given[kind], at, { what, known })
  switch (kind) {
    case 'agent':
      return { agent: name('person', people) }
    case 'team':
      return { team: name('team', teams) }
    case 'onCall':
      return { onCall: name('on-call schedule', schedules) }
    case 'ticket':
      return { ticket: oneOf(given.ticket, at, ['assignee', 'team']) }
    case 'webhook':
      return { webhook: nameOf(given.webhook, at) }
    case 'role': {
      const role = name('role', roles)
      return given.within === undefined ? { role } : { role, within: oneOf(given.within, `${place}.within`, ['team']) }
    }
    case 'command':
      return {
        command: name('command for a step', commands),
        input: JSON.parse(JSON.stringify(objectOf(given.input ?? {}, `${place}.input`, null))),
      }
  }
}
