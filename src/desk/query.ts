/** The shape of every read: what it takes, what it shows, and the function that answers. */
import type * as z from 'zod'
import type { Principal } from '../domain/access.ts'
import type { RecordKind } from '../domain/records.ts'
import type { House } from './house.ts'

/** Who reads, and where. */
export interface ReadContext<Input> {
  readonly house: House
  readonly tenant: string
  readonly by: Principal
  readonly input: Input
  /** The read's own name, which is its permission. */
  readonly name: string
}

export interface QueryRow<S extends z.ZodType = z.ZodType, Out = unknown> {
  readonly says: string
  readonly input: S
  /** The kind of record that it shows, and how: one, a page, counts. */
  readonly shows: {
    readonly kind: RecordKind
    readonly as:
      | 'events'
      | 'one'
      | 'page'
      | 'counts'
      | 'timeline'
      | 'policy'
      | 'policies'
      | 'clocks'
      | 'explanation'
      | 'attainment'
      | 'rebuilt'
      | 'simulation'
      | 'tree'
      | 'links'
      | 'workarounds'
      | 'form'
      | 'invitation'
      | 'audit'
      | 'scores'
      | 'log'
      | 'times'
      | 'preview'
      | 'warnings'
      | 'onCall'
      | 'coverage'
      | 'feed'
      | 'report'
  }
  /** Looks at the whole tenant at once: a right that reaches only some of it is not enough. */
  readonly whole?: true
  readonly read: (context: ReadContext<z.output<S>>) => Promise<Out>
}

/** Writes a row with its types inferred. */
export function query<S extends z.ZodType, Out>(row: QueryRow<S, Out>): QueryRow<S, Out> {
  return row
}
