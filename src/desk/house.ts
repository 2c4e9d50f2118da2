/** What the parts of one desk share: its ports, its declared fields, and what it remembers between commands. */

import type { SplitFields } from '../domain/decider.ts'
import type { StandardSchema } from '../domain/fields.ts'
import type { IdKind, IdOf } from '../domain/ids.ts'
import type { JsonObject } from '../domain/json.ts'
import type { PolicyDocuments } from '../domain/policy.ts'
import type { DatedClockBook } from '../sla/clock-book.ts'
import type { Bus, Problem } from './bus.ts'
import type { Observe } from './observe.ts'
import type { Clock, Pause, RandomSource, Store } from './ports.ts'
import type { Transport } from './transport.ts'

export type CustomKind = 'ticket' | 'customer' | 'organisation'

/** What is remembered between commands, by key. A map is one. */
export interface Memory<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
}

export interface House {
  readonly store: Store
  readonly clock: Clock
  readonly bus: Bus
  readonly report: (problem: Problem) => void
  /** Does what a host may want to see done. */
  readonly observe: Observe
  readonly transports: readonly Transport[]
  readonly newId: <K extends IdKind>(kind: K) => IdOf<K>
  /** A number for people, unique in the tenant. */
  readonly newNumber: (tenant: string) => Promise<number>
  readonly schemas: { readonly [K in CustomKind]?: StandardSchema | undefined }
  /** Names of the host's fields whose values stay out of the journal. */
  readonly personal: { readonly [K in CustomKind]: readonly string[] }
  /** The host's policies, as its code gives them. */
  readonly code: Partial<PolicyDocuments> | 'published'
  /** By tenant: the documents in force, for a version of the record that says which they are. */
  readonly policyCache: Memory<{ readonly version: number; readonly documents: PolicyDocuments }>
  /** Books of tenants' clocks, by the versions they were made of. */
  readonly clockBooks: Memory<Promise<DatedClockBook | null>>
  /** Tenants whose policies this process has published or found published. */
  readonly readyTenants: Memory<Promise<void>>
  /** Lets the process do something else for a moment: a long read over a store that answers at once would never. */
  readonly breathe: () => Promise<void>
  readonly pause: Pause
  readonly random: RandomSource
  /** What tokens are made with; it stands in no record. */
  readonly secret: string | null
  /** Runs work that changes one record after other such work, in this process: saves retries, is not needed for safety. */
  readonly inLane: <T>(lane: string, work: () => Promise<T>) => Promise<T>
}

export function splitFields(house: Pick<House, 'personal'>, kind: CustomKind, fields: JsonObject): SplitFields {
  const personal = house.personal[kind]
  if (personal.length === 0) return { facts: fields, text: {} }
  const part = (isPersonal: 'yes' | 'no') =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => personal.includes(name) === (isPersonal === 'yes')))
  return { facts: part('no'), text: part('yes') }
}

/** One queue for each lane; a lane that is empty is forgotten. */
export function createLanes(): House['inLane'] {
  const tails = new Map<string, Promise<unknown>>()
  return async (lane, work) => {
    const before = tails.get(lane)
    const mine = before === undefined ? work() : before.then(work, work)
    tails.set(lane, mine)
    try {
      return await mine
    } finally {
      if (tails.get(lane) === mine) tails.delete(lane)
    }
  }
}

interface Block {
  next: number
  end: number
  /** How many numbers were asked for so far, those that are waited for among them. */
  asked: number
  filling: Promise<void> | null
}

/**
 * Numbers from blocks that the store reserves. A block is as large as the process has needed so far, but at most 64 or,
 * of many thousands, a sixteenth of them: a busy desk seldom asks, and a short-lived process leaves a short gap. Whoever
 * comes while a block is asked for waits for that one.
 */
export function createNumbers(store: Pick<Store, 'reserve'>): House['newNumber'] {
  const blocks = new Map<string, Block>()
  const fill = async (tenant: string, block: Block) => {
    const size = Math.ceil(Math.max(Math.min(64, block.asked), Math.min(1000, block.asked / 16)))
    try {
      const first = await store.reserve(tenant, 'ticket', size)
      Object.assign(block, { next: first, end: first + size })
    } finally {
      block.filling = null
    }
  }
  return async (tenant) => {
    const block = blocks.get(tenant) ?? { next: 0, end: 0, asked: 0, filling: null }
    blocks.set(tenant, block)
    block.asked++
    while (block.next >= block.end) {
      block.filling ??= fill(tenant, block)
      await block.filling
    }
    return block.next++
  }
}
