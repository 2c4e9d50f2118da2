/** Makes a report of what stands in the tables: figures by measure, period and group. */
import type { Condition } from '../domain/condition.ts'
import type { Measurable, Measure } from '../domain/reporting/measure.ts'
import { BACKLOG_MOVES, type MetricDefinition, type MetricName, reportMetrics } from '../domain/reporting/metric.ts'
import type { Figure, Report, ReportGroup } from '../domain/reporting/report.ts'
import type { ScoreKind } from '../domain/surveys/score-kind.ts'
import { parseDuration, toInstant } from '../domain/time.ts'
import type { ReadContext } from './query.ts'
import { createdIn } from './report-created.ts'
import type { ReportInput } from './report-inputs.ts'
import { type Asked, conditionOf, type Lengths, lengthsIn, questionsOf } from './report-lengths.ts'
import { namesOf } from './report-names.ts'
import { periodsOf } from './report-periods.ts'
import { type Scored, scoresIn } from './report-scores.ts'

type Group = string | null
type Counts = ReadonlyMap<Group, number>

/** A report on its way. */
interface Making extends Asked {
  readonly input: ReportInput
  readonly asOf: string
  /** Of each happening, in each period, by group. */
  readonly counts: (what: Measurable, where?: readonly Condition[]) => Promise<Counts[]>
  readonly created: () => Promise<Counts[]>
  /** Distinct tickets solved in each period, and those of them that were reopened since. */
  readonly tickets: () => Promise<{ readonly solved: Counts[]; readonly reopened: Counts[] }>
}

const FIELDS: Readonly<Record<ReportGroup, keyof Measure & string>> = {
  agent: 'agentId',
  team: 'teamId',
  channel: 'channel',
  tag: 'tags',
  priority: 'priority',
  segment: 'segment',
  organisation: 'organisationId',
}

export async function makeReport(context: ReadContext<ReportInput>): Promise<Report> {
  const { house, tenant, input } = context
  const making = await begin(context)
  const figures: Figure[] = []
  for (const metric of input.metrics) figures.push(...(await figuresOf(making, metric)))
  return {
    asOf: making.asOf,
    timeZone: input.timeZone,
    per: input.per,
    by: input.by,
    time: input.time,
    windowMs: parseDuration(input.window),
    periods: making.periods.map(({ name, from, until }) => ({ name, from, until })),
    names: await namesOf(house.store, tenant, { by: input.by, figures }),
    figures,
  }
}

async function begin(context: ReadContext<ReportInput>): Promise<Making> {
  const { house, tenant, input } = context
  const { store } = house
  const asked: Asked = {
    ...{ store, tenant, periods: periodsOf(input) },
    field: input.by === null ? null : FIELDS[input.by],
    groupsOf: input.by === 'tag' ? tagsOf : (value) => [value as Group],
  }
  const counts: Making['counts'] = (what, where = []) => countsOf(asked, what, where)
  return {
    ...asked,
    ...{ input, counts, asOf: toInstant(house.clock.now()) },
    created: once(() => createdIn(context, asked)),
    tickets: once(() => ticketsSolved(asked)),
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined
  return () => {
    done ??= work()
    return done
  }
}

function tagsOf(value: unknown): readonly Group[] {
  return typeof value === 'string' ? (JSON.parse(value) as string[]) : [null]
}

async function countsOf(asked: Asked, what: Measurable, where: readonly Condition[]): Promise<Map<Group, number>[]> {
  const { store, tenant, field, groupsOf, periods } = asked
  const counts = periods.map(() => new Map<Group, number>())
  for (const { span, indexOf } of questionsOf(periods)) {
    const fields = ['month', ...(field === null ? [] : [field])]
    for (const { group, count } of await store.count(tenant, 'measure', conditionOf(what, span, where), fields)) {
      const into = counts[indexOf(String(group[0]))] as Map<Group, number>
      for (const name of groupsOf(field === null ? null : group[1]))
        into.set(name, (into.get(name) ?? 0) + span.sign * count)
    }
  }
  return counts.map(thoseLeft)
}

/** Without groups all of whose counts lie in the stretch of a month that was taken off again: they did nothing. */
function thoseLeft(counts: Counts): Map<Group, number> {
  return new Map([...counts].filter(([, n]) => n !== 0))
}

const SOLUTIONS = ['solved', 'solvedAgain'] as const
const AGAIN: Condition = { not: { field: 'untilReopenedMs', is: null } }

/** A ticket that is solved twice in a period counts once, with its first solution there: only that one can have been reopened before the next. */
async function ticketsSolved(asked: Asked): Promise<{ solved: Counts[]; reopened: Counts[] }> {
  const solved: Counts[] = []
  const reopened: Counts[] = []
  for (const period of asked.periods) {
    const isFirst: Condition = {
      any: [
        { field: 'solvedBefore', is: null },
        { field: 'solvedBefore', lt: period.from },
      ],
    }
    const one = { ...asked, periods: [period] }
    const count = async (where: readonly Condition[]) =>
      sumOf(await Promise.all(SOLUTIONS.map(async (what) => (await countsOf(one, what, where))[0] as Counts)))
    solved.push(await count([isFirst]))
    reopened.push(await count([isFirst, AGAIN]))
  }
  return { solved, reopened }
}

function sumOf(all: readonly Counts[], signs: readonly number[] = []): Counts {
  const sum = new Map<Group, number>()
  for (const [index, counts] of all.entries())
    for (const [group, n] of counts) sum.set(group, (sum.get(group) ?? 0) + n * (signs[index] ?? 1))
  return sum
}

async function figuresOf(making: Making, metric: MetricName): Promise<Figure[]> {
  const definition: MetricDefinition = reportMetrics[metric]
  if (definition.kind === 'time') {
    const { what, length, where } = definition
    const lengths = await lengthsIn(making, { what, length, where, time: making.input.time })
    return placed(making, lengths, (place, found) => timeFigure({ ...place, metric }, found))
  }
  if (definition.kind === 'score') {
    const scores = await scoresIn(making, metric as ScoreKind)
    const nobody: Scored = { n: 0, value: null, interval: null }
    return placed(making, scores, (place, found = nobody) => ({ ...place, ...found, metric, kind: 'score' }))
  }
  if (definition.kind === 'share') {
    const { of, met } = await shareOf(making, metric as ShareName)
    const both = of.map((all, index) => {
      const some = met[index] as Counts
      // Who opened nothing may have solved some, which are part of the whole.
      const groups = new Set([...all.keys(), ...some.keys()])
      return new Map([...groups].map((group) => [group, { n: all.get(group) ?? 0, met: some.get(group) ?? 0 }]))
    })
    return placed(making, both, (place, found) => {
      const { n, met } = found ?? { n: 0, met: 0 }
      return { ...place, metric, kind: 'share', n, met, share: n === 0 ? null : met / n }
    })
  }
  const counts = await countOf(making, metric, definition.what)
  return placed(making, counts, (place, n = 0) => ({ ...place, metric, kind: 'count', n }))
}

/** One figure for each period and group; without groups also for periods in which there is nothing. */
function placed<T>(
  { periods, field }: Making,
  found: readonly ReadonlyMap<Group, T>[],
  figure: (place: { readonly period: string; readonly group: Group }, value: T | undefined) => Figure,
): Figure[] {
  return periods.flatMap(({ name: period }, index) => {
    const groups = field === null ? [null] : [...(found[index]?.keys() ?? [])].sort(byName)
    return groups.map((group) => figure({ period, group }, found[index]?.get(group)))
  })
}

// Those of no group last.
function byName(a: Group, b: Group): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a < b ? -1 : 1
}

function timeFigure(place: Pick<Figure, 'metric' | 'period' | 'group'>, found: Lengths | undefined): Figure {
  if (found === undefined) return { ...place, kind: 'time', n: 0, mean: null, median: null, p90: null }
  const { n, mean, median, p90 } = found
  return { ...place, kind: 'time', n, mean: mean / 1000, median: median / 1000, p90: p90 / 1000 }
}

type ShareName = 'firstContactResolution' | 'oneTouch' | 'reopenRate' | 'resolutionRate'

async function shareOf(making: Making, metric: ShareName): Promise<{ of: readonly Counts[]; met: readonly Counts[] }> {
  if (metric === 'reopenRate') {
    const { solved, reopened } = await making.tickets()
    return { of: solved, met: reopened }
  }
  if (metric === 'resolutionRate') return { of: await making.created(), met: (await making.tickets()).solved }
  const windowMs = parseDuration(making.input.window)
  const closed: Condition = { field: 'at', lte: toInstant(Date.parse(making.asOf) - windowMs) }
  const stood = (field: string): Condition => ({
    any: [
      { field, is: null },
      { field, gt: windowMs },
    ],
  })
  const met: readonly Condition[] =
    metric === 'oneTouch'
      ? [{ field: 'replies', lte: 1 }, stood('untilReopenedMs')]
      : [{ field: 'contacts', lte: 1 }, stood('untilAgainMs'), stood('untilReopenedMs')]
  return { of: await making.counts('solved', [closed]), met: await making.counts('solved', [closed, ...met]) }
}

async function countOf(
  making: Making,
  metric: MetricName,
  what: readonly Measurable[] | undefined,
): Promise<readonly Counts[]> {
  if (metric === 'backlog') return backlogOf(making)
  if (what === undefined) return making.created()
  const all = await Promise.all(what.map((one) => making.counts(one)))
  return making.periods.map((_, index) => sumOf(all.map((counts) => counts[index] as Counts)))
}

const MOVES = Object.entries(BACKLOG_MOVES) as [keyof typeof BACKLOG_MOVES, 1 | -1][]

/** What there was before the first period, and what each period added. */
async function backlogOf(making: Making): Promise<Counts[]> {
  const [first] = making.periods
  if (first === undefined) return []
  const [created, ...moved] = [
    await making.created(),
    ...(await Promise.all(MOVES.map(([what]) => making.counts(what)))),
  ]
  const signs = [1, ...MOVES.map(([, sign]) => sign)]
  let sum = await unsolvedBefore(making, first.from)
  return making.periods.map((_, index) => {
    const net = sumOf(
      [created as Counts[], ...moved].map((counts) => counts[index] as Counts),
      signs,
    )
    sum += net.get(null) ?? 0
    return new Map([[null, sum]])
  })
}

async function unsolvedBefore({ store, tenant }: Making, instant: string): Promise<number> {
  const before = async (kind: 'ticket' | 'measure', where: Condition) =>
    (await store.count(tenant, kind, where, []))[0]?.count ?? 0
  let sum = await before('ticket', { field: 'openedAt', lt: instant })
  for (const [what, sign] of MOVES)
    sum +=
      sign *
      (await before('measure', {
        all: [
          { field: 'what', is: what },
          { field: 'month', lte: instant.slice(0, 7) },
          { field: 'at', lt: instant },
        ],
      }))
  return sum
}
