/** Short ways to write a ticket's history and read its clocks, for the tests of clocks. */
import type {
  CalendarDefinition,
  ClockEvent,
  Metric,
  MetricDefinition,
  SlaPolicyDefinition,
} from '../../../src/sla/sla.ts'
import { type ClockHappening, type Replayed, replayClocks } from '../../../src/sla/sla.ts'
import { office, utc } from '../hours.ts'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** An instant of the fortnight from Monday 2 March 2026 on, UTC: `t('Mon 10:00')`, the second week as `t('Mon2 10:00')`. */
export function t(text: string): number {
  const [day = '', time = ''] = text.split(' ')
  const date = 2 + DAYS.indexOf(day.slice(0, 3)) + (day.endsWith('2') ? 7 : 0)
  return utc(`2026-03-${String(date).padStart(2, '0')} ${time}`)
}

/** The instant as `t` takes it. */
export function said(ms: number | null | undefined): string | null {
  if (ms == null) return null
  const date = new Date(ms)
  const day = date.getUTCDate() - 2
  const rest = ms % 60_000 === 0 ? '' : date.toISOString().slice(16, 23)
  return `${DAYS[day % 7]}${day >= 7 ? '2' : ''} ${date.toISOString().slice(11, 16)}${rest}`
}

/** Offices of the tests: Monday to Friday, UTC. */
export const calendars = {
  'office 9-17': office('UTC', '09:00', '17:00'),
  'office 8-18': office('UTC', '08:00', '18:00'),
} satisfies Record<string, CalendarDefinition>

export interface Play {
  readonly metrics?: SlaPolicyDefinition['metrics']
  readonly policy?: SlaPolicyDefinition | readonly SlaPolicyDefinition[]
  /** Of the policy; absent: always open. */
  readonly calendar?: keyof typeof calendars
  readonly calendars?: Readonly<Record<string, CalendarDefinition>>
  readonly events: readonly ClockEvent[]
  readonly asOf: number
}

export function play({ metrics = {}, policy, calendar, events, asOf, calendars: own = {} }: Play): Replayed {
  const named = { name: 'Standard', metrics, ...(calendar === undefined ? {} : { calendar }) }
  return replayClocks({ policy: policy ?? named, calendars: { ...calendars, ...own }, events, asOf })
}

/** An event by its name and instant, with what else belongs to it. */
export function on<T extends ClockEvent['type']>(
  at: string | number,
  type: T,
  ...rest: Record<never, never> extends Omit<Extract<ClockEvent, { type: T }>, 'at' | 'type'>
    ? [rest?: Omit<Extract<ClockEvent, { type: T }>, 'at' | 'type'>]
    : [rest: Omit<Extract<ClockEvent, { type: T }>, 'at' | 'type'>]
): ClockEvent {
  return { at: typeof at === 'string' ? t(at) : at, type, ...rest[0] } as unknown as ClockEvent
}

/** What one metric told, as `name instant`. */
export function told(replayed: Pick<Replayed, 'happened'>, metric?: Metric): string[] {
  return replayed.happened
    .filter((one) => metric === undefined || one.metric === metric)
    .map((one) => `${metric === undefined ? `${one.metric} ` : ''}${one.name.slice(4)} ${said(one.at)}${detail(one)}`)
}

function detail({ level, reason, late, retroactive }: ClockHappening): string {
  if (level !== undefined) return ` at ${level}`
  if (reason !== undefined) return ` by ${reason}`
  if (retroactive === true) return ' retroactive'
  return late === true ? ' late' : ''
}

/** One metric with a target of so many hours of real time. */
export function hours(
  metric: Metric,
  target: number,
  rest: Partial<MetricDefinition> = {},
): SlaPolicyDefinition['metrics'] {
  return { [metric]: { target: `${target}h`, ...rest } }
}
