/** Where an event stands in NATS: a subject that no other tenant's events can have, and the id by which a stream knows it again. */
import type { DeskEvent } from '../../desk/events.ts'

/** What of a desk's events is meant; what is left out stands for all. */
export interface SubjectFilter {
  /** The transport's `subject`; `desk` unless said. */
  readonly root?: string | undefined
  readonly tenant?: string | undefined
  /** An event's name, `ticket.solved`, or its beginning with a wildcard, `ticket.>`. */
  readonly name?: string | undefined
}

/**
 * The subject of a desk's events, as consumers and permissions name it: `desk.acme.ticket.solved`, `desk.acme.>`,
 * `desk.*.ticket.solved`.
 *
 * A tenant is one token: whatever separates tokens or stands for several is percent-encoded in it (`acme.eu` is
 * `acme%2Eeu`), so that no tenant's subjects lie within another's.
 */
export function natsSubject({ root = 'desk', tenant, name = '>' }: SubjectFilter = {}): string {
  return `${root}.${tenant === undefined ? '*' : tokenOf(tenant)}.${name}`
}

/**
 * What a stream recognises a repeated event by. Streams compare message ids alone, whatever the subject, and an event's
 * id is unique in its tenant only: the first event of every tenant's policies is `current.1.0`. So it has the root, the
 * tenant and the kind of record before it.
 *
 * @param replay - names a replay, whose messages are to be stored although the stream remembers the ids of the first run.
 */
export function messageId(event: DeskEvent, { root, replay }: { root: string; replay: string | undefined }): string {
  const id = `${root}.${tokenOf(event.tenant)}.${event.record.kind}/${event.id}`
  return replay === undefined ? id : `${id}~${replay}`
}

function tokenOf(tenant: string): string {
  return encodeURIComponent(tenant).replace(/[.*]/g, (sign) => (sign === '.' ? '%2E' : '%2A'))
}
