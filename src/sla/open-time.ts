/** The arithmetic of open time on a timeline; knows neither zones nor dates. */
import type { OpenWindow } from './jump-table.ts'
import { closingAt, openBefore, openingAt, spanAt } from './jump-table.ts'
import type { Timeline } from './timeline.ts'

/** The earliest instant `ms > 0` of open time after `t`. */
export function openLater(line: Timeline, t: number, ms: number): number | null {
  const window = line.windowAt(line.indexOf(t), t)
  const open = openBefore(window, t) + ms
  return open <= window.total ? closingAt(window, open) : beyond(line, t, ms)
}

/** The latest instant `ms > 0` of open time before `t`. */
export function openEarlier(line: Timeline, t: number, ms: number): number | null {
  const window = line.windowAt(line.indexOf(t), t)
  const open = openBefore(window, t) - ms
  return open >= 0 ? openingAt(window, open) : beyond(line, t, -ms)
}

/** The same, where the answer lies in another window. Apart, so that the common case is small enough to be inlined. */
function beyond(line: Timeline, t: number, ms: number): number | null {
  // Open time passes no faster than time: an absurd amount need not be walked.
  if (t + ms > line.end || t + ms < line.begin) return null
  const index = line.indexOf(t)
  const open = line.openBeforeWindow(index) + openBefore(line.windowAt(index, t), t) + ms
  const reached = line.windowReaching(open, ms > 0 ? 'later' : 'earlier')
  if (reached < 0) return null
  const window = line.windowAt(reached, t)
  const rest = open - line.openBeforeWindow(reached)
  return ms > 0 ? closingAt(window, rest) : openingAt(window, rest)
}

/** Open milliseconds from `a` to `b`; negative when `b` is earlier. */
export function openBetween(line: Timeline, a: number, b: number): number {
  const first = line.indexOf(a)
  const second = line.indexOf(b)
  const open = openBefore(line.windowAt(second, b), b) - openBefore(line.windowAt(first, a), a)
  return first === second ? open : open + line.openBeforeWindow(second) - line.openBeforeWindow(first)
}

/** Whether `t` lies in open time. */
export function isOpenAt(line: Timeline, t: number): boolean {
  const window = line.windowAt(line.indexOf(t), t)
  return openingOf(window, spanAt(window, t)) <= t
}

/** `t` itself when open, else the next opening. */
export function openFrom(line: Timeline, t: number): number | null {
  let index = line.indexOf(t)
  let window = line.windowAt(index, t)
  const i = spanAt(window, t)
  if (i < spanCount(window)) return Math.max(t, openingOf(window, i))
  while (++index < line.count) {
    window = line.windowAt(index, t)
    if (window.total > 0) return openingOf(window, 0)
  }
  return null
}

/** The first closing after `t`, in this span or the next one. */
export function closeFrom(line: Timeline, t: number): number | null {
  const opened = openFrom(line, t)
  if (opened === null) return null
  let index = line.indexOf(opened)
  const window = line.windowAt(index, t)
  let close = window.ends[spanAt(window, opened)] as number
  // A span that reaches the end of its window goes on if the next window begins open.
  while (++index < line.count && openingOf(line.windowAt(index, t), 0) === close) {
    close = line.windowAt(index, t).ends[0] as number
  }
  return close >= line.end ? null : close
}

/** Hands over each open span in `[from, to)`, in order and cut to it. */
export function eachSpan(
  line: Timeline,
  range: { from: number; to: number },
  take: (start: number, end: number) => void,
): void {
  const { from, to } = range
  for (let t = openFrom(line, from); t !== null && t < to; ) {
    const close = closeFrom(line, t) ?? line.end
    take(t, Math.min(close, to))
    t = close < to ? openFrom(line, close) : null
  }
}

function spanCount(window: OpenWindow): number {
  return window.ends.length - 1
}

/** When span `i` opens; never for the entry past the last span. */
function openingOf(window: OpenWindow, i: number): number {
  return (window.sums[i] as number) + (window.shifts[i] as number)
}
