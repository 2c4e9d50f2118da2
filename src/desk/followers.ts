/** What follows from a decision, in its commit: families, clocks, and one line for each capability that brings commands or timers along. */
import type { CommandHead, Draft } from '../domain/decider.ts'
import type { Policies } from '../domain/policy.ts'
import { clocksAfter } from './clocks-after.ts'
import type { Closing } from './family-guard.ts'
import type { Bringing, Brought, Committing, Follow, FollowUp } from './follow-words.ts'
import type { House } from './house.ts'
import { loadEscalation } from './load-escalation.ts'
import { familyAfter } from './load-family.ts'
import { loadMeasures } from './load-measures.ts'
import { loadRest } from './load-rest.ts'
import { loadSurveys } from './load-surveys.ts'
import type { Task, TaskKey, Write } from './ports.ts'
import type { Read } from './read.ts'

interface Follower {
  /** Whether it may have something to do: asked at every commit, so it looks at little. What does it is loaded then. */
  readonly mayFollow: (committing: Committing) => boolean
  readonly load: () => Promise<Follow>
}

const CATCHING_UP: ReadonlySet<string> = new Set([
  'ticket.childOf',
  'ticket.reopened',
  'ticket.restored',
  'ticket.unmerged',
  'ticket.cascaded',
])

/** What surveys follow from, beside what happens to themselves. */
const SURVEYED: ReadonlySet<string> = new Set(['ticket.solved', 'ticket.reopened', 'ticket.merged', 'ticket.deleted'])

/** Whether the tenant has surveys, or had some: what was sent may still be answered. The first version is the empty default, or the code's. */
function hasSurveys({ policies, stored }: Read): boolean {
  const current = stored.find(({ kind }) => kind === 'policies')?.doc as unknown as Policies | undefined
  return policies.surveys.surveys.length > 0 || (current?.inForce.surveys?.version ?? 1) > 1
}

/** In the order in which what they bring is done. */
const followers: readonly Follower[] = [
  {
    mayFollow: ({ read, decided }) =>
      decided.some(({ name }) => CATCHING_UP.has(name)) ||
      read.stored.some(({ kind, doc }) => kind === 'ticket' && doc.related),
    load: async () => (await loadRest()).followCascades,
  },
  {
    mayFollow: ({ read, decided }) =>
      decided.some(
        ({ of, name }) => of.kind === 'survey' || of.kind === 'respondent' || (SURVEYED.has(name) && hasSurveys(read)),
      ),
    load: async () => (await loadSurveys()).followSurveys,
  },
  {
    mayFollow: ({ read, drafts }) =>
      drafts.some(({ of }) => of.kind === 'escalation') ||
      ((read.policies.escalation.policies.length > 0 ||
        read.stored.some(({ kind, doc }) => kind === 'ticket' && doc.escalation !== null)) &&
        drafts.some(({ of }) => of.kind === 'ticket')),
    load: async () => (await loadEscalation()).followEscalations,
  },
  {
    mayFollow: ({ drafts }) => drafts.some(({ of }) => of.kind === 'ticket'),
    load: async () => (await loadMeasures()).followMeasures,
  },
]

/** A decision with all that follows from it. */
export interface Followed {
  readonly read: Read
  readonly decided: readonly Draft[]
  /** What was decided, and what happened to families and clocks. */
  readonly drafts: readonly Draft[]
  readonly writes: readonly Write[]
  readonly set: readonly Task[]
  readonly clear: readonly TaskKey[]
  readonly checks: Read['checks']
  /** Commands for the same commit. */
  readonly bring: readonly Brought[]
  /** Documents after it that are known already, by `kind/id`. */
  readonly folded: FollowUp['folded']
}

/** All that follows from what a command decided. */
export async function follow(
  house: House,
  asked: Bringing & Closing & { readonly row: CommandHead },
  seen: Read,
  decided: readonly Draft[],
): Promise<Followed> {
  const family = await familyAfter(house, asked, { read: seen, drafts: decided })
  const { read } = family
  const clocks = clocksAfter(asked, read, family.drafts)
  const drafts = clocks.length === 0 ? family.drafts : [...family.drafts, ...clocks.flatMap((one) => one.drafts)]
  const more = await followUps(house, asked, { read, decided, drafts })
  const writes = [...family.writes]
  const set = [...family.set]
  const clear: TaskKey[] = []
  for (const one of [...clocks, ...more]) {
    writes.push(...(one.writes ?? []))
    set.push(...one.set)
    clear.push(...one.clear)
  }
  const bring = more.flatMap((one) => one.bring)
  const folded = more.find((one) => one.folded)?.folded
  return { read, decided, drafts, bring, writes, set, clear, folded, checks: [...read.checks, ...family.checks] }
}

async function followUps(house: House, asked: Bringing, committing: Committing) {
  const concerned = followers.filter(({ mayFollow }) => mayFollow(committing))
  return Promise.all(concerned.map(async ({ load }) => (await load())(house, asked, committing)))
}
