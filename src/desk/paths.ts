/** Where a command or a read stands on the web: one rule from its name and its ids, for the handler, the client and the documents. */

/** A path with at most one id in it. */
export interface Place {
  /** The record in the path, without the verb: `/v1/tickets/{ticketId}`. */
  readonly record: string
  /** The key of the input that stands in the path; `null`: none does. */
  readonly key: string | null
  readonly verb: string
}

/** Nouns that have no other form. */
const UNCOUNTED: ReadonlySet<string> = new Set(['sla'])

function plural(noun: string): string {
  if (UNCOUNTED.has(noun)) return noun
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`
}

/**
 * The place of a command or a read.
 *
 * A noun's own id stands in the path; of a noun that is about a ticket, the ticket's id; all else in the body or query.
 *
 * @param name - `ticket.solve`.
 * @param has - whether the input has a key.
 */
export function placeOf(name: string, has: (key: string) => boolean): Place {
  const [noun = '', verb = ''] = name.split('.')
  const own = `${noun}Id`
  if (has(own)) return { record: `/v1/${plural(noun)}/{${own}}`, key: own, verb }
  if (has('ticketId')) return { record: `/v1/tickets/{ticketId}/${noun}`, key: 'ticketId', verb }
  return { record: `/v1/${plural(noun)}`, key: null, verb }
}

/** Whether a command makes a new record in a collection, and so is a POST to the collection itself. */
export function isMaking({ key, verb }: Place): boolean {
  return key === null && (verb === 'open' || verb === 'create')
}
