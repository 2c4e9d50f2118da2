/** What must hold of a store after its process was killed, each as a function that names whatever does not. */
import type { DeskEvent } from 'deskwright'
import type { Snapshot } from './crash-snapshot.ts'

/**
 * - `lost`: acknowledged, and not there; or neither delivered nor waiting to be.
 * - `doubled`: there twice, from one intent.
 * - `half`: one part of a commit is there, another is not.
 * - `order`: delivered in another order than it happened.
 */
export interface Finding {
  readonly kind: 'lost' | 'doubled' | 'half' | 'order'
  readonly says: string
}

type Check = (snapshot: Snapshot) => Finding[]

const found = (kind: Finding['kind'], says: string[]): Finding[] => says.map((one) => ({ kind, says: one }))

/** Every acknowledged command left its row, its events, its record and its words, as it was answered. */
const acknowledged: Check = ({ standings, commands, events, messages, tickets, agents }) => {
  const told = new Set(events.map(({ commandId }) => commandId))
  const words = new Set(messages.map(({ body }) => body))
  const versions = new Map([...tickets, ...messages, ...agents].map(({ id, version }) => [id as string, version]))
  return [...standings.values()].flatMap(({ intent, answer }) => {
    if (answer === null) return []
    const row = commands.get(intent.id)
    const body = (intent.input as { body?: string }).body
    const missing = [
      row === undefined && 'command row',
      row && (row.id !== answer.id || row.version !== answer.version) && 'same answer in its command row',
      !told.has(intent.id) && 'event',
      (versions.get(answer.id) ?? 0) < answer.version && `version ${answer.version} of ${answer.id}`,
      body !== undefined && !words.has(body) && 'message',
    ]
    return found(
      'lost',
      missing.filter((part) => part !== false && part !== undefined).map((part) => `${intent.id} has no ${part}`),
    )
  })
}

/** What was refused, and what nobody asked for, left nothing. */
const refused: Check = ({ standings, commands, events, messages }) => {
  const left = new Set([
    ...commands.keys(),
    ...events.flatMap(({ commandId }) => commandId ?? []),
    ...messages.map(({ body }) => body.replace('words of ', '')),
  ])
  const unasked = [...left].filter((id) => !standings.has(id)).map((id) => `${id} was never asked for`)
  const undone = [...standings.values()].flatMap(({ intent, refused: code }) =>
    code !== null && left.has(intent.id) ? [`${intent.id} was refused with ${code} and left something`] : [],
  )
  return found('half', [...unasked, ...undone])
}

/** Nothing that should be there once is there twice. */
const once: Check = ({ events, messages, tickets, customers, agents }) => {
  const perCommand = (name: string, what: (event: DeskEvent) => string) =>
    events.filter(({ commandId }) => commandId !== null).map((event) => `${name} of ${event.commandId}: ${what(event)}`)
  const commits = new Set(perCommand('commit', ({ record }) => `${record.id} at ${record.version}`))
  return [
    ...twice(messages.map(({ body }) => body)),
    ...twice(tickets.map(({ number }) => `number ${number}`)),
    ...twice(tickets.filter(({ followUpOf }) => followUpOf === null).map(({ subject }) => `ticket of ${subject}`)),
    ...twice(customers.flatMap(({ identities }) => identities.map(({ value }) => `customer ${value}`))),
    ...twice(agents.map(() => 'the agent')),
    ...twice([...commits].map((commit) => commit.slice(0, commit.lastIndexOf(' at ')))),
  ]
}

function twice(names: readonly string[]): Finding[] {
  const seen = new Set<string>()
  return found(
    'doubled',
    names.filter((name) => seen.size === seen.add(name).size).map((name) => `${name} is there twice`),
  )
}

/** Events have their command rows and messages, and these have their events. */
const whole: Check = ({ events, commands, messages, tickets }) => {
  const told = events.flatMap(({ commandId }) => commandId ?? [])
  const posted = events.flatMap((event) => (event.name === 'message.posted' ? [event.data.messageId as string] : []))
  const counted = tickets.flatMap(({ id, messageCount }) => {
    const there = messages.filter(({ ticketId }) => ticketId === id).length
    return there === messageCount ? [] : [`${id} counts ${messageCount} messages and has ${there}`]
  })
  const ids = messages.map(({ id }) => id)
  return found('half', [
    ...differences('an event and a command row', told, [...commands.keys()]),
    ...differences('an event and a message', posted, ids),
    ...counted,
  ])
}

/** What is in one list only. */
export function differences(what: string, one: readonly string[], other: readonly string[]): string[] {
  const first = new Set(one)
  const second = new Set(other)
  return [
    ...[...first].filter((name) => !second.has(name)).map((name) => `of ${what} of ${name} there is only the first`),
    ...[...second].filter((name) => !first.has(name)).map((name) => `of ${what} of ${name} there is only the second`),
  ]
}

/** Every change was delivered as the journal has it, or waits to be; nothing else waits. */
const delivery: Check = ({ entries, tasks, delivered }) => {
  const place = ({ kind, id, version }: { kind: string; id: string; version: number }) => `${kind}/${id}/${version}`
  const arrived = new Set(delivered.flat())
  const due = new Set(entries.filter(({ body }) => !arrived.has(body)).map(place))
  const waiting = new Set(tasks.filter(({ queue }) => queue === 'out.log').map(({ key }) => key))
  const journal = new Set(entries.map(place))
  const bodies = new Set(entries.map(({ body }) => body))
  return [
    ...found(
      'lost',
      [...due].filter((key) => !waiting.has(key)).map((key) => `${key} is not delivered, and waits not`),
    ),
    ...found(
      'half',
      [...waiting].filter((key) => !journal.has(key)).map((key) => `${key} waits, and never was`),
    ),
    ...found(
      'half',
      [...arrived].filter((body) => !bodies.has(body)).map((body) => `${body} is not in the journal`),
    ),
  ]
}

/** A record's versions come one after the other; a repeat may come at any time. */
const order: Check = ({ delivered }) => {
  const last = new Map<string, number>()
  return delivered.flatMap((events) => {
    const { record } = JSON.parse(events[0] ?? '{}') as DeskEvent
    const name = `${record.kind}/${record.id}`
    const before = last.get(name) ?? 0
    last.set(name, Math.max(before, record.version))
    return record.version <= before + 1
      ? []
      : found('order', [`${name} came at version ${record.version} behind ${before}`])
  })
}

const dead: Check = ({ tasks }) =>
  found(
    'half',
    tasks.filter(({ isDead }) => isDead).map(({ queue, key }) => `${key} of ${queue} was given up`),
  )

export const checks: readonly Check[] = [acknowledged, refused, once, whole, delivery, order, dead]
