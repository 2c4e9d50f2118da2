/** Customers: one person, many ways to be recognised, and two records that turn out to be one person. */
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { codeOf, openWorld } from '../../desk/world.ts'

const email = (value: string) => ({ kind: 'email', value }) as const

describe('a customer', () => {
  it('is created with everything known of them, and the journal holds none of their words', async () => {
    const world = await openWorld()
    const acme = await world.system.organisation.create({ name: 'Acme' })
    const zoe = await world.system.customer.create({
      name: 'Zoë Åkesson',
      organisationId: acme.id,
      externalId: 'crm-1',
      language: 'sv-SE',
      timeZone: 'Europe/Stockholm',
      identities: [email('Zoe@Example.org'), email('zoe@example.org')],
    })
    expect(zoe.identities).toEqual([{ kind: 'email', value: 'zoe@example.org', verifiedAt: null }])
    expect(zoe).toMatchObject({ name: 'Zoë Åkesson', version: 1, mergedInto: null, mergedFrom: [] })
    const journal = JSON.stringify(await world.store.history('main', { limit: 1000 }))
    expect(journal).not.toMatch(/Zoë|example\.org/)
    expect(await world.system.customer.get({ email: 'ZOE@example.org' })).toEqual(zoe)
    expect(await world.system.customer.get({ externalId: 'crm-1' })).toEqual(zoe)
    expect(await world.system.customer.get({ customerId: zoe.id })).toEqual(zoe)
  })

  it('never shares an identity or a host id with another', async () => {
    const { system } = await openWorld()
    await system.customer.create({ externalId: 'crm-1', identities: [email('a@example.org')] })
    const other = await system.customer.create({ identities: [email('b@example.org')] })
    expect(await codeOf(system.customer.create({ identities: [email('A@EXAMPLE.ORG')] }))).toBe(
      'customer.identity-taken',
    )
    expect(await codeOf(system.customer.create({ externalId: 'crm-1' }))).toBe('customer.identity-taken')
    const change = (rest: object) => codeOf(system.customer.change({ customerId: other.id, ...rest }))
    expect(await change({ identities: [email('a@example.org')] })).toBe('customer.identity-taken')
    expect(await change({ externalId: 'crm-1' })).toBe('customer.identity-taken')
    expect(await change({ externalId: 'CRM-1' })).toBe('done')
    expect(await change({ identities: [{ kind: 'login', value: 'a@example.org' }] })).toBe('done')
  })

  it('gives up an address that is taken away, for others to have', async () => {
    const { system } = await openWorld()
    const first = await system.customer.create({ identities: [email('a@example.org'), email('b@example.org')] })
    await system.customer.change({ customerId: first.id, identities: [email('b@example.org')] })
    expect(await codeOf(system.customer.get({ email: 'a@example.org' }))).toBe('customer.not-found')
    const second = await system.customer.create({ identities: [email('a@example.org')] })
    expect((await system.customer.get({ email: 'a@example.org' })).id).toBe(second.id)
    await system.customer.change({ customerId: first.id, externalId: 'x' })
    await system.customer.change({ customerId: first.id, externalId: null })
    expect(await codeOf(system.customer.get({ externalId: 'x' }))).toBe('customer.not-found')
  })

  it('is one person when many create them at once', async () => {
    const { system } = await openWorld()
    const codes = await Promise.all(
      Array.from({ length: 8 }, () => codeOf(system.customer.create({ identities: [email('a@example.org')] }))),
    )
    expect(codes.sort()).toEqual([...Array(7).fill('customer.identity-taken'), 'done'])
  })

  it('changes their own name and language, and never who they are', async () => {
    const world = await openWorld()
    const acme = await world.system.organisation.create({ name: 'Acme', sharesTickets: true })
    const ada = await world.customer('ada@example.org')
    const bob = await world.customer('bob@example.org')
    const change = (rest: object, customerId = ada.id) => codeOf(ada.desk.customer.change({ customerId, ...rest }))
    expect(await change({ name: 'Ada', language: 'en', timeZone: 'Europe/London' })).toBe('done')
    expect(await change({ organisationId: acme.id })).toBe('customer.claim')
    expect(await change({ identities: [{ ...email('boss@acme.example'), verifiedAt: world.clock.instant() }] })).toBe(
      'customer.claim',
    )
    expect(await change({ identities: [email('bob@example.org')] })).toBe('customer.claim')
    expect(await change({ externalId: 'admin' })).toBe('customer.claim')
    expect(await change({ name: 'Bob' }, bob.id)).toBe('customer.not-found')
  })

  it('is told nothing of addresses that belong to others', async () => {
    const world = await openWorld()
    const ada = await world.customer('ada@example.org')
    const bob = await world.customer('bob@example.org')
    const told = async (address: string) => {
      const error = await ada.desk.customer.get({ email: address }).catch((refusal: unknown) => refusal)
      return JSON.stringify([error, (error as Error).message])
    }
    expect(await told('bob@example.org')).not.toContain(bob.id)
    const blank = (text: string) => text.replace(/idn_[0-9a-f]+/g, 'idn_')
    expect(blank(await told('bob@example.org'))).toBe(blank(await told('nobody@example.org')))
    expect((await ada.desk.customer.get({ email: 'Ada@example.org' })).id).toBe(ada.id)
  })
})

describe('merging customers', () => {
  async function merged() {
    const world = await openWorld()
    const old = await world.customer('old@example.org', { externalId: 'crm-old' })
    const live = await world.customer('live@example.org')
    const ticket = await world.open('old@example.org')
    const names = await world.during(() => world.system.customer.merge({ customerId: old.id, into: live.id }))
    expect(names).toEqual(['customer.absorbed', 'customer.changed', 'customer.merged'])
    return { world, old, live, ticket }
  }

  it('takes over identities and the host’s id', async () => {
    const { world, old, live } = await merged()
    const now = await world.system.customer.get({ customerId: live.id })
    expect(now.identities.map((identity) => identity.value)).toEqual(['live@example.org', 'old@example.org'])
    expect(now).toMatchObject({ externalId: 'crm-old', mergedFrom: [old.id], version: 2 })
    expect((await world.system.customer.get({ email: 'old@example.org' })).id).toBe(live.id)
    expect((await world.system.customer.get({ externalId: 'crm-old' })).id).toBe(live.id)
    expect(await world.system.customer.get({ customerId: old.id })).toMatchObject({
      mergedInto: live.id,
      identities: [],
      externalId: null,
    })
  })

  it('keeps the name in the old record, and none of its fields', async () => {
    const { system } = await openWorld({ fields: { customer: z.object({ plan: z.string().optional() }) } })
    const old = await system.customer.create({ name: 'Zoë', fields: { plan: 'gold' } })
    const live = await system.customer.create({ name: 'Zoë Åkesson' })
    await system.customer.merge({ customerId: old.id, into: live.id })
    const left = await system.customer.get({ customerId: old.id })
    expect(left).toMatchObject({ name: 'Zoë', identities: [], fields: {}, mergedInto: live.id })
  })

  it('keeps a host’s id that the surviving one has, and frees the other', async () => {
    const { system } = await openWorld()
    const a = await system.customer.create({ externalId: 'a' })
    const b = await system.customer.create({ externalId: 'b' })
    await system.customer.merge({ customerId: a.id, into: b.id })
    expect((await system.customer.get({ externalId: 'b' })).id).toBe(b.id)
    expect(await codeOf(system.customer.create({ externalId: 'a' }))).toBe('done')
  })

  it('shows the tickets of both to either id', async () => {
    const { world, old, live, ticket } = await merged()
    const own = await live.desk.ticket.open({ subject: 'B', body: 'B' })
    for (const acting of [old.desk, live.desk]) {
      const { items } = await acting.ticket.find({})
      expect(items.map((item) => item.id).sort()).toEqual([ticket.id, own.id].sort())
      expect((await acting.customer.get({ customerId: old.id })).mergedInto).toBe(live.id)
    }
    const opened = await old.desk.ticket.open({ subject: 'C', body: 'C' })
    expect(opened.requesterId).toBe(live.id)
    const message = await old.desk.ticket.reply({ ticketId: own.id, body: 'From my old account.' })
    expect(message.authorId).toBe(live.id)
    const named = await world.system.ticket.open({ requester: { customerId: old.id }, subject: 'D', body: 'D' })
    expect(named.requesterId).toBe(live.id)
  })

  it('gives new tickets to the organisation of the record that goes on', async () => {
    const world = await openWorld()
    const left = await world.system.organisation.create({ name: 'Left', sharesTickets: true })
    const joined = await world.system.organisation.create({ name: 'Joined', sharesTickets: true })
    const old = await world.customer('old@example.org', { organisationId: left.id })
    const live = await world.customer('live@example.org', { organisationId: joined.id })
    await world.system.customer.merge({ customerId: old.id, into: live.id })
    for (const opening of [
      old.desk.ticket.open({ subject: 'A', body: 'B' }),
      world.system.ticket.open({ requester: { customerId: old.id }, subject: 'A', body: 'B' }),
    ])
      expect(await opening).toMatchObject({ organisationId: joined.id, requesterId: live.id })
  })

  it('leads every earlier pointer straight to the last record', async () => {
    const { world, old, live } = await merged()
    const last = await world.customer('last@example.org')
    await world.system.customer.merge({ customerId: live.id, into: last.id })
    for (const { id } of [old, live])
      expect(await world.system.customer.get({ customerId: id })).toMatchObject({ mergedInto: last.id })
    expect((await last.desk.customer.get({ customerId: last.id })).mergedFrom).toEqual([live.id, old.id])
    const ticket = await old.desk.ticket.open({ subject: 'A', body: 'B' })
    expect(ticket.requesterId).toBe(last.id)
    const named = await world.system.ticket.open({ requester: { customerId: old.id }, subject: 'D', body: 'D' })
    expect(named.requesterId).toBe(last.id)
    expect((await world.desk.verify()).findings).toEqual([])
  })

  it('is refused with oneself, twice, and of records that are pointers', async () => {
    const { world, old, live } = await merged()
    const other = await world.customer('other@example.org')
    const merge = (customerId: typeof old.id, into: typeof old.id) =>
      codeOf(world.system.customer.merge({ customerId, into }))
    expect(await merge(live.id, live.id)).toBe('customer.same')
    expect(await merge(old.id, live.id)).toBe('customer.merged')
    expect(await merge(other.id, old.id)).toBe('customer.merged')
    expect(await merge(other.id, 'cus_01J')).toBe('customer.not-found')
    expect(await codeOf(world.system.customer.change({ customerId: old.id, name: 'X' }))).toBe('customer.merged')
  })

  it('lets followers go on following under either id', async () => {
    const { world, old, live } = await merged()
    const other = await world.customer('other@example.org')
    const ticket = await world.open('nobody@example.org', { followerIds: [live.id] })
    await world.system.customer.merge({ customerId: live.id, into: other.id })
    for (const acting of [old.desk, live.desk, other.desk])
      expect((await acting.ticket.get({ ticketId: ticket.id })).id).toBe(ticket.id)
  })
})
