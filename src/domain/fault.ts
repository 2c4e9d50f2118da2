/** Every refusal of the library is one class with a stable code, so that hosts can act on codes and people can act on messages. */

/**
 * What sort of refusal it is. Adapters choose their own answer from it (HTTP status, exit code …).
 *
 * - `invalid`: the input is malformed; sending it again unchanged cannot succeed.
 * - `not-found`: absent, or not for this actor: the two are never told apart.
 * - `forbidden`: the actor's role does not allow it.
 * - `conflict`: somebody else was faster, or an id is taken; read again and decide anew.
 * - `refused`: well formed, but against a rule of the domain.
 * - `unavailable`: the store or a port cannot do it now, or at all.
 */
export type FaultKind = 'invalid' | 'not-found' | 'forbidden' | 'conflict' | 'refused' | 'unavailable'

export interface FaultRow<Data> {
  readonly kind: FaultKind
  /** What happened, to what, what to do next. No secrets, no message bodies. */
  readonly says: (data: Data) => string
}

/** The only error class the library throws on purpose. */
export class DeskError extends Error {
  override readonly name = 'DeskError'
  constructor(
    readonly code: string,
    readonly kind: FaultKind,
    message: string,
    readonly data: Readonly<Record<string, unknown>>,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a row's data is contravariant; only `any` admits every row here.
type Rows = Readonly<Record<string, FaultRow<any>>>

/**
 * Makes the `fault` function of one table of refusals: `throw fault('ticket.closed', { ticketId, closedAt })`.
 * Each floor has its own table, so that a door bundles only the sentences it can say.
 */
export function faultsOf<T extends Rows>(table: T) {
  return <C extends keyof T & string>(
    code: C,
    data: Parameters<T[C]['says']>[0],
    options?: { readonly cause?: unknown },
  ): DeskError => {
    const row = table[code] as FaultRow<unknown>
    return new DeskError(code, row.kind, row.says(data), data as Readonly<Record<string, unknown>>, options)
  }
}

/** Narrows an unknown error to a refusal, of one code when a code is given. Works across copies of the library. */
export function isDeskError(error: unknown, code?: string): error is DeskError {
  return (
    error instanceof Error && error.name === 'DeskError' && (code === undefined || (error as DeskError).code === code)
  )
}
