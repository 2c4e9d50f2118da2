/** Does several commands in one commit: an import of thousands, a round of timers, a parent with its children. */
import { isDeskError } from '../domain/fault.ts'
import { nameOf } from './assemble.ts'
import { fault } from './desk-faults.ts'
import type { DeskEvent } from './events.ts'
import type { House } from './house.ts'
import { innerHouse } from './inner-house.ts'
import { overlayOn } from './overlay.ts'
import { readyTenant } from './policies.ts'
import type { CommandRow, RecordKey, Store } from './ports.ts'

const MAX_ATTEMPTS = 20

export interface Together<T> {
  readonly tenant: string
  /** Called again from the start when the records it read have changed meanwhile; so it has no effects of its own. */
  readonly work: (inner: House) => Promise<T>
  /** The command row under which all of it is found again; `null` where a retry is to do it anew. */
  readonly command?: (result: T) => CommandRow | null
}

export interface TogetherOutcome<T> {
  readonly result: T
  /** What stood under the command id before: then nothing was committed, and the result is what would have been. */
  readonly first: CommandRow | null
}

/**
 * Runs commands on an inner house, and commits all that they did at once, or nothing of it.
 *
 * A command that is refused inside changes nothing and stops none of the others; whether to go on is the work's choice.
 *
 * @throws DeskError `command.busy` when others change the same records again and again; whatever the work throws.
 */
export async function together<T>(house: House, { tenant, work, command }: Together<T>): Promise<TogetherOutcome<T>> {
  await readyTenant(house, tenant)
  for (let attempt = 1; ; attempt++) {
    const events: DeskEvent[] = []
    const overlay = overlayOn(house.store, tenant, house.breathe)
    const inner = innerHouse(house, overlay.store, events)
    const result = await work(inner.house)
    const change = overlay.change(command?.(result) ?? null)
    try {
      const isEmpty = change.writes.length + change.settle.length + change.journal.length === 0
      const outcome = isEmpty && change.command === null ? null : await house.store.commit(change)
      if (outcome?.committed === false) return { result, first: outcome.first }
      inner.keep()
      house.bus.announce(events)
      return { result, first: null }
    } catch (error) {
      if (!isDeskError(error, 'store.stale-version')) throw error
      if (attempt === MAX_ATTEMPTS)
        throw fault('command.busy', { command: 'A batch', attempts: attempt }, { cause: error })
    }
  }
}

/** What became of one piece of work. */
export type Piece<R> = { readonly result: R } | { readonly error: unknown }

/**
 * Does pieces of work on an inner house, each as if it stood alone behind those before it; one that fails stops no other.
 *
 * They start side by side, so that what they read by key is asked of the base in one go; a search, a count and a commit
 * wait until all pieces before are done. What a piece read too early is then found stale, and it reads again; one that
 * was refused for what it read too early is done again when its turn has come.
 */
export async function inOrder<T, R>(
  inner: House,
  items: readonly T[],
  work: (house: House, item: T) => Promise<R>,
): Promise<Piece<R>[]> {
  let before: Promise<unknown> = Promise.resolve()
  const pieces = items.map((item, n) => {
    const turn = before
    const once = () => work({ ...inner, store: inTurn(inner.store, turn), inLane: straightOn }, item)
    const piece = (n === 0 ? once() : once().catch(() => turn.then(once))).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    before = turn.then(() => piece)
    return piece
  })
  return Promise.all(pieces)
}

interface Seen {
  readonly key: RecordKey
  readonly version: number
}

function inTurn(store: Store, turn: Promise<unknown>): Store {
  // What was read early, also what no commit checks: the policies, the actor, a customer.
  const seen = new Map<string, Seen>()
  return {
    ...store,
    async get(tenant, keys) {
      const records = await store.get(tenant, keys)
      for (const [n, key] of keys.entries()) seen.set(nameOf(key), { key, version: records[n]?.version ?? 0 })
      return records
    },
    find: (...asked) => turn.then(() => store.find(...asked)),
    count: (...asked) => turn.then(() => store.count(...asked)),
    descendants: (...asked) => turn.then(() => store.descendants(...asked)),
    async commit(change) {
      await turn
      const early = [...seen.values()]
      seen.clear()
      await mustStand(store, change.tenant, early)
      return store.commit(change)
    },
  }
}

/** Whether the pieces before have left what was read as it was. */
async function mustStand(store: Store, tenant: string, seen: readonly Seen[]): Promise<void> {
  const records = await store.get(
    tenant,
    seen.map(({ key }) => key),
  )
  for (const [n, { key, version: expected }] of seen.entries()) {
    const found = records[n]?.version ?? 0
    if (found !== expected) throw fault('store.stale-version', { kind: key.kind, id: key.id, expected, found })
  }
}

/** Pieces that wait for their turn must not wait for each other in a lane as well: two orders would be one too many. */
const straightOn: House['inLane'] = (_, work) => work()
