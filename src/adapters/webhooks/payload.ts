/** What a webhook says: one record's change, with the events that the endpoint asked for. */
import { hash } from 'node:crypto'
import type { DeskEvent } from '../../desk/events.ts'
import type { Delivery } from '../../desk/transport.ts'
import type { RecordKind } from '../../domain/records.ts'
import type { Instant } from '../../domain/time.ts'

/**
 * The body of every webhook, in the form of Standard Webhooks: facts and ids, never personal text.
 * Later versions may add properties.
 */
export interface WebhookPayload {
  /** One type for all: what happened is said by each event's `name`. */
  readonly type: 'desk.change'
  /** When it happened, which may be long before it is sent. */
  readonly timestamp: Instant
  readonly data: {
    readonly tenant: string
    /** The record, and its version after the change: versions of one record arrive in order. */
    readonly record: { readonly kind: RecordKind; readonly id: string; readonly version: number }
    /** In order, at least one; `n` in their `record` has gaps where the endpoint asked for some events only. */
    readonly events: readonly DeskEvent[]
  }
}

/** The body for an endpoint that asked for these events of a delivery; at least one. */
export function payloadText({ tenant }: Delivery, events: readonly [DeskEvent, ...DeskEvent[]]): string {
  const { kind, id, version } = events[0].record
  const data = { tenant, record: { kind, id, version }, events }
  return JSON.stringify({ type: 'desk.change', timestamp: events[0].at, data } satisfies WebhookPayload)
}

/**
 * The id of a change: the same at every try and in every process, and another for any other change of any tenant.
 * A digest, because the specification wants no full stop in it, and each of ours has some.
 */
export function messageId({ tenant }: Delivery, event: DeskEvent): string {
  const { kind, id, version } = event.record
  return `msg_${hash('sha256', JSON.stringify([tenant, kind, id, version])).slice(0, 32)}`
}

/**
 * Those of a delivery's events that an endpoint asked for.
 *
 * @param wanted - names (`ticket.solved`), nouns (`ticket.*`) or `*`; absent: all.
 */
export function wantedEvents({ events }: Delivery, wanted: readonly string[] = ['*']): readonly DeskEvent[] {
  const names = new Set(wanted)
  return events.filter(({ name }) => names.has('*') || names.has(name) || names.has(`${name.split('.')[0]}.*`))
}
