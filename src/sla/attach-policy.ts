/** What another policy, priority or target does to clocks that live already. */

import { cancel, isLive, keep, tell, type Walk } from './clock-walk.ts'
import { warningAt } from './due-clocks.ts'
import { type Clock, changed, reached, retargetClock, startClock, withDue } from './sla-clock.ts'
import { METRICS, type MetricRule, type SlaPolicy, targetOf } from './sla-policy.ts'

/** Puts every living clock under the policy that holds now; a metric that it lacks is cancelled. */
export function swap(walk: Walk, policy: SlaPolicy | null): void {
  const isOther = policy !== walk.policy
  walk.policy = policy
  for (const metric of METRICS) {
    const clock = walk.clocks[metric]
    if (!isLive(clock)) continue
    const rule = policy?.rules[metric]
    const target = rule ? targetOf(rule, walk.priority) : null
    if (!policy || !rule || target === null) cancel(walk, metric, 'policy')
    else if (target !== clock.weighed.target || rule.calendar !== clock.weighed.calendar)
      retarget(walk, clock, { policy: policy.name, rule, target })
    else if (isOther) attach(walk, changed(clock, { policy: policy.name }), { rule, before: clock, again: false })
  }
}

function retarget(
  walk: Walk,
  clock: Clock,
  { policy, rule, target }: { readonly policy: string; readonly rule: MetricRule; readonly target: number },
): void {
  const { at, hoursOf } = walk
  if (rule.onChange !== 'restart') {
    const change = { policy, target, calendar: rule.calendar, at, hoursOf }
    attach(walk, retargetClock(clock, rule.onChange, change), { rule, before: clock, again: false })
    return
  }
  cancel(walk, clock.metric, 'restarted')
  const { cycle, dueByHand } = clock
  const fresh = startClock(rule, { cycle: cycle + 1, policy, target, at })
  const started = withDue(changed(fresh, { dueByHand }), hoursOf)
  tell(walk, started, { name: 'sla.started' })
  attach(walk, started, { rule, before: null, again: false })
}

const TOLD = ['policy', 'target', 'calendar', 'dueAt', 'warned', 'nextAt'] as const

/**
 * A clock that comes under a policy when some of its time is already spent: what lies behind is not warned of any more.
 *
 * @param again - it goes on from one that was told to be late.
 */
export function attach(
  walk: Walk,
  clock: Clock,
  { rule, before, again }: { readonly rule: MetricRule; readonly before: Clock | null; readonly again: boolean },
): void {
  const { hoursOf, at } = walk
  const passed = rule.levels.filter((level) => {
    const warnAt = clock.warned.includes(level.id) ? null : warningAt(clock, level, hoursOf)
    return warnAt !== null && warnAt < at
  })
  const warned = passed.length === 0 ? clock.warned : [...clock.warned, ...passed.map((level) => level.id)]
  const late = lateBefore(clock, walk)
  const missed = late === null ? null : { dueAt: late, breachedAt: late, retroactive: true }
  const kept = keep(walk, missed || passed.length > 0 ? changed(clock, { warned, ...missed }) : clock)
  if (before !== null && TOLD.some((key) => kept[key] !== before[key])) tell(walk, kept, { name: 'sla.changed' })
  if (late !== null) tell(walk, kept, { name: 'sla.breached', at: late, retroactive: true, ...(again && { again }) })
}

/** The due instant that a clock ran past already, unless it is known to be late. */
function lateBefore(clock: Clock, { at, hoursOf }: Walk): number | null {
  if (clock.breachedAt !== null) return null
  const dueAt = clock.dueByHand ?? reached(clock, clock.target, hoursOf)
  const ranUntil = clock.since === null ? clock.ran.at(-1)?.to : at
  return dueAt !== null && ranUntil !== undefined && dueAt < ranUntil ? dueAt : null
}
