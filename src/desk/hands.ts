/** How commands are done, for what does many at once: given to it, since it is loaded by what does one. */

import type { CommandHead } from '../domain/decider.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Actor } from '../domain/people/people.ts'
import type { Instant } from '../domain/time.ts'
import type { Cause } from './events.ts'
import type { House } from './house.ts'
import type { ClaimRef } from './ports.ts'

/** A command to be done, by a name that there is. */
export interface Handed {
  readonly tenant: string
  readonly by: Actor
  readonly only?: readonly string[] | undefined
  readonly name: string
  readonly input: unknown
  readonly ifVersion?: number | undefined
  readonly at?: Instant
  readonly cause?: readonly Cause[]
  readonly settle?: ClaimRef
}

export interface Hands {
  /** Does one command. */
  readonly act: (house: House, command: Handed) => Promise<JsonObject>
  /** Every command there is. */
  readonly names: ReadonlySet<string>
  /** What a command is. */
  readonly headOf: (name: string) => Promise<CommandHead>
}
