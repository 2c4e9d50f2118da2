/** What came of many store cases: for programs, for people, and as a badge. */
import type { StoreCaseTopic } from './store-case.ts'

/** What came of one case. */
export interface StoreCaseResult {
  readonly id: string
  readonly title: string
  readonly about: StoreCaseTopic
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** What was found instead of the promise, or why the case was passed over; empty when it passed. */
  readonly says: string
  /** What a failed case threw. */
  readonly error?: unknown
  readonly ms: number
}

/** What came of many cases. */
export interface StoreReport {
  readonly passed: readonly string[]
  readonly failed: readonly { readonly id: string; readonly title: string; readonly error: unknown }[]
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
  readonly results: readonly StoreCaseResult[]
  /** The same for people: a line for each topic, each failure with what was found, why cases were skipped, a line of figures. */
  readonly text: string
}

/** Emphasis for a terminal, if there is one. */
export interface StoreReportInk {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly faint: (text: string) => string
}

const plain = (text: string): string => text
const PLAIN: StoreReportInk = { good: plain, bad: plain, faint: plain }

/** Sums up results. */
export function storeReport(results: readonly StoreCaseResult[]): StoreReport {
  const of = (outcome: StoreCaseResult['outcome']) => results.filter((result) => result.outcome === outcome)
  return {
    passed: of('passed').map(({ id }) => id),
    failed: of('failed').map(({ id, title, error }) => ({ id, title, error })),
    skipped: of('skipped').map(({ id, says }) => ({ id, reason: says })),
    results,
    text: storeReportText(results),
  }
}

/** Results for people, as in {@link StoreReport}, with emphasis where the terminal has it. */
export function storeReportText(results: readonly StoreCaseResult[], ink: StoreReportInk = PLAIN): string {
  const failed = results.filter(({ outcome }) => outcome === 'failed')
  const failures = failed.map(
    ({ id, title, says }) => `${ink.bad('FAILED')} ${id}\n  promise: ${title}\n  found:   ${says}`,
  )
  const figures = `${results.length} store cases: ${countsOf(results)}${timeOf(results)}`
  const parts = [topicLines(results, ink), ...failures, skippedLines(results, ink), [figures]]
  return parts
    .map((part) => (typeof part === 'string' ? part : part.join('\n')))
    .filter((part) => part !== '')
    .join('\n\n')
}

function topicLines(results: readonly StoreCaseResult[], ink: StoreReportInk): string[] {
  const topics = [...new Set(results.map(({ about }) => about))]
  return topics.map((topic) => {
    const own = results.filter(({ about }) => about === topic)
    const mark = own.some(({ outcome }) => outcome === 'failed')
      ? ink.bad('✗')
      : own.some(({ outcome }) => outcome === 'passed')
        ? ink.good('✓')
        : ink.faint('-')
    return `${mark} ${topic.padEnd(12)} ${countsOf(own)}${ink.faint(timeOf(own))}`
  })
}

function countsOf(results: readonly StoreCaseResult[]): string {
  const counts = (['passed', 'failed', 'skipped'] as const).map((outcome) => ({
    outcome,
    count: results.filter((result) => result.outcome === outcome).length,
  }))
  return counts
    .filter(({ outcome, count }) => count > 0 || outcome === 'passed')
    .map(({ outcome, count }) => `${count} ${outcome}`)
    .join(', ')
}

function timeOf(results: readonly StoreCaseResult[]): string {
  const ms = results.reduce((sum, result) => sum + result.ms, 0)
  return ms > 0 ? `, ${(ms / 1000).toFixed(1)} s` : ''
}

/** By reason, since one missing ability skips many cases; their ids stand in `skipped`. */
function skippedLines(results: readonly StoreCaseResult[], ink: StoreReportInk): string[] {
  const skipped = results.filter(({ outcome }) => outcome === 'skipped')
  const reasons = [...new Set(skipped.map(({ says }) => says))]
  return reasons.map((reason) => {
    const ids = skipped.filter(({ says }) => says === reason).map(({ id }) => id)
    const named = ids.length > 3 ? `${ids.slice(0, 2).join(', ')} and ${ids.length - 2} more` : ids.join(', ')
    return ink.faint(`skipped ${named}: ${reason}`)
  })
}

/** A badge, as shields.io reads it from a URL. */
export interface StoreBadge {
  readonly schemaVersion: 1
  readonly label: string
  readonly message: string
  readonly color: 'brightgreen' | 'red' | 'lightgrey'
}

/**
 * The badge of a report: how many of the cases that the store had to take it passed.
 *
 * @see https://shields.io/badges/endpoint-badge
 */
export function storeBadge({ passed, failed }: Pick<StoreReport, 'passed' | 'failed'>): StoreBadge {
  const taken = passed.length + failed.length
  return {
    schemaVersion: 1,
    label: 'deskwright store',
    message: taken === 0 ? 'no cases' : `${passed.length}/${taken} cases`,
    color: taken === 0 ? 'lightgrey' : failed.length > 0 ? 'red' : 'brightgreen',
  }
}
