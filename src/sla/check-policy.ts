/** Turns an SLA policy that came from anywhere into rules that can be trusted, or says what is wrong and where. */
import { type ConditionShape, checkCondition } from '../domain/condition-check.ts'
import { isDeskError } from '../domain/fault.ts'
import { type DurationLike, parseDuration } from '../domain/time.ts'
import { policyFault as fault } from './policy-faults.ts'
import { shown } from './sla-faults.ts'
import {
  type ChangeMode,
  type Level,
  METRICS,
  type Metric,
  type MetricRule,
  type SlaPolicy,
  WAITING_ON_CHILD,
} from './sla-policy.ts'

/** What a policy may refer to. */
export interface PolicyReferences {
  /** Names of the calendars there are; `'24/7'` is always there. */
  readonly calendars: ReadonlySet<string>
  /** Statuses that `pauseOn` may name beside the categories; `'any'` where nobody can know them all. Absent: none. */
  readonly statuses?: ReadonlySet<string> | 'any'
  /** The fields that `match` may name; absent: any well-formed name. */
  readonly fields?: ConditionShape
}

const CATEGORIES: ReadonlySet<string> = new Set(['new', 'open', 'pending', 'hold', 'solved', 'closed'])
const MODES: ReadonlySet<unknown> = new Set<ChangeMode>(['carry', 'restart', 'keepStricter'])
const REPLY_METRICS: ReadonlySet<string> = new Set(['firstReply', 'nextReply', 'periodicUpdate', 'pausableUpdate'])
const NEVER_PAUSED: ReadonlySet<string> = new Set(['firstReply', 'nextReply', 'periodicUpdate', 'totalResolution'])
const DEFAULT_PAUSES: Readonly<Partial<Record<Metric, readonly string[]>>> = {
  pausableUpdate: ['pending'],
  resolution: ['pending', 'hold'],
  requesterWait: ['pending'],
  agentWork: ['pending', 'hold'],
  firstResolution: ['pending', 'hold'],
}
const MAX_POLICIES = 200
const MAX_LEVELS = 20
/** Priorities, statuses, repliers: names that a person writes by hand. */
const MAX_ENTRIES = 200

type Loose = Readonly<Record<string, unknown>>

/**
 * Checks an ordered list of policies.
 *
 * @throws DeskError `sla.*`, `time.*` or `condition.*` with `data.place`, such as `policies[1].metrics.firstReply.target.P1`.
 */
export function checkPolicies(input: unknown, references: PolicyReferences): readonly SlaPolicy[] {
  const seen = new Map<string, number>()
  return listOf(input, 'policies', MAX_POLICIES).map((one, index) => {
    const policy = checkPolicy(one, `policies[${index}]`, references)
    const first = seen.get(policy.name)
    if (first !== undefined)
      throw fault('sla.name-twice', {
        place: `policies[${index}].name`,
        value: policy.name,
        first: `policies[${first}]`,
      })
    seen.set(policy.name, index)
    return policy
  })
}

function checkPolicy(input: unknown, place: string, references: PolicyReferences): SlaPolicy {
  const policy = objectOf(input, place, ['name', 'match', 'calendar', 'metrics', 'repliers'])
  const { name } = policy
  if (typeof name !== 'string' || name.trim() === '' || name.length > 100)
    throw fault('sla.bad-name', { place: `${place}.name`, value: shown(name) })
  const calendar = calendarName(policy.calendar ?? '24/7', `${place}.calendar`, references)
  const metrics = objectOf(policy.metrics, `${place}.metrics`, METRICS)
  const names = Object.keys(metrics) as Metric[]
  if (names.length === 0) throw fault('sla.no-metrics', { place: `${place}.metrics` })
  const rules = names.map(
    (metric) =>
      [
        metric,
        checkMetric(metric, metrics[metric], { place: `${place}.metrics.${metric}`, calendar, references }),
      ] as const,
  )
  return {
    name,
    match:
      policy.match === undefined
        ? null
        : checkCondition(policy.match, { ...(references.fields ?? ANY_FIELD), place: `${place}.match` }),
    rules: Object.fromEntries(rules),
    countsBots: checkRepliers(policy.repliers, `${place}.repliers`) ? 'yes' : 'no',
  }
}

/** Conditions over plain event data: whatever `fields.` name the events carry, and the four things that every ticket has. */
const ANY_FIELD: ConditionShape = {
  fields: {
    priority: 'text',
    status: 'text',
    category: 'text',
    teamId: 'text',
    type: 'text',
    channel: 'text',
    organisationId: 'text',
    requesterId: 'text',
    tags: 'list',
  },
  custom: 'any',
}

function checkRepliers(input: unknown, place: string): boolean {
  if (input === undefined) return false
  const repliers = listOf(input, place, MAX_ENTRIES)
  repliers.forEach((one, index) => {
    if (one !== 'agent' && one !== 'bot')
      throw fault('sla.bad-replier', { place: `${place}[${index}]`, value: shown(one) })
  })
  if (!repliers.includes('agent')) throw fault('sla.bad-replier', { place, value: shown(input) })
  return repliers.includes('bot')
}

interface MetricPlace {
  readonly place: string
  readonly calendar: string
  readonly references: PolicyReferences
}

function checkMetric(metric: Metric, input: unknown, { place, calendar, references }: MetricPlace): MetricRule {
  const given = objectOf(input, place, ['target', 'calendar', 'warn', 'pauseOn', 'onChange', 'onSolve'])
  const targets = checkTargets(given.target, `${place}.target`)
  if (given.onChange !== undefined && !MODES.has(given.onChange))
    throw fault('sla.bad-mode', {
      place: `${place}.onChange`,
      value: shown(given.onChange),
      modes: [...MODES].join(', '),
    })
  if (given.onSolve !== undefined) checkOnSolve(metric, given.onSolve, `${place}.onSolve`)
  return {
    metric,
    ...targets,
    calendar: given.calendar === undefined ? calendar : calendarName(given.calendar, `${place}.calendar`, references),
    levels: checkLevels(given.warn, {
      place: `${place}.warn`,
      shortest: Math.min(...Object.values(targets.targets), targets.otherwise ?? Number.POSITIVE_INFINITY),
    }),
    pauseOn: checkPauses(metric, given.pauseOn, { place: `${place}.pauseOn`, calendar, references }),
    onChange: (given.onChange as ChangeMode | undefined) ?? 'carry',
    onSolve: (given.onSolve as MetricRule['onSolve'] | undefined) ?? 'cancel',
  }
}

function checkOnSolve(metric: Metric, value: unknown, place: string): void {
  if (value !== 'met' && value !== 'cancel' && value !== 'keep')
    throw fault('sla.bad-mode', { place, value: shown(value), modes: 'met, cancel, keep' })
  if (!REPLY_METRICS.has(metric)) throw fault('sla.not-for-metric', { place, metric, why: 'solving ends it by itself' })
}

function checkTargets(input: unknown, place: string): Pick<MetricRule, 'targets' | 'otherwise'> {
  if (input === null || typeof input !== 'object') return { targets: {}, otherwise: durationOf(input, place) }
  const given = objectOf(input, place, null)
  const entries = Object.entries(given).map(
    ([priority, value]) => [priority, durationOf(value, `${place}.${priority}`)] as const,
  )
  if (entries.length === 0) throw fault('sla.no-targets', { place })
  if (entries.length > MAX_ENTRIES) throw fault('sla.too-many', { place, limit: MAX_ENTRIES })
  const { otherwise = null, ...targets } = Object.fromEntries(entries)
  return { targets, otherwise }
}

function durationOf(value: unknown, place: string): number {
  try {
    const ms = parseDuration(value as DurationLike)
    if (ms > 0) return ms
  } catch (error) {
    if (!isDeskError(error)) throw error
    throw fault('sla.bad-duration', { place, value: shown(value), why: error.message }, { cause: error })
  }
  throw fault('sla.bad-duration', { place, value: shown(value), why: 'A promise needs a length of more than 0.' })
}

function checkLevels(
  input: unknown,
  { place, shortest }: { readonly place: string; readonly shortest: number },
): Level[] {
  if (input === undefined) return []
  const levels = listOf(input, place, MAX_LEVELS).map((one, index) =>
    checkLevel(one, { place: `${place}[${index}]`, shortest }),
  )
  levels.forEach((level, index) => {
    const first = levels.findIndex((other) => other.id === level.id)
    if (first < index)
      throw fault('sla.name-twice', { place: `${place}[${index}]`, value: level.id, first: `${place}[${first}]` })
  })
  return levels
}

function checkLevel(input: unknown, { place, shortest }: { readonly place: string; readonly shortest: number }): Level {
  if (typeof input === 'number') {
    if (input > 0 && input < 1) return { id: String(input), share: input }
    throw fault('sla.bad-level', { place, value: shown(input) })
  }
  const { before } = objectOf(input, place, ['before'])
  const beforeMs = durationOf(before, `${place}.before`)
  if (beforeMs >= shortest) throw fault('sla.level-before-start', { place: `${place}.before`, value: shown(before) })
  return { id: `-${beforeMs}`, beforeMs }
}

function checkPauses(metric: Metric, input: unknown, { place, references }: MetricPlace): ReadonlySet<string> {
  if (input === undefined) return new Set(DEFAULT_PAUSES[metric] ?? [])
  const pauses = listOf(input, place, MAX_ENTRIES)
  if (NEVER_PAUSED.has(metric) && pauses.length > 0)
    throw fault('sla.not-for-metric', { place, metric, why: 'no status pauses it' })
  pauses.forEach((one, index) => {
    const isKnown =
      typeof one === 'string' &&
      one !== '' &&
      (CATEGORIES.has(one) || one === WAITING_ON_CHILD || isStatus(references, one))
    if (!isKnown || one === 'solved' || one === 'closed')
      throw fault('sla.bad-pause', { place: `${place}[${index}]`, value: shown(one) })
  })
  return new Set(pauses as string[])
}

function isStatus({ statuses }: PolicyReferences, name: string): boolean {
  return statuses === 'any' || statuses?.has(name) === true
}

function calendarName(input: unknown, place: string, { calendars }: PolicyReferences): string {
  if (input === '24/7' || (typeof input === 'string' && calendars.has(input))) return input
  throw fault('sla.unknown-calendar', { place, value: shown(input), known: ['24/7', ...calendars].join(', ') })
}

/** A list without holes: a hole reads as `undefined`, and is refused like it. */
function listOf(input: unknown, place: string, limit: number): unknown[] {
  if (!Array.isArray(input)) throw fault('sla.not-a-list', { place, value: shown(input) })
  if (input.length > limit) throw fault('sla.too-many', { place, limit })
  return Array.from(input)
}

/** A plain object with none but the known keys; `null`: any keys but those that reach a prototype. */
function objectOf(input: unknown, place: string, known: readonly string[] | null): Loose {
  const prototype =
    input !== null && typeof input === 'object' && !Array.isArray(input) ? Object.getPrototypeOf(input) : undefined
  if (prototype === undefined || (prototype !== null && Object.getPrototypeOf(prototype) !== null))
    throw fault('sla.not-an-object', { place, value: shown(input) })
  for (const key of Object.keys(input as object))
    if (known === null ? key === '__proto__' || key === 'constructor' : !known.includes(key))
      throw fault('sla.unknown-key', {
        place: `${place}.${key}`,
        known: known?.join(', ') ?? 'priorities, and otherwise',
      })
  return input as Loose
}
