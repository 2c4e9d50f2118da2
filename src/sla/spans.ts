/** The algebra of open time: sorted lists of half-open spans, added, taken away and cut to a window. */

/**
 * Open time as one flat list `[start, end, start, end, …]` of epoch milliseconds: sorted, half-open, not touching.
 * Flat, because a year of hours is a thousand numbers and one array is cheaper than five hundred objects.
 */
export type FlatSpans = readonly number[]

/** Sorts pairs and joins those that touch or overlap, so that nothing counts twice; empty pairs vanish. */
export function joined(pairs: FlatSpans): FlatSpans {
  if (areJoined(pairs)) return pairs
  const sorted = sortPairs(pairs)
  const out: number[] = []
  for (let i = 0; i < sorted.length; i += 2) {
    const start = sorted[i] as number
    const end = sorted[i + 1] as number
    const last = out.length - 1
    if (end <= start) continue
    if (last < 0 || start > (out[last] as number)) out.push(start, end)
    else if (end > (out[last] as number)) out[last] = end
  }
  return out
}

function areJoined(pairs: FlatSpans): boolean {
  for (let i = 1; i < pairs.length; i++) if ((pairs[i] as number) <= (pairs[i - 1] as number)) return false
  return true
}

function sortPairs(pairs: FlatSpans): FlatSpans {
  const list: [number, number][] = []
  for (let i = 0; i < pairs.length; i += 2) list.push([pairs[i] as number, pairs[i + 1] as number])
  return list.sort((a, b) => a[0] - b[0]).flat()
}

/** What is in `spans` and not in `holes`; both sorted and joined. */
export function without(spans: FlatSpans, holes: FlatSpans): FlatSpans {
  if (holes.length === 0) return spans
  const out: number[] = []
  let h = 0
  for (let i = 0; i < spans.length; i += 2) {
    let start = spans[i] as number
    const end = spans[i + 1] as number
    while (h < holes.length && (holes[h + 1] as number) <= start) h += 2
    for (let k = h; k < holes.length && (holes[k] as number) < end; k += 2) {
      if ((holes[k] as number) > start) out.push(start, holes[k] as number)
      start = Math.max(start, holes[k + 1] as number)
    }
    if (start < end) out.push(start, end)
  }
  return out
}

/** What is in both lists; both sorted and joined. */
export function within(a: FlatSpans, b: FlatSpans): FlatSpans {
  const out: number[] = []
  for (let i = 0, k = 0; i < a.length && k < b.length; ) {
    const start = Math.max(a[i] as number, b[k] as number)
    const end = Math.min(a[i + 1] as number, b[k + 1] as number)
    if (start < end) out.push(start, end)
    if ((a[i + 1] as number) < (b[k + 1] as number)) i += 2
    else k += 2
  }
  return out
}

/** What lies in `[from, to)`; sorted and joined. */
export function clipped(spans: FlatSpans, from: number, to: number): FlatSpans {
  let first = 0
  let last = spans.length
  while (first < last && (spans[first + 1] as number) <= from) first += 2
  while (first < last && (spans[last - 2] as number) >= to) last -= 2
  if (first === last) return []
  const inner = spans.slice(first + 1, last - 1)
  return [Math.max(spans[first] as number, from), ...inner, Math.min(spans[last - 1] as number, to)]
}
