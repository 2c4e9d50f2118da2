/** Asks again, word for word, what a killed process did not live to hear the answer of. */
import type { Desk, Store } from 'deskwright'
import { isDeskError } from 'deskwright'
import type { Finding } from './crash-check.ts'
import { type Answer, ask } from './crash-intents.ts'
import type { Standing } from './crash-snapshot.ts'

export interface Retried {
  readonly id: string
  readonly outcome: Pick<Standing, 'answer' | 'refused'>
  /** `done`: the first asking had been done, though perhaps nobody heard of it. */
  readonly first: 'done' | 'not done'
  readonly findings: readonly Finding[]
}

/** Asks twice more: both answers are one, and what was answered, or done, before. */
export async function retryOne(desk: Desk, store: Store, { intent, answer }: Standing): Promise<Retried> {
  const { id, tenant } = intent
  const done = answer ?? ((await store.command(tenant, id))?.result as Answer | undefined) ?? null
  const first = done === null ? 'not done' : 'done'
  const doubled = (...says: string[]): Finding[] => says.map((one) => ({ kind: 'doubled', says: `${id} ${one}` }))
  try {
    const again = await ask(desk, intent)
    const repeat = await ask(desk, intent)
    const outcome = { answer: { id: again.id, version: again.version }, refused: null }
    const answers = new Set([done ?? again, again, repeat].map((one) => `${one.id} at ${one.version}`))
    const findings = answers.size === 1 ? [] : doubled(`was answered in several ways: ${[...answers].join(', ')}`)
    return { id, outcome, first, findings }
  } catch (error) {
    if (!isDeskError(error) || error.kind === 'unavailable') throw error
    const findings = done === null ? [] : doubled(`was done, and is refused when asked again: ${error.code}`)
    return { id, outcome: { answer: null, refused: error.code }, first, findings }
  }
}
