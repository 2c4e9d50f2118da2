/** The typed face of a desk: what compiles, what must not, and that the types say what the tables do. */
import type {
  Acting,
  CommandInput,
  CommandName,
  CommandOutput,
  Customer,
  Desk,
  DeskEvent,
  EventName,
  FieldsOf,
  Message,
  Policies,
  QueryInput,
  QueryOutput,
  Records,
  StandardSchema,
  Ticket,
} from 'deskwright'
import { createDesk } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod'
import type { CustomCommands } from '../../src/desk/acting.ts'
import { allRows } from '../../src/desk/all-rows.ts'
import type { Commands } from '../../src/desk/commands.ts'

const order = z.object({
  orderId: z.string(),
  machine: z.enum(['x1', 'x2']).optional(),
  seats: z.coerce.number().default(1),
})
const profile = z.object({ tier: z.enum(['free', 'paid']).default('free') })
const personal = { ticket: ['orderId'], customer: ['tier'] } as const

type Shop = { readonly ticket: typeof order; readonly customer: typeof profile }

// Never called: its lines are compiled, not run.
async function misuse(desk: Desk<Shop>, plain: Desk<Record<never, never>>, me: Acting<Shop>, ticketId: Ticket['id']) {
  const words = { requester: { email: 'a@example.org' }, subject: 'A', body: 'B' } as const

  // Verbs and nouns.
  // @ts-expect-error no such verb
  await me.ticket.slove({ ticketId })
  // @ts-expect-error no such noun
  await me.tickets.solve({ ticketId })
  // @ts-expect-error a verb of another noun
  await me.team.solve({ ticketId })

  // Inputs.
  // @ts-expect-error a ticket's id is needed
  await me.ticket.solve({})
  // @ts-expect-error the id of a customer
  await me.ticket.solve({ ticketId: 'cus_01J' as Customer['id'] })
  // @ts-expect-error any text is not an id
  await me.ticket.solve({ ticketId: String(ticketId) })
  // @ts-expect-error no such key
  await me.ticket.solve({ ticketId, tenant: 'other' })
  // @ts-expect-error no such channel
  await me.ticket.reply({ ticketId, body: 'B', channel: 'pigeon' })
  // @ts-expect-error no such priority
  await me.ticket.change({ ticketId, priority: 'P9' })
  // @ts-expect-error no such option
  await me.ticket.solve({ ticketId }, { commandID: 'c' })
  // The host's own fields.
  // @ts-expect-error fields are needed, since the order's number is
  await me.ticket.open(words)
  // @ts-expect-error and in them the order's number
  await me.ticket.open({ ...words, fields: {} })
  // @ts-expect-error no such machine
  await me.ticket.open({ ...words, fields: { orderId: 'A', machine: 'x9' } })
  // @ts-expect-error no such field
  await me.ticket.open({ ...words, fields: { orderId: 'A', colour: 'red' } })
  // @ts-expect-error no such tier
  await me.customer.create({ fields: { tier: 'gold' } })
  // @ts-expect-error a patch of the wrong type
  await me.ticket.change({ ticketId, fields: { orderId: 7 } })
  // @ts-expect-error organisations have no fields on this desk
  await me.organisation.create({ name: 'Acme', fields: { tier: 'free' } })
  // @ts-expect-error nor have tickets where no schema is given
  await plain.as({ by: { kind: 'system', id: 's' } }).ticket.open({ ...words, fields: { orderId: 'A' } })

  // Conditions, orders and groups.
  // @ts-expect-error no such field
  await me.ticket.find({ where: { field: 'stauts', is: 'open' } })
  // @ts-expect-error no such category
  await me.ticket.find({ where: { field: 'category', is: 'opened' } })
  // @ts-expect-error no such custom field
  await me.ticket.find({ where: { field: 'fields.orderID', is: 'A' } })
  // @ts-expect-error seats are numbers
  await me.ticket.find({ where: { field: 'fields.seats', is: '4' } })
  // @ts-expect-error not a column
  await me.ticket.find({ order: [{ field: 'subject' }] })
  // @ts-expect-error no such direction
  await me.ticket.find({ order: [{ field: 'number', direction: 'up' }] })
  // @ts-expect-error each ticket would be a group of its own
  await me.ticket.count({ by: ['id'] })
  // @ts-expect-error a ticket's field, not an agent's
  await me.agent.find({ where: { field: 'priority', is: 'P1' } })

  // Results.
  const ticket = await me.ticket.solve({ ticketId })
  // @ts-expect-error records are read-only
  ticket.status = 'open'
  // @ts-expect-error no such field
  ticket.fields.colour
  // @ts-expect-error a reply gives a message
  ;(await me.ticket.reply({ ticketId, body: 'B' })).status
  // @ts-expect-error a page is no list
  ;(await me.ticket.find({})).map

  // Events.
  // @ts-expect-error no such event
  desk.on('ticket.sloved', () => {})
  // @ts-expect-error a solving has no tags
  desk.on('ticket.solved', (event) => event.data.added)
  // @ts-expect-error a listener for all must take all
  desk.on('*', (event: DeskEvent<'ticket.solved'>) => event.data.to)
  // @ts-expect-error a listener for another event
  desk.on('ticket.opened', (event: DeskEvent<'ticket.solved'>) => event.data.to)

  // Actors and policies.
  // @ts-expect-error no such kind of actor
  desk.as({ by: { kind: 'root', id: 'x' } })
  // @ts-expect-error an agent is named by an agent's id
  desk.as({ by: { kind: 'agent', id: ticketId } })
  // @ts-expect-error no such policy
  await me.policy.publish({ name: 'laws', document: {} })
  // @ts-expect-error another policy's document
  await me.policy.publish({ name: 'roles', document: { matrix: {} } })

  const store = memoryStore()
  // @ts-expect-error no such field to keep from the journal
  await createDesk({ store, fields: { ticket: order }, personal: { ticket: ['orderID'] } })
  // @ts-expect-error a zod class that is no schema
  await createDesk({ store, fields: { ticket: z } })
  // @ts-expect-error no such kind of record
  await createDesk({ store, fields: { tickets: order } })
  // @ts-expect-error no such policy
  await createDesk({ store, policies: { stati: {} } })
}

describe('a desk’s types', () => {
  it('let no misuse compile', () => {
    expect(misuse).toBeTypeOf('function')
  })

  it('take what the desk takes', async () => {
    const desk = await createDesk({ store: memoryStore(), fields: { ticket: order, customer: profile }, personal })
    const me = desk.as({ by: { kind: 'system', id: 's' } })
    const ticket = await me.ticket.open({
      requester: { email: 'a@example.org', name: 'A' },
      subject: 'A',
      body: 'B',
      fields: { orderId: 'A-17', machine: 'x1', seats: '4' },
    })
    expectTypeOf(ticket.fields.orderId).toEqualTypeOf<string>()
    expectTypeOf(ticket.fields.machine).toEqualTypeOf<'x1' | 'x2' | undefined>()
    expectTypeOf(ticket.fields.seats).toEqualTypeOf<number>()
    const changed = await me.ticket.change({ ticketId: ticket.id, fields: { machine: null } })
    expectTypeOf(changed).toEqualTypeOf<typeof ticket>()
    await me.ticket.tag({ ticketId: ticket.id, add: ['a'], remove: ticket.tags })
    const { items, next } = await me.ticket.find({
      where: { all: [{ field: 'fields.seats', gte: 4 }, { not: { field: 'fields.machine', is: 'x2' } }] },
      order: [{ field: 'priority' }, { field: 'id', direction: 'desc' }],
    })
    expectTypeOf(items).toEqualTypeOf<readonly (typeof ticket)[]>()
    expectTypeOf(next).toEqualTypeOf<string | null>()
    const customer = await me.customer.create({})
    expectTypeOf(customer.fields.tier).toEqualTypeOf<'free' | 'paid'>()
    desk.on('ticket.tagged', (event) => expectTypeOf(event.data.added).toEqualTypeOf<readonly string[]>())
    desk.on('*', (event) => {
      expectTypeOf(event).toEqualTypeOf<DeskEvent>()
      if (event.name === 'ticket.solved') expectTypeOf(event.data.to).toEqualTypeOf<string>()
    })
    expect(items.map(({ id }) => id)).toEqual([ticket.id])
  })

  it('need fields exactly where the host’s schema needs something', () => {
    type Opening<S extends StandardSchema> = CommandInput<'ticket.open', { readonly ticket: S }>
    expectTypeOf<Opening<typeof order>>().toHaveProperty('fields')
    expectTypeOf<Opening<typeof order>['fields']>().not.toEqualTypeOf<undefined>()
    type Needs<T> = T extends { readonly fields: unknown } ? 'needed' : 'optional'
    expectTypeOf<Needs<Opening<typeof order>>>().toEqualTypeOf<'needed'>()
    expectTypeOf<Needs<Opening<typeof profile>>>().toEqualTypeOf<'optional'>()
    expectTypeOf<Needs<CommandInput<'ticket.open'>>>().toEqualTypeOf<'optional'>()
    expectTypeOf<Needs<CommandInput<'ticket.change', Shop>>>().toEqualTypeOf<'optional'>()
  })

  it('take schemas by their structure, whoever made them', () => {
    // The shape in which valibot types its schemas: a class-free object with more beside the standard.
    interface ValibotLike<I, O> {
      readonly kind: 'schema'
      readonly '~standard': {
        readonly version: 1
        readonly vendor: 'valibot'
        readonly validate: (
          value: unknown,
        ) => { readonly value: O } | { readonly issues: readonly { readonly message: string }[] }
        readonly types?: { readonly input: I; readonly output: O }
      }
      readonly '~run': (dataset: unknown) => unknown
    }
    // The shape in which zod 3 types its own: a class whose standard part may answer later.
    interface ZodLike<I, O> {
      readonly _input: I
      readonly _output: O
      readonly '~standard': {
        readonly version: 1
        readonly vendor: string
        readonly types?: { readonly input: I; readonly output: O } | undefined
        readonly validate: (value: unknown) =>
          | { readonly value: O; readonly issues?: undefined }
          | {
              readonly issues: readonly {
                readonly message: string
                readonly path?: readonly PropertyKey[] | undefined
              }[]
            }
          | Promise<
              | { readonly value: O; readonly issues?: undefined }
              | {
                  readonly issues: readonly {
                    readonly message: string
                    readonly path?: readonly PropertyKey[] | undefined
                  }[]
                }
            >
      }
    }
    type In = { seats: string }
    type Out = { seats: number }
    expectTypeOf<ValibotLike<In, Out>>().toExtend<StandardSchema>()
    expectTypeOf<ZodLike<In, Out>>().toExtend<StandardSchema>()
    expectTypeOf<FieldsOf<{ readonly ticket: ValibotLike<In, Out> }>['ticket']>().toExtend<Out>()
    expectTypeOf<FieldsOf<{ readonly ticket: ZodLike<In, Out> }>['ticket']>().toExtend<Out>()
    expectTypeOf<CommandInput<'ticket.open', { readonly ticket: ZodLike<In, Out> }>['fields']>().toEqualTypeOf<In>()
  })

  it('give back what each verb gives back', () => {
    expectTypeOf<CommandOutput<'ticket.reply'>>().toEqualTypeOf<Message>()
    expectTypeOf<CommandOutput<'ticket.followUp', Shop>>().toEqualTypeOf<Ticket<FieldsOf<Shop>['ticket']>>()
    expectTypeOf<CommandOutput<'policy.publish'>>().toEqualTypeOf<Policies>()
    expectTypeOf<CommandOutput<'customer.merge', Shop>>().toEqualTypeOf<Customer<FieldsOf<Shop>['customer']>>()
    expectTypeOf<QueryOutput<'customer.get', Shop>['fields']['tier']>().toEqualTypeOf<'free' | 'paid'>()
    expectTypeOf<QueryOutput<'policy.history'>>().toEqualTypeOf<readonly Records['policyVersion'][]>()
    expectTypeOf<QueryInput<'team.get'>>().toExtend<{ readonly teamId: `tea_${string}` }>()
    expectTypeOf<DeskEvent['name']>().toEqualTypeOf<EventName>()
  })
})

describe('the types of commands', () => {
  it('say of every command what its row says: its record, and whether it carries fields', async () => {
    // Both written so that a line too few or too many does not compile.
    const returned = {
      'ticket.reply': 'message',
      'ticket.note': 'message',
      'ticket.sideMessage': 'message',
      'ticket.editMessage': 'message',
      'ticket.redact': 'message',
      'policy.publish': 'policies',
      'sla.setDue': 'ticket',
      'sla.recompute': 'ticket',
      'survey.plan': 'ticket',
      'survey.unsubscribe': 'respondent',
      'survey.optOut': 'respondent',
      'survey.optIn': 'respondent',
      'survey.forget': 'respondent',
    } as const satisfies { readonly [N in CommandName]?: keyof Records }
    const custom = {
      'ticket.open': 'whole',
      'ticket.change': 'patch',
      'customer.create': 'whole',
      'customer.change': 'patch',
      'organisation.create': 'whole',
      'organisation.change': 'patch',
    } as const
    expectTypeOf(custom).toEqualTypeOf<CustomCommands>()
    type Returned = typeof returned
    type Noun<N extends string> = N extends `${infer Noun}.${string}` ? Noun : never
    type Expected = {
      [N in keyof Commands]: Records<FieldsOf<Shop>>[(N extends keyof Returned ? Returned[N] : Noun<N>) & keyof Records]
    }
    expectTypeOf<{ [N in keyof Commands]: CommandOutput<N, Shop> }>().toEqualTypeOf<Expected>()

    const rows = await allRows()
    for (const [name, row] of Object.entries(rows.commands)) {
      const noun = name.slice(0, name.indexOf('.'))
      expect([name, row.returns]).toEqual([name, (returned as Record<string, string>)[name] ?? noun])
      const carried = 'custom' in row ? row.custom : undefined
      expect([name, carried?.mode]).toEqual([name, (custom as Record<string, string>)[name]])
      if (carried) expect(carried.kind).toBe(noun)
    }
  })
})
