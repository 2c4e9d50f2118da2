/** Scores of surveys for a report: answers are counted by the database, and only counts are read, but for tags. */
import type { Condition } from '../domain/condition.ts'
import { type Score, scoreOf } from '../domain/surveys/score.ts'
import type { ScoreKind } from '../domain/surveys/score-kind.ts'
import { SCORED_OCCASIONS } from '../domain/surveys/survey.ts'
import type { StoredRecord } from './ports.ts'
import { type Asked, questionsOf, within } from './report-lengths.ts'
import type { Span } from './report-periods.ts'

/** What a score is, whatever its kind: a share, a mean, or points. */
export interface Scored {
  readonly n: number
  readonly value: number | null
  readonly interval: { readonly low: number; readonly high: number } | null
}

/** Of each period, by group, where anybody answered. */
export async function scoresIn(asked: Asked, kind: ScoreKind): Promise<Map<string | null, Scored>[]> {
  const { periods, field, groupsOf } = asked
  const tallies = periods.map(() => new Map<string | null, Map<number, number>>())
  for (const { span, indexOf } of questionsOf(periods))
    for await (const { month, value, answer, count } of answersOf(asked, answeredIn(kind, span))) {
      if (typeof answer !== 'number') continue
      const into = tallies[indexOf(String(month))] as Map<string | null, Map<number, number>>
      for (const name of field === 'tags' ? tagsIn(value) : groupsOf(value)) {
        const tally = into.get(name) ?? new Map<number, number>()
        tally.set(answer, (tally.get(answer) ?? 0) + span.sign * count)
        into.set(name, tally)
      }
    }
  return tallies.map((groups) => {
    const scores = [...groups].map(([name, tally]) => [name, scored(scoreOf(kind, tally))] as const)
    return new Map(scores.filter(([, { n }]) => n !== 0))
  })
}

interface Answers {
  readonly month: unknown
  readonly value: unknown
  readonly answer: unknown
  readonly count: number
}

const PAGE = 1000

/** Counted by the database, but for tags: a list is no group, so that surveys are read page by page. */
async function* answersOf({ store, tenant, field }: Asked, where: Condition): AsyncGenerator<Answers> {
  if (field !== 'tags') {
    const fields = ['answeredMonth', ...(field === null ? [] : [field]), 'score']
    for (const { group, count } of await store.count(tenant, 'survey', where, fields))
      yield { month: group[0], value: field === null ? null : group[1], answer: group.at(-1), count }
    return
  }
  const order = [{ field: 'answeredAt', direction: 'asc' as const }]
  for (let after: { values: string[]; id: string } | null = null; ; ) {
    const page: StoredRecord[] = await store.find(tenant, 'survey', { where, order, limit: PAGE, after })
    for (const { doc } of page) yield { month: doc.answeredMonth, value: doc.tags, answer: doc.score, count: 1 }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = { values: [String(last.doc.answeredAt)], id: last.id }
  }
}

function tagsIn(value: unknown): readonly (string | null)[] {
  const tags = value as readonly string[]
  return tags.length === 0 ? [null] : tags
}

function answeredIn(kind: ScoreKind, { months, cut }: Span): Condition {
  return {
    all: [
      { field: 'kind', is: kind },
      ...within('answeredMonth', months),
      { field: 'occasion', in: SCORED_OCCASIONS },
      ...(cut === null
        ? []
        : [{ field: 'answeredAt', gte: cut.from } as const, { field: 'answeredAt', lt: cut.until } as const]),
    ],
  }
}

function scored(score: Score): Scored {
  const { n, interval } = score
  switch (score.kind) {
    case 'csat':
    case 'goodBad':
      return { n, interval, value: score.share }
    case 'ces1':
    case 'ces2':
      return { n, interval, value: score.mean }
    case 'nps':
      return { n, interval, value: score.points }
    default:
      return score satisfies never
  }
}
