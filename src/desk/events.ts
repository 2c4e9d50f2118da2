/** An event as the world sees it, and as the journal keeps it: one JSON text, chained by hash to the one before. */
import type { EventData, EventName } from '../domain/decider.ts'
import { digest } from '../domain/digest.ts'
import type { Actor } from '../domain/people/people.ts'
import type { RecordKind } from '../domain/records.ts'
import type { Instant } from '../domain/time.ts'
import type { JournalEntry } from './ports.ts'

/** One link of the chain that led to a command: a timer that rang, an event that something reacted to, or a cascade. */
export interface Cause {
  readonly kind: 'timer' | 'event' | 'cascade' | 'escalation'
  readonly id: string
}

interface EventOf<N extends EventName> {
  /** Unique in the tenant and the same at every delivery: the key by which a consumer recognises a repeat. */
  readonly id: string
  readonly name: N
  readonly tenant: string
  readonly at: Instant
  readonly by: Actor
  /** What it happened to; `version` is the record's after the commit, `n` the event's place within it, from 0. */
  readonly record: { readonly kind: RecordKind; readonly id: string; readonly version: number; readonly n: number }
  /** The command id that a caller gave; `null` when none was given. */
  readonly commandId: string | null
  /** From the first cause to the nearest. Empty: somebody asked for it directly. */
  readonly cause: readonly Cause[]
  readonly data: EventData[N]
}

/** What happened. Facts and ids only: personal text stands in records, never here. */
export type DeskEvent<N extends EventName = EventName> = { readonly [K in N]: EventOf<K> }[N]

export function eventId(record: { readonly id: string; readonly version: number; readonly n: number }): string {
  return `${record.id}.${record.version}.${record.n}`
}

/** The hash of an entry: over the entry before it (`''` for the first of a record) and the event's own text. */
export function chain(before: string, body: string): string {
  return digest(`${before}\n${body}`)
}

/** The journal's entry of an event. */
export function entryOf(event: DeskEvent, before: string): JournalEntry {
  const { kind, id, version, n } = event.record
  const body = JSON.stringify(event)
  return { kind, id, version, n, name: event.name, at: event.at, body, hash: chain(before, body) }
}

/** JSON with the keys of every object sorted: the same content gives the same text. As in JSON, a date is its instant. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`
  const { toJSON } = value as { readonly toJSON?: unknown }
  if (typeof toJSON === 'function') return canonicalJson(toJSON.call(value))
  let text = ''
  for (const key of Object.keys(value).sort()) {
    const part = (value as Record<string, unknown>)[key]
    if (part !== undefined)
      text += `${text === '' ? '' : ','}"${PLAIN.test(key) ? key : JSON.stringify(key).slice(1, -1)}":${canonicalJson(part)}`
  }
  return `{${text}}`
}

const PLAIN = /^[A-Za-z0-9_]*$/
