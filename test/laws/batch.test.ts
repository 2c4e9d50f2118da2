/** A batch does what its commands would have done one after the other, in one commit. */
import { type BatchItem, isDeskError, type Store } from 'deskwright'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STORES } from '../desk/stores.ts'
import { mustHold } from './invariants.ts'
import { anyProgram, inputOf, openDesk, openSite, RUNS, type Site, type Step } from './program.ts'

type Answer = { readonly done: { id: string; ticketId?: string } } | { readonly refused: string }
type Does = (site: Site, items: readonly BatchItem[]) => Promise<Answer[]>

const oneByOne: Does = async (site, items) => {
  const system = site.actors[8] as unknown as Record<string, Record<string, (input: object) => Promise<{ id: string }>>>
  const answers: Answer[] = []
  for (const { name, input } of items) {
    const [noun, verb] = name.split('.') as [string, string]
    try {
      answers.push({ done: (await system[noun]?.[verb]?.(input)) ?? { id: '' } })
    } catch (error) {
      if (!isDeskError(error)) throw error
      answers.push({ refused: error.code })
    }
  }
  return answers
}

const together: Does = async (site, items) => {
  if (items.length === 0) return []
  const outcomes = await (site.actors[8] as Site['actors'][number]).batch(items)
  return outcomes.map((one) => (one.done ? { done: one.record as { id: string } } : { refused: one.fault.code }))
}

/** Plays bursts, each by one way of doing several commands; tells the answers and what the tickets came to. */
async function play(store: Store, bursts: readonly Step[][], does: Does) {
  const site = await openSite(store, await openDesk(store))
  const codes: string[][] = []
  for (const steps of bursts) {
    const items = steps.flatMap((step) =>
      step.verb === 'tick' ? [] : [{ name: step.verb, input: inputOf(site, step) } as BatchItem],
    )
    const answers = await does(site, items)
    codes.push(answers.map((answer) => ('refused' in answer ? answer.refused : 'done')))
    for (const [n, answer] of answers.entries()) remember(site, items[n] as BatchItem, answer)
    await mustHold(site, new Map())
  }
  const keys = site.tickets.map((id) => ({ kind: 'ticket' as const, id }))
  const tickets = (await store.get('main', keys)).map((record) => {
    const { status, priority, tags, messageCount, reopenCount, version, assigneeId } = record?.doc ?? {}
    const assignee = site.agents.indexOf(assigneeId as never)
    return { status, priority, tags, messageCount, reopenCount, version, assignee }
  })
  return { codes, tickets }
}

function remember(site: Site, { name }: BatchItem, answer: Answer): void {
  if ('refused' in answer) return
  const { id, ticketId } = answer.done
  if (name === 'ticket.open' || name === 'ticket.followUp')
    if (!site.tickets.includes(id as never)) site.tickets.push(id as never)
  if (id.startsWith('msg_')) site.messages.push({ ticketId: ticketId as never, messageId: id as never })
}

describe.each(STORES)('on $name', ({ name, open }) => {
  it('bursts in one commit each answer and leave what they do one by one', async () => {
    const bursts = fc.array(anyProgram(12), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(bursts, async (all) => {
        const [one, other] = [open(), open()]
        try {
          expect(await play(one, all, together)).toEqual(await play(other, all, oneByOne))
        } finally {
          await one.close()
          await other.close()
        }
      }),
      { numRuns: RUNS(name === 'memory' ? 30 : 8) },
    )
  })
})
