/** A person's turns as an iCalendar text (RFC 5545) that calendar programs subscribe to. */
import { type InstantLike, toInstant, toMs } from '../domain/time.ts'
import { checkSchedules } from './check-on-call.ts'
import { coverageOf } from './on-call.ts'
import type { OnCallScheduleDefinition } from './on-call-schedule.ts'

export interface OnCallFeedInput {
  /** By name; each turn is an event that bears its schedule's name. */
  readonly schedules: Readonly<Record<string, OnCallScheduleDefinition>>
  readonly person: string
  readonly from: InstantLike
  readonly until: InstantLike
  /** When the feed was made. */
  readonly madeAt: InstantLike
}

/**
 * The turns of one person between two instants, overrides included, as iCalendar text. Turns are cut to the time that is
 * asked for. A turn that begins in it has the same UID in every feed, so that programs replace what they know; one that is
 * under way at `from` is known by that instant instead, since it may have begun years before. Ask from a fixed day on, such
 * as the first of the month, and it keeps its UID as well.
 *
 * @throws DeskError as `coverage`.
 */
export function onCallFeed({ schedules, person, from, until, madeAt }: OnCallFeedInput): string {
  const stamp = written(toMs(madeAt))
  const turns = [...checkSchedules(schedules)].flatMap(([name, schedule]) =>
    turnsOf(person, coverageOf(schedule, toMs(from), toMs(until)).shifts).map((turn) => ({ name, ...turn })),
  )
  const events = turns.flatMap(({ name, from: start, until: end }) => [
    'BEGIN:VEVENT',
    `UID:${escapedText(`${start}-${name}-${person}`)}@on-call`,
    `DTSTAMP:${stamp}`,
    `DTSTART:${written(start)}`,
    `DTEND:${written(end)}`,
    `SUMMARY:${escapedText(`On call: ${name}`)}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ])
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Deskwright//On call//EN', ...events, 'END:VCALENDAR']
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

/** A person's shifts, those that touch joined: beside whom somebody is on call does not cut their turn. */
function turnsOf(
  person: string,
  shifts: readonly { readonly from: number; readonly until: number; readonly people: readonly string[] }[],
): { from: number; until: number }[] {
  const turns: { from: number; until: number }[] = []
  for (const { from, until, people } of shifts) {
    if (!people.includes(person)) continue
    const last = turns.at(-1)
    if (last?.until === from) last.until = until
    else turns.push({ from, until })
  }
  return turns
}

function written(ms: number): string {
  return `${toInstant(ms).slice(0, 19).replace(/[-:]/g, '')}Z`
}

function escapedText(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')
}

/** Lines are at most 75 octets long; what goes on begins with a blank. No character is cut in two. */
function folded(line: string): string {
  const encoder = new TextEncoder()
  const parts: string[] = ['']
  let room = 75
  for (const character of line) {
    const size = encoder.encode(character).length
    if (size > room) {
      parts.push('')
      room = 74
    }
    parts[parts.length - 1] += character
    room -= size
  }
  return parts.join('\r\n ')
}
