/** Exact medians and percentiles of lengths without reading them all: counts tell in which bucket each lies, and only that one is looked at. */
import type { Condition } from '../domain/condition.ts'
import { type Length, lengthFields, type Measurable, type TimeKind } from '../domain/reporting/measure.ts'
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
    const period = asked.periods[index] as SpannedPeriod
    const within = lookedUp(async (number: number): Promise<Heaps> => {
      const where: readonly Condition[] = [...of.where, { field: bucket, is: number }]
      const [only] = await heapsOf({ ...asked, periods: [period] }, { ...of, where, by: ms })
      return only as Heaps
    })
    found.push(await lengthsOf(heaps, within))
  }
  return found
}

function lookedUp<T>(look: (number: number) => Promise<T>): (number: number) => Promise<T> {
  const known = new Map<number, Promise<T>>()
  return (number) => {
    const found = known.get(number) ?? look(number)
    known.set(number, found)
    return found
  }
}

async function lengthsOf(
  buckets: Heaps,
  within: (bucket: number) => Promise<Heaps>,
): Promise<Map<string | null, Lengths>> {
  const lengths = new Map<string | null, Lengths>()
  for (const [group, heaps] of buckets) {
    const n = sumOf(heaps, 'n')
    if (n === 0) continue
    const exactly = async (share: number) => {
      const [bucket, rank] = placeIn(heaps, rankOf(share, n))
      return placeIn((await within(bucket)).get(group) ?? new Map(), rank)[0]
    }
    lengths.set(group, { n, mean: sumOf(heaps, 'sum') / n, median: await exactly(0.5), p90: await exactly(0.9) })
  }
  return lengths
}

const sumOf = (heaps: ReadonlyMap<number, Heap>, part: keyof Heap) =>
  [...heaps.values()].reduce((sum, heap) => sum + heap[part], 0)

/** The number in whose heap the rank-th lies, and its rank there. */
function placeIn(heaps: ReadonlyMap<number, Heap>, rank: number): readonly [number: number, rank: number] {
  let rest = rank
  let last = 0
  for (const [number, { n }] of [...heaps].sort(([a], [b]) => a - b)) {
    if (rest <= n) return [number, rest]
    rest -= n
    last = number
  }
  // What was counted is gone since: the nearest there is.
  return [last, rest]
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

/** The measures of a kind within a span. Its months follow each other, and a stretch of an index is read in order. */
export function conditionOf(what: Measurable, { months, cut }: Span, where: readonly Condition[]): Condition {
  return {
    all: [
      { field: 'what', is: what },
      { field: 'month', gte: months[0] as string },
      { field: 'month', lte: months.at(-1) as string },
      ...(cut === null ? [] : [{ field: 'at', gte: cut.from } as const, { field: 'at', lt: cut.until } as const]),
      ...where,
    ],
  }
}
