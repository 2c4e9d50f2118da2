/** The host's own typed fields: checked by the host's schema, stored as plain JSON, and kept out of the journal where personal. */
import type { StandardSchema } from 'deskwright'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { codeOf, openWorld } from './world.ts'

const order = z.object({
  orderId: z.string().min(2),
  machine: z.enum(['x1', 'x2']).optional(),
  seats: z.coerce.number().int().default(1),
})
const requester = { email: 'ada@example.org' } as const
const words = { requester, subject: 'A', body: 'B' } as const

/** Written by hand, without any library: takes its time to say whether the order is known. */
const known: StandardSchema<{ readonly orderId: string }> = {
  '~standard': {
    version: 1,
    vendor: 'by-hand',
    validate: async (value) => {
      await Promise.resolve()
      const orderId = (value as { orderId?: unknown }).orderId
      return orderId === 'A-17'
        ? { value: { orderId } }
        : { issues: [{ message: 'is no order of ours', path: [{ key: 'orderId' }] }] }
    },
  },
}

describe('fields of a ticket', () => {
  it('come out as the host’s schema gives them', async () => {
    const { system } = await openWorld({ fields: { ticket: order } })
    const ticket = await system.ticket.open({ ...words, fields: { orderId: 'A-17', seats: '4' } })
    expect(ticket.fields).toEqual({ orderId: 'A-17', seats: 4 })
    expect((await system.ticket.get({ ticketId: ticket.id })).fields).toEqual({ orderId: 'A-17', seats: 4 })
    const found = await system.ticket.find({ where: { field: 'fields.seats', gte: 4 } })
    expect(found.items.map(({ id }) => id)).toEqual([ticket.id])
  })

  it('are patched: named ones change, null removes, the whole is checked again', async () => {
    const { system } = await openWorld({ fields: { ticket: order } })
    const { id: ticketId } = await system.ticket.open({ ...words, fields: { orderId: 'A-17', machine: 'x1' } })
    const change = (fields: object) => system.ticket.change({ ticketId, fields })
    expect((await change({ seats: 3 })).fields).toEqual({ orderId: 'A-17', machine: 'x1', seats: 3 })
    expect((await change({ machine: null })).fields).toEqual({ orderId: 'A-17', seats: 3 })
    expect(await codeOf(change({ orderId: null }))).toBe('fields.invalid')
    expect(await codeOf(change({ machine: 'x3' }))).toBe('fields.invalid')
    expect(await codeOf(change({ seats: 3 }))).toBe('ticket.nothing-new')
  })

  it('may be checked by any schema that speaks the standard, in its own time', async () => {
    const { system } = await openWorld({ fields: { ticket: known } })
    const ticket = await system.ticket.open({ ...words, fields: { orderId: 'A-17' } })
    expect(ticket.fields).toEqual({ orderId: 'A-17' })
    const refused = await system.ticket.open({ ...words, fields: { orderId: 'B-1' } }).catch((error) => error)
    expect(refused).toMatchObject({
      code: 'fields.invalid',
      data: { kind: 'ticket', issues: [{ place: 'orderId', reason: 'is no order of ours' }] },
    })
  })

  it('go along into a follow-up', async () => {
    const { system } = await openWorld({ fields: { ticket: order }, personal: { ticket: ['orderId'] } })
    const { id: ticketId } = await system.ticket.open({ ...words, fields: { orderId: 'A-17' } })
    await system.ticket.solve({ ticketId })
    const next = await system.ticket.followUp({ ticketId, body: 'More.' })
    expect(next.fields).toEqual({ orderId: 'A-17', seats: 1 })
  })
})

describe('personal fields', () => {
  it('stand in records, and never in the journal, on the bus or in a delivery', async () => {
    const secret = 'SECRET'
    const person = z.object({ birthName: z.string(), tier: z.string().default('gold') })
    const delivered: unknown[] = []
    const world = await openWorld({
      fields: { ticket: person, customer: person, organisation: person },
      personal: { ticket: ['birthName'], customer: ['birthName'], organisation: ['birthName'] },
      transports: [{ name: 'ears', deliver: async (delivery) => void delivered.push(delivery) }],
    })
    const { ticket, customer, organisation } = world.system
    const own = { birthName: `${secret}1` }
    const made = await ticket.open({ ...words, subject: secret, body: secret, fields: own })
    const zoe = await customer.create({ name: secret, fields: own })
    const acme = await organisation.create({ name: 'Acme', fields: own })
    const other = { birthName: `${secret}2` }
    await ticket.change({ ticketId: made.id, fields: other })
    await ticket.reply({ ticketId: made.id, body: secret })
    await ticket.sideMessage({ ticketId: made.id, body: secret, to: [{ email: `${secret}@example.org` }] })
    await customer.change({ customerId: zoe.id, fields: other })
    await organisation.change({ organisationId: acme.id, fields: { ...other, tier: 'red' } })
    await world.desk.tick()
    const outside = JSON.stringify([world.events, delivered, await world.store.history('main', { limit: 1000 })])
    expect(outside).not.toContain(secret)
    expect(delivered.length).toBeGreaterThan(5)
    expect((await ticket.get({ ticketId: made.id })).fields).toEqual({ birthName: 'SECRET2', tier: 'gold' })
    expect((await customer.get({ customerId: zoe.id })).fields).toEqual({ birthName: 'SECRET2', tier: 'gold' })
    const after = await organisation.get({ organisationId: acme.id })
    expect(after.fields).toEqual({ birthName: 'SECRET2', tier: 'red' })
    expect((await world.desk.verify()).findings).toEqual([])
  })
})
