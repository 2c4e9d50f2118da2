/** The windows of one calendar, compiled when they are first looked at, and their running sum. */
import { toMs } from '../domain/time.ts'
import type { OpenWindow } from './jump-table.ts'
import { layWindow } from './jump-table.ts'
import { fault } from './sla-faults.ts'
import type { FlatSpans } from './spans.ts'
import { PER_WINDOW, WINDOW_MS } from './zone.ts'

const FIRST = Math.floor(Date.UTC(1800, 0) * PER_WINDOW)
const COUNT = Math.ceil(Date.UTC(2400, 0) * PER_WINDOW) - FIRST

/** The position of a window, 0 to `timeline.count - 1`. */
export type WindowIndex = number

/** A calendar's open time from 1800 to 2400. */
export interface Timeline {
  readonly count: number
  /** The first instant answered for, and the first one no longer answered for. */
  readonly begin: number
  readonly end: number
  readonly indexOf: (instant: number) => WindowIndex
  /** The window at an index; `instant` is what a refusal names. */
  readonly windowAt: (index: WindowIndex, instant: number) => OpenWindow
  /** Open time before a window, counted from an instant of the timeline's own: only differences mean something. */
  readonly openBeforeWindow: (index: WindowIndex) => number
  /** The window in which that count passes `open`, `later` or `earlier` than where it was asked before; -1: never. */
  readonly windowReaching: (open: number, direction: 'later' | 'earlier') => WindowIndex
}

/** Makes the timeline of a function that lists open time in `[from, to)`, which is asked for one window at a time. */
export function timelineOf(openSpans: (from: number, to: number) => FlatSpans): Timeline {
  const windows = new Array<OpenWindow | undefined>(COUNT).fill(undefined)
  const compile = (index: WindowIndex, instant: number): OpenWindow => {
    if (!(index >= 0 && index < COUNT)) {
      throw fault('calendar.out-of-range', { instant: new Date(toMs(instant)).toISOString() })
    }
    const start = (index + FIRST) * WINDOW_MS
    const window = layWindow(start, openSpans(start, start + WINDOW_MS))
    windows[index] = window
    return window
  }
  const windowAt = (index: WindowIndex, instant: number) => windows[index] ?? compile(index, instant)
  return {
    count: COUNT,
    begin: FIRST * WINDOW_MS,
    end: (FIRST + COUNT) * WINDOW_MS,
    indexOf: (instant) => Math.floor(instant * PER_WINDOW) - FIRST,
    windowAt,
    ...runningSum((index) => windowAt(index, 0).total),
  }
}

/** Sums windows outwards from the first one asked for, so that nothing is compiled before somebody needs it. */
function runningSum(total: (index: WindowIndex) => number): Pick<Timeline, 'openBeforeWindow' | 'windowReaching'> {
  const sums = new Float64Array(COUNT + 1)
  let low = -1
  let high = -1
  const openBeforeWindow = (index: WindowIndex): number => {
    if (low < 0) low = high = index
    for (; low > index; low--) sums[low - 1] = (sums[low] as number) - total(low - 1)
    for (; high < index; high++) sums[high + 1] = (sums[high] as number) + total(high)
    return sums[index] as number
  }
  const windowReaching = (open: number, direction: 'later' | 'earlier'): WindowIndex => {
    const later = direction === 'later'
    while (later && high < COUNT && (sums[high] as number) < open) openBeforeWindow(high + 1)
    while (!later && low > 0 && (sums[low] as number) > open) openBeforeWindow(low - 1)
    if (later ? (sums[high] as number) < open : (sums[low] as number) > open) return -1
    let left = low
    let right = high - 1
    while (left < right) {
      const middle = (left + right) >> 1
      const after = sums[middle + 1] as number
      if (later ? after >= open : after > open) right = middle
      else left = middle + 1
    }
    return left
  }
  return { openBeforeWindow, windowReaching }
}
