/** From the targets of a step to people: who is on call, in the team, has the role, and may be reached at that moment. */
import type { Contact, OnCallSchedule } from './check-on-call.ts'
import { type EscalationStep, type EscalationTarget, saysTarget } from './escalation-policy.ts'
import type { LadderWorld, Reached } from './ladder.ts'
import type { Told } from './ladder-words.ts'
import { peopleAt } from './on-call.ts'

/** Who is who when a step is told. What is absent is nobody. */
export interface Directory {
  /** Everybody who can be told; a name that is not here stands for nobody. Absent: every name is somebody. */
  readonly people?: ReadonlySet<string>
  readonly teams?: Readonly<Record<string, readonly string[]>>
  readonly roles?: Readonly<Record<string, readonly string[]>>
  /** Of the ticket. */
  readonly assignee?: string | null | undefined
  readonly team?: string | null | undefined
}

/** What a step's targets are looked up in. */
export interface ReachedIn {
  readonly directory: Directory
  readonly schedules: ReadonlyMap<string, OnCallSchedule>
  readonly contacts: ReadonlyMap<string, Contact>
  readonly fallback: readonly EscalationTarget[]
}

/** Makes the `reach` of a ladder's world. */
export function reachIn(known: ReachedIn): LadderWorld['reach'] {
  return ({ targets }: EscalationStep, at: number): Reached => {
    const found = gather(targets, at, known)
    if (found.missing.length === 0) return found
    const instead = gather(known.fallback, at, known)
    return {
      people: unique([...found.people, ...instead.people]),
      webhooks: [...new Set([...found.webhooks, ...instead.webhooks])],
      commands: [...found.commands, ...instead.commands],
      missing: [...found.missing, ...instead.missing],
    }
  }
}

function gather(targets: readonly EscalationTarget[], at: number, known: ReachedIn): Reached {
  const people: Told[] = []
  const missing: string[] = []
  const webhooks: string[] = []
  const commands: Reached['commands'][number][] = []
  for (const target of targets) {
    if ('webhook' in target) webhooks.push(target.webhook)
    else if ('command' in target) commands.push(target)
    else {
      const via = saysTarget(target)
      const told = peopleOf(target, at, known).flatMap((person) => toldBy(person, via, { at, known }))
      people.push(...told)
      if (told.length === 0) missing.push(via)
    }
  }
  return { people: unique(people), webhooks: [...new Set(webhooks)], commands, missing }
}

/** Each person once a step, by the first target that stands for them. */
function unique(people: readonly Told[]): Told[] {
  return people.filter(({ person }, n) => people.findIndex((other) => other.person === person) === n)
}

function toldBy(
  person: string,
  via: string,
  { at, known }: { readonly at: number; readonly known: ReachedIn },
): Told[] {
  const { people } = known.directory
  if (people !== undefined && !people.has(person)) return []
  const wanted = known.contacts.get(person)
  if (wanted === undefined) return [{ person, via, contact: null }]
  const contact = wanted.quiet?.isOpen(at) ? wanted.quiet.order : wanted.order
  return contact.length === 0 ? [] : [{ person, via, contact }]
}

type ForPeople = Exclude<EscalationTarget, { webhook: string } | { command: string }>

function peopleOf(target: ForPeople, at: number, { directory, schedules }: ReachedIn): readonly string[] {
  const { assignee = null, team = null } = directory
  const membersOf = (id: string | null) => (id === null ? [] : listed(directory.teams, id))
  if ('agent' in target) return [target.agent]
  if ('team' in target) return membersOf(target.team)
  if ('onCall' in target) {
    const schedule = schedules.get(target.onCall)
    return schedule === undefined ? [] : peopleAt(schedule, at)
  }
  if ('ticket' in target) return target.ticket === 'team' ? membersOf(team) : assignee === null ? [] : [assignee]
  const holders = listed(directory.roles, target.role)
  if (target.within === undefined) return holders
  const members = new Set(membersOf(team))
  return holders.filter((person) => members.has(person))
}

function listed(groups: Readonly<Record<string, readonly string[]>> | undefined, name: string): readonly string[] {
  return groups !== undefined && Object.hasOwn(groups, name) ? (groups[name] as readonly string[]) : []
}
