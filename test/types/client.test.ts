/** The typed face of a client: what compiles, what must not, and that it is the desk's own. */
import type { Acting, Desk, DeskEvent, Page, Ticket } from 'deskwright'
import { type Client, createClient } from 'deskwright/client'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod'

const order = z.object({ orderId: z.string(), seats: z.coerce.number().default(1) })
type Shop = Desk<{ readonly ticket: typeof order }>

// Never called: its lines are compiled, not run.
async function misuse(client: Client<Shop>, ticketId: Ticket['id']) {
  const words = { requester: { email: 'a@example.org' }, subject: 'A', body: 'B' } as const
  // @ts-expect-error no such verb
  await client.ticket.slove({ ticketId })
  // @ts-expect-error no such noun
  await client.tickets.solve({ ticketId })
  // @ts-expect-error fields are needed, since the order's number is
  await client.ticket.open(words)
  // @ts-expect-error any text is not an id
  await client.ticket.solve({ ticketId: String(ticketId) })
  // @ts-expect-error no such custom field
  await client.ticket.find({ where: { field: 'fields.orderID', is: 'A' } })
  // @ts-expect-error one record is no page
  for await (const _ of client.ticket.get({ ticketId })) return
  // @ts-expect-error a desk's own affairs are not a client's
  await client.verify()
  // @ts-expect-error no such event
  client.events({ names: ['ticket.sloved'] })
  // @ts-expect-error a desk is needed, to know its verbs
  createClient<{ verbs: object }>({ url: 'https://example.org' })
}

describe('a client’s types', () => {
  it('let no misuse compile', () => {
    expect(misuse).toBeTypeOf('function')
  })

  it('are those of the desk', () => {
    type Verbs = Client<Shop>
    type Own = ReturnType<Shop['as']>
    type Made = Awaited<ReturnType<Own['ticket']['open']>>
    expectTypeOf<Parameters<Verbs['ticket']['open']>>().toEqualTypeOf<Parameters<Own['ticket']['open']>>()
    expectTypeOf<ReturnType<Verbs['ticket']['open']>>().toEqualTypeOf<ReturnType<Own['ticket']['open']>>()
    expectTypeOf<ReturnType<Verbs['ticket']['find']>>().toEqualTypeOf<Promise<Page<Made>> & AsyncIterable<Made>>()
    expectTypeOf<Verbs['batch']>().toEqualTypeOf<Own['batch']>()
    expectTypeOf<keyof Verbs>().toEqualTypeOf<keyof Own | 'events'>()
    // Whatever takes a desk in somebody's hands takes a client.
    const taken = (client: Verbs): Own => client
    const plain = (client: Client<Desk>): Acting => client
    expect([taken, plain]).toHaveLength(2)
    type Heard = ReturnType<Verbs['events']> extends AsyncIterable<infer E> ? E : never
    expectTypeOf<Heard>().toEqualTypeOf<{ readonly cursor: string; readonly event: DeskEvent }>()
  })
})
