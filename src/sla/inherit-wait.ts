/** What a merge may do to reply clocks: whoever waits in the ticket that goes on has waited as long as either customer. */
import { cancel, isLive, type Walk } from './clock-walk.ts'

/** Another ticket's customer has waited since an instant: what measures the waiting begins anew from then, as if it always had. */
export function inherit(walk: Walk, since: number): void {
  const { facts } = walk
  const [waits, metric] =
    facts.repliedAt === null ? (['firstReplyFrom', 'firstReply'] as const) : (['unansweredSince', 'nextReply'] as const)
  const before = facts[waits]
  if (before !== null && before <= since) return
  walk.facts = { ...facts, askedAt: Math.min(facts.askedAt ?? since, since), [waits]: since }
  const clock = walk.clocks[metric]
  // A due instant that a person set holds, whoever else waits.
  if (isLive(clock) && clock.dueByHand === null) cancel(walk, metric, 'restarted')
}
