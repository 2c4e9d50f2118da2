/** The refusals that scores can say, in one table, so that the door carries no other sentence. */
import { faultsOf } from '../fault.ts'

export const scoreFaults = {
  'survey.answer-out-of-range': {
    kind: 'invalid',
    says: (d: { readonly place: string; readonly value: string; readonly allowed: string }) =>
      `${d.place} is ${d.value}; this question is answered by ${d.allowed}.`,
  },
  'score.bad-count': {
    kind: 'invalid',
    says: (d: { readonly count: string; readonly n: string }) =>
      `${d.count} of ${d.n} is no share; give two whole numbers, the first from 0 to the second.`,
  },
  'score.not-a-number': {
    kind: 'invalid',
    says: (d: { readonly place: string; readonly value: string }) => `${d.place} is ${d.value}; give a finite number.`,
  },
} as const

export const fault = /* @__PURE__ */ faultsOf(scoreFaults)

/** What stood there, shortened. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
