/** One window of open time, laid out so that "how much until then" and "when is so much reached" cost two reads each. */
import type { FlatSpans } from './spans.ts'
import { WINDOW_MS } from './zone.ts'

/**
 * The open time of one window. Span `i` ends at `ends[i]`, `sums[i]` ms are open before it, and at an instant `t`
 * inside it `t - shifts[i]` ms are. One entry past the last span stands for "after the last closing".
 */
export interface OpenWindow {
  readonly start: number
  readonly total: number
  readonly ends: Float64Array
  readonly shifts: Float64Array
  readonly sums: Float64Array
  /** By bucket of time since `start`: the first span that ends after the bucket's beginning. */
  readonly byTime: Pointers
  /** By bucket of open time: the first span that holds, or ends at, the bucket's beginning. */
  readonly byOpen: Pointers
}

/** The number of a span for each bucket; wide only for windows of more than 65,535 spans. */
type Pointers = Uint16Array | Int32Array

// Buckets so fine that there is seldom a span to step over: a step that a processor cannot foresee costs as much as
// the rest of the answer. 70 minutes of time (16 KB a window), 35 minutes of open time (7 KB at 35 hours a week).
const PER_TIME_BUCKET = 2 ** -22
const PER_OPEN_BUCKET = 2 ** -21
const TIME_BUCKETS = WINDOW_MS * PER_TIME_BUCKET
const ALL_ZERO = new Uint16Array(WINDOW_MS * PER_OPEN_BUCKET + 1)

/** Lays out the spans of the window that begins at `start`. */
export function layWindow(start: number, spans: FlatSpans): OpenWindow {
  const n = spans.length / 2
  const ends = new Float64Array(n + 1).fill(Infinity)
  const shifts = new Float64Array(n + 1).fill(Infinity)
  const sums = new Float64Array(n + 1)
  let total = 0
  for (let i = 0; i < n; i++) {
    const opens = spans[2 * i] as number
    ends[i] = spans[2 * i + 1] as number
    shifts[i] = opens - total
    sums[i] = total
    total += (ends[i] as number) - opens
  }
  sums[n] = total
  // Nothing open, or nothing closed: every bucket points at entry 0, and such windows share one table.
  if (n === 0 || total === WINDOW_MS) return { start, total, ends, shifts, sums, byTime: ALL_ZERO, byOpen: ALL_ZERO }
  const byTime = pointers(TIME_BUCKETS, n, (i) => ((ends[i] as number) - start - 1) * PER_TIME_BUCKET)
  const byOpen = pointers(Math.floor(total * PER_OPEN_BUCKET) + 1, n, (i) => (sums[i + 1] as number) * PER_OPEN_BUCKET)
  return { start, total, ends, shifts, sums, byTime, byOpen }
}

/** For each bucket the first span whose last moment is not before the bucket's beginning; the count when none is. */
function pointers(buckets: number, spans: number, lastBucketOf: (span: number) => number): Pointers {
  const table = spans < 2 ** 16 ? new Uint16Array(buckets) : new Int32Array(buckets)
  table.fill(spans)
  let filled = 0
  for (let span = 0; span < spans && filled < buckets; span++) {
    const next = Math.floor(lastBucketOf(span)) + 1
    if (next > filled) table.fill(span, filled, next)
    filled = Math.max(filled, next)
  }
  return table
}

/** The first span that ends after an instant of this window; the number of spans when none does. */
export function spanAt(window: OpenWindow, instant: number): number {
  const { ends } = window
  let i = window.byTime[((instant - window.start) * PER_TIME_BUCKET) | 0] as number
  while ((ends[i] as number) <= instant) i++
  return i
}

/** Open time of this window before an instant. */
export function openBefore(window: OpenWindow, instant: number): number {
  const i = spanAt(window, instant)
  return Math.max(window.sums[i] as number, instant - (window.shifts[i] as number))
}

/** The earliest instant with so much open time before it, `0 < open <= total`: a closing when it fits exactly. */
export function closingAt(window: OpenWindow, open: number): number {
  const { sums } = window
  let i = window.byOpen[(open * PER_OPEN_BUCKET) | 0] as number
  while ((sums[i + 1] as number) < open) i++
  return open + (window.shifts[i] as number)
}

/** The latest instant with so much open time before it, `0 <= open < total`: an opening when it fits exactly. */
export function openingAt(window: OpenWindow, open: number): number {
  const { sums } = window
  let i = window.byOpen[(open * PER_OPEN_BUCKET) | 0] as number
  while ((sums[i + 1] as number) <= open) i++
  return open + (window.shifts[i] as number)
}
