/** The desk's metrics. Tenants, records and people are left out of them: each would be a series of its own for ever. */
import type { Ending, Work } from '../../desk/observe.ts'
import type { Attributes, OpenTelemetryApi } from './telemetry-api.ts'

/** Writes one piece of work, which took so many seconds, into the metrics. */
export type RecordWork = (work: Work, ending: Ending, seconds: number) => void

// Those that OpenTelemetry recommends for lengths in seconds; the default ones are made for milliseconds.
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
const LATENESS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400]

export function recorder({ metrics }: OpenTelemetryApi, scope: string): RecordWork {
  const meter = metrics.getMeter(scope)
  const lengths = (name: string, description: string, buckets = SECONDS) =>
    meter.createHistogram(`deskwright.${name}`, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries: buckets },
    })
  const lateness = (name: string, description: string) => lengths(name, description, LATENESS)
  const count = (name: string, description: string, unit: string) =>
    meter.createCounter(`deskwright.${name}`, { description, unit })
  const command = lengths('command.duration', 'How long commands took, refused ones included.')
  const commit = lengths('commit.duration', 'How long the store took to commit.')
  const delivery = lengths('delivery.duration', 'How long transports took for a delivery.')
  const timer = lengths('timer.duration', 'How long tries to ring timers took.')
  const deliveryLag = lateness('delivery.lag', 'How long after it was due a delivery was first begun.')
  const timerLag = lateness('timer.lag', 'How long after it was due a timer rang.')
  const stale = count(
    'commit.stale',
    'Commits refused because a record had changed meanwhile; their commands are tried again.',
    '{commit}',
  )

  return (work, { code }, seconds) => {
    const outcome: Attributes = { 'deskwright.outcome': code }
    switch (work.name) {
      case 'command':
        return command.record(seconds, { 'deskwright.command': work.command, ...outcome })
      case 'commit':
        if (code === 'store.stale-version') stale.add(1)
        return commit.record(seconds, outcome)
      case 'delivery':
        if (work.attempts === 0) deliveryLag.record(work.lagMs / 1000, { 'deskwright.transport': work.transport })
        return delivery.record(seconds, { 'deskwright.transport': work.transport, ...outcome })
      case 'timer':
        timerLag.record(work.lagMs / 1000, { 'deskwright.command': work.command })
        return timer.record(seconds, { 'deskwright.command': work.command, ...outcome })
      default:
        return work satisfies never
    }
  }
}
