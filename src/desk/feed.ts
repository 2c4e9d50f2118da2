/** The change feed: a tenant's events in the order of their commits, for readers who keep their own place. */
import { fault } from './desk-faults.ts'
import type { DeskEvent } from './events.ts'
import type { House } from './house.ts'

export interface FeedRequest {
  /** Absent: `main`. */
  readonly tenant?: string | undefined
  /** The cursor of the last event seen; absent: from the beginning. */
  readonly after?: string | undefined
  /** Only events of these names. */
  readonly names?: readonly string[] | undefined
  /** 1..1000, 100 unless said. */
  readonly limit?: number | undefined
}

export interface FeedPage {
  readonly entries: readonly { readonly cursor: string; readonly event: DeskEvent }[]
  /** Continue behind this place, now or later; it is the one asked for when nothing is behind it yet. `''`: the beginning. */
  readonly next: string
}

const CURSOR = /^\d{1,16}$/

/**
 * Events behind a cursor. Who reads to the end and later goes on from `next` has seen each event once and missed none,
 * whatever was committed meanwhile: a commit that was still running is never passed.
 *
 * @throws DeskError `query.bad-cursor`, `input.invalid`.
 */
export async function feed({ store }: House, request: FeedRequest): Promise<FeedPage> {
  const { tenant = 'main', after = '', names, limit = 100 } = request
  if (after !== '' && !CURSOR.test(after)) throw fault('query.bad-cursor', {})
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw fault('input.invalid', { command: 'desk.feed', issues: [{ place: 'limit', reason: 'must be 1 to 1000' }] })
  const found = await store.history(tenant, { after: Number(after), limit, ...(names ? { names } : {}) })
  const entries = found.map(({ position, body }) => ({
    cursor: String(position),
    event: JSON.parse(body) as DeskEvent,
  }))
  return { entries, next: entries.at(-1)?.cursor ?? after }
}
