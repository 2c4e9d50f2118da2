/** Exact medians and percentiles of lengths without reading them all: counts tell in which bucket each lies, and only that one is looked at. */
import type { Condition } from '../domain/condition.ts'
import { bucketOf, type Length, lengthFields, type Measurable, type TimeKind } from '../domain/reporting/measure.ts'
import { rankOf } from '../domain/reporting/metric.ts'
import type { Store } from './ports.ts'
import type { Span, SpannedPeriod } from './report-periods.ts'

/** Which measures, and how they are told apart. */
export interface Asked {
  readonly store: Store
  readonly tenant: string
  readonly periods: readonly SpannedPeriod[]
  /** The field that groups are told apart by; `null`: they are not. */
  readonly field: string | null
  /** The groups that a value of that field stands for. */
  readonly groupsOf: (value: unknown) => readonly (string | null)[]
}

export interface Lengths {
  readonly n: number
  /** Milliseconds. */
  readonly mean: number
  readonly median: number
  readonly p90: number
}

interface Heap {
  readonly n: number
  readonly sum: number
}

/** By group, then by some number: a bucket, or a length. */
type Heaps = Map<string | null, Map<number, Heap>>

/** Of each period, by group, where there is any. */
export async function lengthsIn(
  asked: Asked,
  of: {
    readonly what: readonly Measurable[]
    readonly length: Length
    readonly time: TimeKind
    readonly where: readonly Condition[]
  },
): Promise<Map<string | null, Lengths>[]> {
  const [ms, bucket] = lengthFields(of.length, of.time)
  const buckets = await heapsOf(asked, { ...of, by: bucket, sum: ms })
  const found: Map<string | null, Lengths>[] = []
  for (const [index, heaps] of buckets.entries()) {
    const periods = [asked.periods[index] as SpannedPeriod]
    const look = async (within: readonly number[]): Promise<Heaps> => {
      const where: readonly Condition[] = [...of.where, { field: bucket, in: within }]
      return (await heapsOf({ ...asked, periods }, { ...of, where, by: ms }))[0] as Heaps
    }
    found.push(await lengthsOf(heaps, look))
  }
  return found
}

/** First in which buckets the percentiles lie, of all groups; then those are looked at, all at once. */
async function lengthsOf(
  buckets: Heaps,
  look: (within: readonly number[]) => Promise<Heaps>,
): Promise<Map<string | null, Lengths>> {
  const groups = [...buckets].flatMap(([group, heaps]) => {
    const n = sumOf(heaps, 'n')
    const placeOf = (share: number) => placeIn([...heaps], rankOf(share, n))
    return n === 0 ? [] : [{ group, n, mean: sumOf(heaps, 'sum') / n, half: placeOf(0.5), tenth: placeOf(0.9) }]
  })
  if (groups.length === 0) return new Map()
  const lengths = await look([...new Set(groups.flatMap(({ half, tenth }) => [half.number, tenth.number]))])
  return new Map(
    groups.map(({ group, n, mean, half, tenth }) => {
      const own = [...(lengths.get(group) ?? [])]
      const exactly = ({ number, rank }: Place) =>
        placeIn(
          own.filter(([ms]) => bucketOf(ms) === number),
          rank,
        ).number
      return [group, { n, mean, median: exactly(half), p90: exactly(tenth) }]
    }),
  )
}

const sumOf = (heaps: ReadonlyMap<number, Heap>, part: keyof Heap) =>
  [...heaps.values()].reduce((sum, heap) => sum + heap[part], 0)

interface Place {
  readonly number: number
  /** Within the heap of that number, from 1. */
  readonly rank: number
}

/** In whose heap the rank-th lies. */
function placeIn(heaps: readonly (readonly [number: number, heap: Heap])[], rank: number): Place {
  let rest = rank
  let last = 0
  for (const [number, { n }] of [...heaps].sort(([a], [b]) => a - b)) {
    if (rest <= n) return { number, rank: rest }
    rest -= n
    last = number
  }
  // What was counted is gone since: the nearest there is.
  return { number: last, rank: rest }
}

interface Heaped {
  readonly what: readonly Measurable[]
  readonly where: readonly Condition[]
  /** The field of the numbers. */
  readonly by: string
  readonly sum?: string
}

/** How many measures there are of each number, in each period, by group. Whole months of all periods are one question. */
async function heapsOf(asked: Asked, of: Heaped): Promise<Heaps[]> {
  const { store, tenant, field, groupsOf } = asked
  const heaps: Heaps[] = asked.periods.map(() => new Map())
  const fields = ['month', ...(field === null ? [] : [field]), of.by]
  for (const { span, indexOf } of questionsOf(asked.periods))
    for (const what of of.what)
      for (const { group, count, sum = 0 } of await store.count(
        tenant,
        'measure',
        conditionOf(what, span, of.where),
        fields,
        of.sum,
      )) {
        const number = group.at(-1)
        if (typeof number !== 'number') continue
        const into = heaps[indexOf(String(group[0]))] as Heaps
        for (const name of groupsOf(field === null ? null : group[1]))
          add(into, name, { number, n: span.sign * count, sum: span.sign * sum })
      }
  return heaps
}

function add(heaps: Heaps, group: string | null, { number, n, sum }: Heap & { readonly number: number }): void {
  const own = heaps.get(group) ?? new Map<number, Heap>()
  const heap = own.get(number) ?? { n: 0, sum: 0 }
  own.set(number, { n: heap.n + n, sum: heap.sum + sum })
  heaps.set(group, own)
}

interface Question {
  readonly span: Span
  /** Which period a month of the span belongs to. */
  readonly indexOf: (month: string) => number
}

/** What is to be asked for all periods: their whole months at once, and each cut by itself. */
export function questionsOf(periods: readonly SpannedPeriod[]): Question[] {
  const spans = periods.flatMap((period, index) =>
    period.spans.flatMap((span) => (span.months.length === 0 ? [] : [{ span, index }])),
  )
  const whole = spans.filter(({ span }) => span.cut === null)
  const indexes = new Map(whole.flatMap(({ span, index }) => span.months.map((month) => [month, index] as const)))
  const months = [...indexes.keys()]
  const all: Question = { span: { sign: 1, months, cut: null }, indexOf: (month) => indexes.get(month) as number }
  const cuts = spans.filter(({ span }) => span.cut !== null)
  return [...(months.length === 0 ? [] : [all]), ...cuts.map(({ span, index }) => ({ span, indexOf: () => index }))]
}

/** Months that follow each other: one is looked up, and of several a stretch of an index is read in order. */
export function within(field: string, months: readonly string[]): Condition[] {
  const [first, last] = [months[0] as string, months.at(-1) as string]
  return first === last
    ? [{ field, is: first }]
    : [
        { field, gte: first },
        { field, lte: last },
      ]
}

/** The measures of a kind within a span. */
export function conditionOf(what: Measurable, { months, cut }: Span, where: readonly Condition[]): Condition {
  return {
    all: [
      { field: 'what', is: what },
      ...within('month', months),
      ...(cut === null ? [] : [{ field: 'at', gte: cut.from } as const, { field: 'at', lt: cut.until } as const]),
      ...where,
    ],
  }
}
