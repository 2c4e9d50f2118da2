/** Scores of what was answered, by group and time, each with how sure it is; and who was asked, who was not, and why. */
import type * as z from 'zod'
import type { Condition } from '../domain/condition.ts'
import type { PolicyDocuments, PolicyVersion } from '../domain/policy.ts'
import { compareScores, type Difference } from '../domain/surveys/compare.ts'
import { type Interval, wilsonInterval } from '../domain/surveys/interval.ts'
import { type Score, scoreOf } from '../domain/surveys/score.ts'
import { SCORE_KINDS, type ScoreKind } from '../domain/surveys/score-kind.ts'
import type { Survey } from '../domain/surveys/survey.ts'
import type { auditSurveys, DIMENSIONS, PERIODS, scoreSurveys } from '../domain/surveys/survey-inputs.ts'
import type { Instant } from '../domain/time.ts'
import { textOfDay, weekdayOf } from '../sla/civil-date.ts'
import { dayAt } from '../sla/working-days.ts'
import { type Zone, zoneOf } from '../sla/zone.ts'
import type { House } from './house.ts'
import type { StoredRecord } from './ports.ts'
import type { ReadContext } from './query.ts'
import { find, type SurveyShown, whereIn } from './survey-reads.ts'

type Dimension = (typeof DIMENSIONS)[number]
type Period = (typeof PERIODS)[number]
type ScoreInput = z.output<typeof scoreSurveys>

/** One score. Scales never mix: each kind of question has its own. */
export interface ScoreGroup {
  readonly kind: ScoreKind
  /** The value of `by`; `null`: those that have none, and without `by`. */
  readonly group: string | null
  /** The first date of the part of time; `null` without `each`. */
  readonly period: string | null
  /** Of what was answered in the period. */
  readonly score: Score
  /** Of what was sent in the period and did not come back. */
  readonly delivered: number
  /** How many of those were answered, whenever. */
  readonly responded: number
  /** `null` when nothing was delivered. */
  readonly responseRate: number | null
  /** Wilson. */
  readonly responseInterval: Interval | null
}

export interface SurveyScores {
  /** By kind, period and group, in the order of their names: never by value. */
  readonly groups: readonly ScoreGroup[]
  /** The first of `compare` against the second, by kind. */
  readonly differences: readonly (Difference & { readonly kind: ScoreKind })[]
}

const FIELD_OF: { readonly [D in Dimension]: (survey: Survey) => readonly (string | null)[] } = {
  survey: (one) => [one.survey],
  occasion: (one) => [one.occasion],
  agent: (one) => [one.agentId],
  team: (one) => [one.teamId],
  organisation: (one) => [one.organisationId],
  channel: (one) => [one.channel],
  tag: (one) => (one.tags.length === 0 ? [null] : one.tags),
  priority: (one) => [one.priority],
  segment: (one) => [one.segment],
  language: (one) => [one.language],
}

interface Bin {
  readonly kind: ScoreKind
  readonly group: string | null
  readonly period: string | null
  readonly tally: Map<number, number>
  delivered: number
  responded: number
}

export async function scores({ house, tenant, input }: ReadContext<ScoreInput>): Promise<SurveyScores> {
  const bins = new Map<string, Bin>()
  const zone = zoneOf(input.timeZone, 'timeZone')
  const partOf = (at: Instant) => (input.each === undefined ? null : firstDateOf(input.each, zone, at))
  const eachBin = (survey: Survey, at: Instant, fill: (bin: Bin) => void) => {
    for (const group of input.by === undefined ? [null] : FIELD_OF[input.by](survey))
      fill(binOf(bins, { kind: survey.kind, group, period: partOf(at) }))
  }
  for await (const survey of surveysIn(house, tenant, 'answeredAt', input))
    eachBin(survey, survey.answeredAt as Instant, ({ tally }) => {
      tally.set(survey.score as number, (tally.get(survey.score as number) ?? 0) + 1)
    })
  for await (const survey of surveysIn(house, tenant, 'sentAt', input))
    if (survey.state !== 'bounced')
      eachBin(survey, survey.sentAt as Instant, (bin) => {
        bin.delivered++
        if (survey.state === 'answered') bin.responded++
      })
  const ordered = [...bins.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bin]) => bin)
  return { groups: ordered.map(groupOf), differences: differencesIn(ordered, input.compare) }
}

function binOf(bins: Map<string, Bin>, of: Pick<Bin, 'kind' | 'group' | 'period'>): Bin {
  const key = [of.kind, of.period, of.group].map((part) => part ?? '').join('\n')
  const bin = bins.get(key) ?? { ...of, tally: new Map(), delivered: 0, responded: 0 }
  bins.set(key, bin)
  return bin
}

function groupOf({ kind, group, period, tally, delivered, responded }: Bin): ScoreGroup {
  return {
    ...{ kind, group, period },
    score: scoreOf(kind, tally),
    ...{ delivered, responded },
    responseRate: delivered === 0 ? null : responded / delivered,
    responseInterval: wilsonInterval(responded, delivered),
  }
}

function differencesIn(bins: readonly Bin[], pair: ScoreInput['compare']): SurveyScores['differences'] {
  if (pair === undefined) return []
  const tallyOf = (kind: ScoreKind, group: string) => {
    const whole = new Map<number, number>()
    for (const bin of bins)
      if (bin.kind === kind && bin.group === group)
        for (const [answer, times] of bin.tally) whole.set(answer, (whole.get(answer) ?? 0) + times)
    return whole
  }
  const kinds = SCORE_KINDS.filter((kind) => bins.some((bin) => bin.kind === kind))
  return kinds.map((kind) => ({ kind, ...compareScores(kind, tallyOf(kind, pair[0]), tallyOf(kind, pair[1])) }))
}

/** The first date of the day, week, month, quarter or year that an instant lies in, where the zone is. */
function firstDateOf(each: Period, zone: Zone, at: Instant): string {
  const day = dayAt(zone, Date.parse(at))
  const text = textOfDay(day)
  switch (each) {
    case 'day':
      return text
    case 'week':
      return textOfDay(day - weekdayOf(day))
    case 'month':
      return `${text.slice(0, 7)}-01`
    case 'quarter': {
      const first = Math.floor((Number(text.slice(5, 7)) - 1) / 3) * 3 + 1
      return `${text.slice(0, 4)}-${String(first).padStart(2, '0')}-01`
    }
    case 'year':
      return `${text.slice(0, 4)}-01-01`
    default:
      return each satisfies never
  }
}

async function* surveysIn(
  house: House,
  tenant: string,
  field: 'answeredAt' | 'sentAt',
  { from, until, occasions, where }: ScoreInput,
): AsyncGenerator<Survey> {
  const asked = whereIn(where)
  const parts: Condition[] = [
    { field, gte: from },
    { field, lt: until },
    { field: 'occasion', in: occasions },
    ...(asked === null ? [] : [asked]),
  ]
  for await (const { doc } of recordsIn(house, tenant, field, { all: parts })) yield doc as unknown as Survey
}

const PAGE = 1000

/** Page by page, so that memory does not grow with them. */
async function* recordsIn(
  { store, breathe }: House,
  tenant: string,
  field: 'answeredAt' | 'sentAt' | 'consideredAt',
  where: Condition,
): AsyncGenerator<StoredRecord> {
  const order = [{ field, direction: 'asc' as const }]
  for (let after: { values: string[]; id: string } | null = null; ; ) {
    const page: StoredRecord[] = await store.find(tenant, 'survey', { where, order, limit: PAGE, after })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = { values: [String(last.doc[field])], id: last.id }
    await breathe()
  }
}

/** What became of the invitations of one survey. */
export interface SurveyTally {
  readonly survey: string
  readonly occasion: Survey['occasion']
  /** How many customers came up for it: each is counted in one of the states. */
  readonly considered: number
  readonly states: Readonly<Record<string, number>>
  /** How many were held back, by reason. */
  readonly suppressed: Readonly<Record<string, number>>
}

export interface SurveyAudit {
  /** Everybody who came up, the earliest first: asked or not, and why. */
  readonly items: readonly SurveyShown[]
  /** Hand it back as `after` for the next page; `null`: this was the last. */
  readonly next: string | null
  /** Of the whole period. */
  readonly tallies: readonly SurveyTally[]
  /** What the policy said, whom it left out by a condition or a share among it, and when; the latest first. */
  readonly policies: readonly {
    readonly number: number
    readonly from: Instant
    readonly document: PolicyDocuments['surveys']
  }[]
}

type Counting = SurveyTally & { states: Record<string, number>; suppressed: Record<string, number> }

/** Everybody who came up for a survey in a period, one by one and counted by what became of it. */
export async function audit(context: ReadContext<z.output<typeof auditSurveys>>): Promise<SurveyAudit> {
  const { house, tenant, input } = context
  const { from, until, limit, after } = input
  const tallies = new Map<string, Counting>()
  const where = {
    all: [
      { field: 'consideredAt', gte: from },
      { field: 'consideredAt', lt: until },
    ],
  }
  for await (const { doc } of recordsIn(house, tenant, 'consideredAt', where)) {
    const { survey, occasion, state, reason } = doc as unknown as Survey
    const key = `${survey}\n${occasion}`
    const before = tallies.get(key) ?? { survey, occasion, considered: 0, states: {}, suppressed: {} }
    tallies.set(key, { ...before, considered: before.considered + 1 })
    before.states[state] = (before.states[state] ?? 0) + 1
    if (state === 'suppressed') before.suppressed[String(reason)] = (before.suppressed[String(reason)] ?? 0) + 1
  }
  const ordered = [...tallies.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
  const order = [{ field: 'consideredAt', direction: 'asc' as const }]
  const page =
    limit === 0 ? { items: [], next: null } : await find({ ...context, input: { where, order, limit, after } })
  const policies = await policiesIn(house, tenant, { from, until })
  return { ...page, tallies: ordered.map(([, tally]) => tally), policies }
}

async function policiesIn(
  { store }: House,
  tenant: string,
  { from, until }: { readonly from: Instant; readonly until: Instant },
): Promise<SurveyAudit['policies']> {
  const order = [{ field: 'number', direction: 'desc' as const }]
  const records = await store.find(tenant, 'policyVersion', {
    where: { field: 'name', is: 'surveys' },
    order,
    limit: 1000,
    after: null,
  })
  const versions = records.map(({ doc }) => doc as unknown as PolicyVersion)
  return versions
    .filter((version) => version.from < until && (version.until ?? until) > from)
    .map((version) => ({
      number: version.number,
      from: version.from,
      document: version.document as unknown as PolicyDocuments['surveys'],
    }))
}
