/** The table of refusals of the desk: one code for each, what kind it is, and what it says. */
import { faultsOf } from './fault.ts'

type Named = { readonly kind: string; readonly id: string }

/** Refusals that stores give; third parties' stores use them as they are. */
export const storeFaults = {
  'store.stale-version': {
    kind: 'conflict',
    says: (d: Named & { readonly expected: number; readonly found: number }) =>
      `${d.kind} ${d.id} is at version ${d.found}, not ${d.expected}: somebody changed it meanwhile; read it again and decide anew.`,
  },
  'store.stale-claim': {
    kind: 'conflict',
    says: (d: { readonly queue: string; readonly key: string }) =>
      `The claim on ${d.key} of queue ${d.queue} is outdated: it was settled, replaced or handed to another worker; drop this work.`,
  },
  'store.closed': {
    kind: 'unavailable',
    says: (_: object) => 'The store is closed; open a new one.',
  },
  'store.foreign': {
    kind: 'unavailable',
    says: (d: { readonly place: string; readonly found: string }) =>
      `${d.place} holds ${d.found}, which is not a Deskwright store; nothing was changed there; name another place.`,
  },
  'store.newer-schema': {
    kind: 'unavailable',
    says: (d: { readonly place: string; readonly found: number; readonly known: number }) =>
      `${d.place} has schema ${d.found} and this release knows ${d.known}: upgrade deskwright; nothing was changed there.`,
  },
  'store.locked': {
    kind: 'unavailable',
    says: (d: { readonly place: string; readonly waitedMs: number }) =>
      `${d.place} was locked by another process for ${d.waitedMs} ms; nothing was changed; try again, or look for a long transaction.`,
  },
  'store.busy': {
    kind: 'unavailable',
    says: (d: { readonly place: string; readonly attempts: number }) =>
      `${d.place} undid this ${d.attempts} times, since others wrote the same at the same time; nothing was changed; try again.`,
  },
  'store.no-transaction': {
    kind: 'unavailable',
    says: (d: { readonly found: string }) =>
      `The desk was to work within a transaction, but was given ${d.found}; begin one on that connection first, and hand it over.`,
  },
  'store.transaction-failed': {
    kind: 'unavailable',
    says: (d: { readonly reason: string }) =>
      `The transaction that was handed over cannot be committed any more (${d.reason}); roll it back and run it again as a whole.`,
  },
  'store.unsafe-text': {
    kind: 'unavailable',
    says: (d: { readonly place: string; readonly found: string }) =>
      `${d.place} does not compare texts byte by byte (${d.found}), so that one id could stand for another; nothing was done; restore the columns as the migration made them.`,
  },
  'store.no-driver': {
    kind: 'unavailable',
    says: (d: { readonly tried: string; readonly install?: string }) =>
      `No driver of the database could be loaded (tried ${d.tried}); run: npm install ${d.install ?? 'libsql'}`,
  },
  'store.cannot': {
    kind: 'unavailable',
    says: (d: { readonly what: string }) => `This store cannot ${d.what}; use one that can.`,
  },
  'store.unknown-outcome': {
    kind: 'unavailable',
    says: (d: { readonly place: string }) =>
      `The connection to ${d.place} was lost during a commit: it may stand or not; look, or give each command a command id, which makes doing it again harmless.`,
  },
  'store.unavailable': {
    kind: 'unavailable',
    says: (d: { readonly place: string; readonly reason: string }) => `${d.place} cannot be used now: ${d.reason}.`,
  },
} as const

/** Refusals that every capability may need. */
export const referenceFaults = {
  'reference.unknown': {
    kind: 'not-found',
    says: (d: { readonly ids: readonly string[] }) =>
      `There is nothing with the id ${d.ids.join(', ')} in this tenant; create it first.`,
  },
  'ticket.requester-missing': {
    kind: 'invalid',
    says: (_: object) =>
      'A ticket needs a requester: give requester: { customerId }, { email }, { phone } or { externalId }.',
  },
  'ticket.foreign-requester': {
    kind: 'forbidden',
    says: (_: object) => 'A customer opens tickets for themselves only; leave requester out.',
  },
} as const

/**
 * Makes a refusal as makers of stores throw it: `throw fault('store.closed', {})`. The data is typed by the code.
 */
export const fault = faultsOf({ ...storeFaults, ...referenceFaults })
