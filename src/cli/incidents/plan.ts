/** Turns the rows of the log into commands, in the order of time: what each row changed, and nothing else. */
import type { ExternalRef, Instant, Level } from '../../index.ts'
import { type IncidentFields, levelOf, type Status } from './desk-of-log.ts'
import type { LogRow } from './log.ts'
import { type Move, movesOf } from './moves.ts'

/** What the log says of an incident beside its state and its hands. */
export interface Facts {
  readonly impact: Level | null
  readonly urgency: Level | null
  readonly externalRefs: readonly ExternalRef[]
  readonly fields: IncidentFields
}

/** In whose hands an incident is, by the log's names; `null`: in nobody's. */
export interface Hands {
  readonly team: string | null
  readonly agent: string | null
}

export type Act =
  | { readonly does: 'open'; readonly caller: string; readonly facts: Facts; readonly hands: Hands }
  | { readonly does: 'change'; readonly facts: Facts; readonly before: Facts }
  | { readonly does: 'assign'; readonly hands: Hands }
  | { readonly does: 'note'; readonly remark: Remark; readonly body: string }
  | Move

/** Why a row, or a part of it, became a note. */
export type Remark = 'unchanged' | 'same group' | 'closed again' | 'state not reached'

export interface Step {
  readonly at: Instant
  /** The same for the same row of the same file, so that a second run finds it done. */
  readonly commandId: string
  readonly incident: string
  readonly by: string
  readonly act: Act
  /** How many rows are done with this step: 1 for the last step of a row. */
  readonly rows: 0 | 1
}

/** The team of rows whose group is `?`. The log counts a change to or from `?` like any other, so somebody is behind it. */
export const UNNAMED_GROUP = 'Unnamed group'

/** All steps of a log. Rows of the same minute keep the order of the file. */
export function planOf(rows: readonly LogRow[]): Step[] {
  const steps = [...byIncident(rows).values()].flatMap(stepsOfIncident)
  return steps.sort((a, b) => inTime(a.at, b.at))
}

/** The rows of each incident, in the order of time. */
export function byIncident(rows: readonly LogRow[]): Map<string, LogRow[]> {
  const incidents = new Map<string, LogRow[]>()
  for (const row of rows) {
    const known = incidents.get(row.incident)
    if (known) known.push(row)
    else incidents.set(row.incident, [row])
  }
  for (const list of incidents.values()) list.sort((a, b) => inTime(a.updatedAt, b.updatedAt))
  return incidents
}

function inTime(a: Instant, b: Instant): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The incident as the rows so far leave it. */
interface Standing {
  readonly row: LogRow | null
  readonly status: Status
}

function stepsOfIncident(rows: readonly LogRow[]): Step[] {
  let standing: Standing = { row: null, status: 'new' }
  return rows.flatMap((row, index) => {
    const place = index === rows.length - 1 ? 'last' : 'between'
    const { acts, status } = actsOf(row, standing, place)
    standing = { row, status }
    return acts.map((act, n): Step => {
      // Five incidents have rows from before their own opening; those count as said at the opening.
      const at = act.does === 'open' || row.updatedAt < row.openedAt ? row.openedAt : row.updatedAt
      const commandId = `${row.incident}/${index + 1}/${n + 1}-${act.does}`
      return { at, commandId, incident: row.incident, by: row.updatedBy, act, rows: n === acts.length - 1 ? 1 : 0 }
    })
  })
}

function actsOf(row: LogRow, { row: before, status }: Standing, place: 'between' | 'last') {
  const reopened = row.reopenings > (before?.reopenings ?? 0) ? 'reopened' : 'not reopened'
  const moves = movesOf(row.state, { status, place, reopened })
  const acts = [
    ...(before === null ? [openingOf(row)] : [...changesOf(row, before), ...handsOf(row, before)]),
    ...moves.acts,
  ]
  if (moves.remark)
    acts.push(note(moves.remark, `The log says ${row.state} here, and the ticket stays ${moves.status}.`))
  if (acts.length === 0)
    acts.push(note('unchanged', `Updated by ${row.updatedBy}; nothing that the log shows has changed.`))
  return { acts, status: moves.status }
}

function note(remark: Remark, body: string): Act {
  return { does: 'note', remark, body }
}

function openingOf(row: LogRow): Act {
  return { does: 'open', caller: row.caller, facts: factsOf(row), hands: handsIn(row) }
}

function changesOf(row: LogRow, last: LogRow): Act[] {
  const [facts, before] = [factsOf(row), factsOf(last)]
  return JSON.stringify(facts) === JSON.stringify(before) ? [] : [{ does: 'change', facts, before }]
}

function factsOf(row: LogRow): Facts {
  const { incident, category, subcategory, symptom, location, configurationItem, madeSla, priorityConfirmed } = row
  const words = { category, subcategory, symptom, location, configurationItem }
  const refs = { 'incident-log': incident, problem: row.problem, change: row.change, 'caused-by': row.causedBy }
  // The log writes the closing code on every row of an incident, as what was known in the end.
  const closedCode = row.state === 'Closed' && row.closedCode !== null ? { closedCode: row.closedCode } : {}
  return {
    impact: levelOf(row.impact),
    urgency: levelOf(row.urgency),
    externalRefs: Object.entries(refs).flatMap(([system, id]) => (id === null ? [] : [{ system, id }])),
    fields: { incident, madeSla, priorityConfirmed, ...present(words), ...closedCode },
  }
}

function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], null> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as ReturnType<
    typeof present<T>
  >
}

function handsIn(row: LogRow): Hands {
  return { team: row.group ?? UNNAMED_GROUP, agent: row.assignee }
}

/** Assignments, by what is seen and by what the log counted. */
function handsOf(row: LogRow, before: LogRow): Act[] {
  const hands = handsIn(row)
  const isMoved = row.group !== before.group
  // Counted, with one name before and after (three rows): it left its group, and then it was there again.
  const unseen = Math.max(0, row.reassignments - before.reassignments - (isMoved ? 1 : 0))
  if (unseen === 0) return isMoved || row.assignee !== before.assignee ? [{ does: 'assign', hands }] : []
  const between: Act = { does: 'assign', hands: { ...hands, team: null } }
  const detours = Array.from({ length: unseen }, (): Act[] => [between, { does: 'assign', hands }]).flat()
  return [
    ...detours,
    note('same group', 'The log counts a reassignment here, and names the same group before and after.'),
  ]
}
