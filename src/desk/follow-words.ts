/** The words of what follows from a commit: what a follower is given, and what it answers with. */
import type { Draft } from '../domain/decider.ts'
import type { Actor } from '../domain/people/people.ts'
import type { Instant } from '../domain/time.ts'
import type { Cause } from './events.ts'
import type { House } from './house.ts'
import type { Task, TaskKey, Write } from './ports.ts'
import type { Read } from './read.ts'

/** A command that another brings along. */
export interface Brought {
  readonly tenant: string
  readonly by: Actor
  readonly only?: readonly string[] | undefined
  readonly name: string
  readonly input: object
  readonly cause: readonly Cause[]
  /** As of when; absent: now. What a timer sets off is as of its own instant too, however late it rings. */
  readonly at?: Instant
}

/** Whoever brings others along. */
export interface Bringing {
  readonly tenant: string
  readonly by: Actor
  readonly only?: readonly string[] | undefined
  readonly cause?: readonly Cause[] | undefined
}

/** A commit that is about to be made. */
export interface Committing {
  readonly read: Read
  /** What the command decided. */
  readonly decided: readonly Draft[]
  /** That, and what happens to families and clocks because of it. */
  readonly drafts: readonly Draft[]
}

export interface FollowUp {
  /** Done in the same commit, in this order, each on what those before it left. One that is refused refuses all. */
  readonly bring: readonly Brought[]
  readonly set: readonly Task[]
  readonly clear: readonly TaskKey[]
  /** Records that go with what happened; absent: none. */
  readonly writes?: readonly Write[]
  /** Documents that were folded on the way, by `kind/id`; absent: none. */
  readonly folded?: ReadonlyMap<string, object> | undefined
}

export type Follow = (house: House, asked: Bringing, committing: Committing) => FollowUp | Promise<FollowUp>
