/** The envelope in which events travel to systems that know nothing of the desk: CloudEvents 1.0 in structured JSON, and back. */
import { faultsOf } from '../domain/fault.ts'
import type { DeskEvent } from './events.ts'

/**
 * One event in its envelope. `data` is the event as the journal has it; the rest repeats what brokers and routers read
 * without opening it.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface CloudEvent {
  readonly specversion: '1.0'
  /** The event's own id. Unique together with `source`. */
  readonly id: string
  /** A URI-reference: the desk, then the tenant. */
  readonly source: string
  /** The event's name, such as `ticket.solved`. */
  readonly type: string
  /** What it happened to: `ticket/tkt_…`. */
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly tenant: string
  /** The record's id: a broker that keeps the order of each key keeps that of each record. */
  readonly partitionkey: string
  readonly data: DeskEvent
}

const fault = /* @__PURE__ */ faultsOf({
  'cloud-event.invalid': {
    kind: 'invalid',
    says: (d: { readonly attribute: string; readonly reason: string }) =>
      `This is no event of a desk in a CloudEvents envelope: ${d.attribute} ${d.reason}; hand over what the desk's transport sent, parsed from JSON.`,
  },
})

/** The `content-type` of an envelope on the wire. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json'

/**
 * Puts an event into its envelope.
 *
 * @param source - a URI-reference that names this desk among all that send to the same place, without the tenant.
 */
export function toCloudEvent(event: DeskEvent, source: string): CloudEvent {
  const { id, name, tenant, at, record } = event
  return {
    specversion: '1.0',
    id,
    source: `${source}/${encodeURIComponent(tenant)}`,
    type: name,
    subject: `${record.kind}/${record.id}`,
    time: at,
    datacontenttype: 'application/json',
    tenant,
    partitionkey: record.id,
    data: event,
  }
}

/**
 * Takes an event out of its envelope. Attributes that are not known here are passed over, as the specification asks of
 * a consumer.
 *
 * @param envelope - what was received, parsed from JSON.
 * @throws DeskError `cloud-event.invalid`, naming the first attribute that breaks the specification, or that does not
 *   agree with the event inside.
 */
export function fromCloudEvent(envelope: unknown): DeskEvent {
  if (!isObject(envelope)) throw fault('cloud-event.invalid', { attribute: 'the envelope', reason: 'is no object' })
  for (const [attribute, check] of Object.entries(CHECKS)) {
    const reason = check(envelope[attribute], envelope)
    if (reason !== null) throw fault('cloud-event.invalid', { attribute, reason })
  }
  return envelope.data as DeskEvent
}

type Attributes = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const eventIn = ({ data }: Attributes) => (isObject(data) ? data : {})
const recordIn = (all: Attributes) => eventIn(all).record as Attributes
// A lone surrogate cannot be encoded, so that no sender's source ends in one.
const endsIn = (source: unknown, tenant: string) =>
  !/\p{Cs}/u.test(tenant) && String(source).endsWith(`/${encodeURIComponent(tenant)}`)
const needsText = (value: unknown) => (typeof value === 'string' && value !== '' ? null : 'must be text')
const agrees = (value: unknown, inside: unknown) =>
  value === inside ? null : 'is not what the event inside says of itself'

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** What is wrong with each attribute, in the order in which they are looked at; `null`: nothing. */
const CHECKS: Readonly<Record<string, (value: unknown, all: Attributes) => string | null>> = {
  specversion: (value) => (value === '1.0' ? null : 'must be "1.0"'),
  datacontenttype: (value) =>
    value === undefined || value === 'application/json' ? null : 'must be application/json, or absent',
  data: (value) => (isObject(value) && isObject(value.record) && 'data' in value ? null : 'must be an event of a desk'),
  id: (value, all) => needsText(value) ?? agrees(value, eventIn(all).id),
  type: (value, all) => needsText(value) ?? agrees(value, eventIn(all).name),
  tenant: (value, all) => needsText(value) ?? agrees(value, eventIn(all).tenant),
  // What stands before the tenant is the sender's own.
  source: (value, all) => needsText(value) ?? agrees(endsIn(value, String(all.tenant)), true),
  time: (value, all) => {
    if (value === undefined) return null
    if (typeof value !== 'string' || !TIME.test(value)) return 'must be a time as in RFC 3339'
    // A broker may write the same instant in another way.
    return agrees(Date.parse(value), Date.parse(String(eventIn(all).at)))
  },
  subject: (value, all) => (value === undefined ? null : agrees(value, `${recordIn(all).kind}/${recordIn(all).id}`)),
  partitionkey: (value, all) => (value === undefined ? null : agrees(value, recordIn(all).id)),
}
