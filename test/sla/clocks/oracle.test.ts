/** The engine against a count by hand, on random lives of tickets. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClockEvent, replayClocks, type SlaPolicyDefinition } from '../../../src/sla/sla.ts'
import { type Life, lifeOf } from './arbitrary-history.ts'
import { countByHand } from './oracle.ts'

const RUNS = Number(process.env.FC_RUNS ?? 400)

const lives = lifeOf({ modes: ['carry'], metrics: ['firstReply', 'resolution'], targets: 'whole' }, [
  'customerMessage',
  'agentMessage',
  'status',
  'status',
  'priority',
  'policy',
  'calendar',
  'note',
])

/** A promise that cancels what is unanswered when solved. */
function cancelling(policy: SlaPolicyDefinition): SlaPolicyDefinition {
  const { firstReply, ...rest } = policy.metrics
  return { ...policy, metrics: { ...rest, firstReply: { ...firstReply, onSolve: 'cancel' } as never } }
}

function counted(life: Life): Life {
  const events = life.events.map(
    (event): ClockEvent =>
      event.type === 'policy' ? { ...event, policy: cancelling(event.policy as SlaPolicyDefinition) } : event,
  )
  return { ...life, policy: cancelling(life.policy), events }
}

describe.each(['resolution', 'firstReply'] as const)('%s', (metric) => {
  it('is what a count by hand gives, over changes of policy, priority and calendar', () => {
    fc.assert(
      fc.property(lives.map(counted), (life) => {
        const engine = (replayClocks(life).cycles[metric] ?? []).map((clock) => ({
          startedAt: clock.startedAt,
          stoppedAt: clock.stoppedAt,
          end: clock.stoppedAt === null ? null : clock.state === 'cancelled' ? 'cancelled' : 'met',
          elapsed: clock.elapsed,
          breachedAt: clock.breachedAt,
          dueAt: clock.dueAt,
        }))
        expect(engine).toEqual(countByHand(metric, life))
      }),
      { numRuns: RUNS },
    )
  })
})
