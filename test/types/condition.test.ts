/** The typed form of conditions: what compiles, what must not, and that all of it is a loose condition. */
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Condition, ConditionOn } from '../../src/domain/condition.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import type { Agent } from '../../src/domain/people/people.ts'
import type { Ticket, ticketFields } from '../../src/domain/tickets/ticket.ts'

interface Fields {
  readonly orderId: string
  readonly machine?: 'x1' | 'x2' | undefined
  readonly seats: number | null
  readonly urgent: boolean
  readonly parts: readonly string[]
  readonly either: string | number
  readonly nested: { readonly a: string }
}

type OnTicket = ConditionOn<Ticket<Fields>, typeof ticketFields>
type FieldOf<C> = C extends { readonly field: infer F } ? F : never

describe('a typed condition', () => {
  it('takes the operators and operands that fit its field', () => {
    const condition: OnTicket = {
      all: [
        { field: 'priority', is: 'P1' },
        { field: 'priority', in: ['P1', 'P2'] },
        { field: 'priority', lte: 'P2' },
        { field: 'impact', is: null },
        { field: 'number', gte: 7 },
        { field: 'priorityByHand', is: false },
        { field: 'subject', contains: 'hum' },
        { field: 'openedAt', lt: '2026-03-02T09:30:00.000Z' },
        { field: 'tags', has: 'vip' },
        { field: 'tags', is: null },
        { any: [{ field: 'fields.orderId', startsWith: 'A-' }, { not: { field: 'fields.machine', is: 'x2' } }] },
        { field: 'fields.machine', is: null },
        { field: 'fields.seats', gt: 3 },
        { field: 'fields.urgent', is: true },
        { field: 'fields.parts', has: 'belt' },
        { field: 'fields.either', is: 1 },
        { field: 'fields.either', is: 'one' },
      ],
    }
    expectTypeOf(condition).toExtend<Condition>()
    expect(condition).toHaveProperty('all')
  })

  it('does not compile with anything else', () => {
    const wrong: OnTicket[] = [
      // @ts-expect-error P9 is no priority
      { field: 'priority', is: 'P9' },
      // @ts-expect-error nor in a list
      { field: 'priority', in: ['P1', 'P9'] },
      // @ts-expect-error no such field
      { field: 'prioritty', is: 'P1' },
      // @ts-expect-error not a field that conditions may name
      { field: 'externalRefs', is: null },
      // @ts-expect-error a text is no list
      { field: 'subject', has: 'a' },
      // @ts-expect-error a list has no order
      { field: 'tags', lt: 'a' },
      // @ts-expect-error a list is asked by has
      { field: 'tags', is: 'vip' },
      // @ts-expect-error true and false have no order
      { field: 'priorityByHand', gt: false },
      // @ts-expect-error a number has no beginning
      { field: 'number', startsWith: '1' },
      // @ts-expect-error a number is no text
      { field: 'number', is: '1' },
      // @ts-expect-error an instant has no parts
      { field: 'openedAt', contains: '2026' },
      // @ts-expect-error null is for is alone
      { field: 'impact', in: [null] },
      // @ts-expect-error null has no order
      { field: 'number', lt: null },
      // @ts-expect-error no such custom field
      { field: 'fields.ordrId', is: 'A' },
      // @ts-expect-error x9 is no machine
      { field: 'fields.machine', is: 'x9' },
      // @ts-expect-error an object cannot be compared
      { field: 'fields.nested', is: null },
      // @ts-expect-error no such operator
      { field: 'subject', equals: 'a' },
      // @ts-expect-error all takes a list
      { all: { field: 'priority', is: 'P1' } },
      // @ts-expect-error also deep inside
      { not: { any: [{ field: 'priority', is: 'P9' }] } },
    ]
    expect(wrong.length).toBeGreaterThan(0)
  })

  it('is always a loose condition', () => {
    expectTypeOf<OnTicket>().toExtend<Condition>()
    expectTypeOf<ConditionOn<Ticket>>().toExtend<Condition>()
    expectTypeOf<ConditionOn<Agent>>().toExtend<Condition>()
  })

  it('offers exactly the paths there are', () => {
    expectTypeOf<FieldOf<OnTicket>>().toEqualTypeOf<
      keyof typeof ticketFields | `fields.${'orderId' | 'machine' | 'seats' | 'urgent' | 'parts' | 'either'}`
    >()
  })

  it('takes any custom field where their types are not known', () => {
    const condition: ConditionOn<Ticket<JsonObject>, typeof ticketFields> = {
      all: [
        { field: 'fields.whatever', is: 'a' },
        { field: 'fields.whatever', gt: 1 },
        { field: 'fields.whatever', has: 'a' },
        { field: 'priority', is: 'P1' },
        // @ts-expect-error own fields stay typed
        { field: 'priority', is: 'P9' },
        // @ts-expect-error own fields are still these
        { field: 'whatever', is: 'a' },
      ],
    }
    expectTypeOf(condition).toExtend<Condition>()
    expect(condition).toHaveProperty('all')
  })

  it('has no custom fields on a record without them', () => {
    // @ts-expect-error agents have none
    const condition: ConditionOn<Agent> = { field: 'fields.x', is: 'a' }
    expectTypeOf<FieldOf<ConditionOn<{ readonly a: string; readonly b: object }>>>().toEqualTypeOf<'a'>()
    expect(condition).toHaveProperty('field')
  })
})
