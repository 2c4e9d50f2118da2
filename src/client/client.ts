/** The door `deskwright/client`: a desk's own verbs and types over HTTP, for browsers and servers. */
import type { CommandOptions } from '../desk/acting.ts'
import type { DeskEvent } from '../desk/events.ts'
import { isMaking, placeOf } from '../desk/paths.ts'
import { DeskError } from '../domain/fault.ts'
import type { ClientOptions, EventsRequest } from './client-options.ts'
import { readEvents } from './read-events.ts'
import { errorFrom, sender } from './send.ts'

export { DeskError, isDeskError } from '../domain/fault.ts'
export type { ClientOptions, EventsRequest }

/** Something that is a page: what there is of it, and where it goes on. */
interface AnyPage<T> {
  readonly items: readonly T[]
  readonly next: string | number | null
}

/** A result on its way; of a page also all items of it and of all pages that follow, one by one. */
export type Answer<R> = R extends AnyPage<infer T> ? Promise<R> & AsyncIterable<T> : Promise<R>

type Verb<F> = F extends (...given: infer G) => Promise<infer R> ? (...given: G) => Answer<R> : never

/** What a type has to be to be taken for a desk. */
export interface ClientDesk {
  /** The desk in the hands of one actor: its verbs are the client's. */
  as(context: never): object
}

/** The verbs of a desk, in the hands of whoever the token or the cookie stands for. */
export type Client<D extends ClientDesk> = {
  readonly [Noun in Exclude<keyof ReturnType<D['as']>, 'batch'>]: {
    readonly [V in keyof ReturnType<D['as']>[Noun]]: Verb<ReturnType<D['as']>[Noun][V]>
  }
} & Pick<ReturnType<D['as']>, 'batch' & keyof ReturnType<D['as']>> & {
    /** What happens, as far as one may see it, each with its cursor. Goes on by itself where a connection was lost. */
    events(request?: EventsRequest): AsyncIterable<{ readonly cursor: string; readonly event: DeskEvent }>
  }

type Input = Readonly<Record<string, unknown>>

/**
 * A desk over HTTP: the verbs, inputs and results of the desk itself, its host's own fields included.
 *
 * Every command gets a command id, so that sending it again is harmless; refusals are `DeskError` with the desk's codes.
 *
 * @throws DeskError what the desk refuses; `client.no-answer` where nothing came back that could be understood.
 * @example
 * ```ts
 * import { createDesk } from 'deskwright'
 * import { createClient } from 'deskwright/client'
 * import { handler } from 'deskwright/http'
 * import { memoryStore } from 'deskwright/memory'
 *
 * const desk = await createDesk({ store: memoryStore() })
 * const handle = handler(desk, { authenticate: () => ({ by: { kind: 'system', id: 'example' } }) })
 * // In a browser the type of the desk is all that is imported of it, and `fetch` is the browser's own.
 * const client = createClient<typeof desk>({ url: 'http://localhost', fetch: handle })
 * for await (const ticket of client.ticket.find({ limit: 50 })) console.log(ticket.subject)
 * ```
 */
export function createClient<D extends ClientDesk>(options: ClientOptions): Client<D> {
  const send = sender(options)
  const call: Call = async (name, input = {}, { commandId, ifVersion } = {}) =>
    send(pathOf(name, input), { body: restOf(name, input), commandId, ifVersion })
  const doors: Readonly<Record<string, unknown>> = {
    batch: async (items: unknown, { commandId }: CommandOptions = {}) => {
      const { outcomes } = (await send('/v1/batch', { body: { items }, commandId })) as { outcomes: readonly Outcome[] }
      return outcomes.map((one) => (one.done ? one : { done: false, fault: errorFrom(one.fault) }))
    },
    events: (request: EventsRequest = {}) => readEvents(options, request),
  }
  return named((noun) => doors[noun] ?? named((verb) => verbOf(`${noun}.${verb}`, call))) as Client<D>
}

type Outcome =
  | { readonly done: true; readonly record: unknown }
  | { readonly done: false; readonly fault: Parameters<typeof errorFrom>[0] }

/** Anything that can be asked for by name; it is no promise, and so has no `then`. */
function named(make: (name: string) => unknown): object {
  const made = new Map<PropertyKey, unknown>()
  return new Proxy(
    {},
    {
      get(_, name) {
        if (typeof name !== 'string' || name === 'then') return undefined
        if (!made.has(name)) made.set(name, make(name))
        return made.get(name)
      },
    },
  )
}

type Call = (name: string, input?: Input, options?: CommandOptions) => Promise<unknown>

function verbOf(name: string, call: Call) {
  return (input?: Input, options?: CommandOptions) => {
    const first = call(name, input, options)
    return Object.assign(first, {
      async *[Symbol.asyncIterator]() {
        for (let page = (await first) as AnyPage<unknown>; ; ) {
          yield* page.items
          if (page.next === null) return
          page = (await call(name, { ...input, after: page.next })) as AnyPage<unknown>
        }
      },
    })
  }
}

function placeIn(name: string, input: Input) {
  return placeOf(name, (key) => input[key] !== undefined)
}

function pathOf(name: string, input: Input): string {
  const place = placeIn(name, input)
  const { record, key, verb } = place
  if (isMaking(place)) return record
  if (key === null) return `${record}/${verb}`
  const id = input[key]
  // What is no id could lead to another path: `..` does.
  if (typeof id !== 'string' || !/^\w+$/.test(id)) throw notAnId(name, key)
  return `${record.replace(`{${key}}`, id)}/${verb}`
}

function notAnId(command: string, place: string): DeskError {
  const reason = 'is not an id'
  const message = `${command} cannot be done with this input: ${place}: ${reason}.`
  return new DeskError('input.invalid', 'invalid', message, { command, issues: [{ place, reason }] })
}

function restOf(name: string, input: Input): Input {
  const { key } = placeIn(name, input)
  if (key === null) return input
  const { [key]: _, ...rest } = input
  return rest
}
