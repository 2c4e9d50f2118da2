/** Organisations: whose people belong together, and whether they see each other's tickets. */
import { describe, expect, it } from 'vitest'
import { codeOf, openWorld } from '../../desk/world.ts'

async function colleagues(sharesTickets: boolean) {
  const world = await openWorld()
  const acme = await world.system.organisation.create({ name: 'Acme', sharesTickets })
  const zoe = await world.customer('zoe@acme.example', { organisationId: acme.id })
  const yan = await world.customer('yan@acme.example', { organisationId: acme.id })
  const out = await world.customer('out@example.org')
  const ticket = await zoe.desk.ticket.open({ subject: 'A', body: 'B' })
  const sees = async (acting: typeof zoe.desk) => (await codeOf(acting.ticket.get({ ticketId: ticket.id }))) === 'done'
  return { world, acme, zoe, yan, out, ticket, sees }
}

describe('an organisation', () => {
  it('that shares shows its people each other’s tickets, to read and to reply to', async () => {
    const { world, yan, out, ticket, sees } = await colleagues(true)
    expect(await sees(yan.desk)).toBe(true)
    expect(await sees(out.desk)).toBe(false)
    expect(await codeOf(yan.desk.ticket.reply({ ticketId: ticket.id, body: 'Me too.' }))).toBe('done')
    await world.system.ticket.solve({ ticketId: ticket.id })
    expect(await codeOf(yan.desk.ticket.reopen({ ticketId: ticket.id }))).toBe('access.forbidden')
  })

  it('that does not share, or no longer does, shows nothing', async () => {
    const kept = await colleagues(false)
    expect(await kept.sees(kept.yan.desk)).toBe(false)
    const { world, acme, yan, sees } = await colleagues(true)
    await world.system.organisation.change({ organisationId: acme.id, sharesTickets: false })
    expect(await sees(yan.desk)).toBe(false)
  })

  it('shows nothing to those who have left it', async () => {
    const { world, yan, sees } = await colleagues(true)
    await world.system.customer.change({ customerId: yan.id, organisationId: null })
    expect(await sees(yan.desk)).toBe(false)
  })

  it('that is merged takes its people and their tickets along', async () => {
    const { world, acme, zoe, yan, ticket, sees } = await colleagues(false)
    const group = await world.system.organisation.create({ name: 'Group', sharesTickets: true })
    const wim = await world.customer('wim@group.example', { organisationId: group.id })
    const theirs = await wim.desk.ticket.open({ subject: 'A', body: 'B' })
    const names = await world.during(() => world.system.organisation.merge({ organisationId: acme.id, into: group.id }))
    expect(names).toEqual(['organisation.absorbed', 'organisation.merged'])
    expect(await sees(wim.desk)).toBe(true)
    expect(await sees(yan.desk)).toBe(true)
    expect((await zoe.desk.ticket.get({ ticketId: theirs.id })).id).toBe(theirs.id)
    const last = await world.system.organisation.create({ name: 'Last', sharesTickets: true })
    await world.system.organisation.merge({ organisationId: group.id, into: last.id })
    expect(await world.system.organisation.get({ organisationId: acme.id })).toMatchObject({ mergedInto: last.id })
    expect((await yan.desk.ticket.get({ ticketId: ticket.id })).id).toBe(ticket.id)
    expect((await world.desk.verify()).findings).toEqual([])
  })

  it('is changed and merged only while it stands', async () => {
    const { system } = await openWorld()
    const a = await system.organisation.create({ name: 'A', externalId: 'a' })
    const b = await system.organisation.create({ name: 'B' })
    expect(await system.organisation.change({ organisationId: a.id, name: 'AA' })).toMatchObject({
      name: 'AA',
      version: 2,
    })
    expect(await codeOf(system.organisation.change({ organisationId: a.id, name: 'AA' }))).toBe('people.nothing-new')
    expect(await codeOf(system.organisation.merge({ organisationId: a.id, into: a.id }))).toBe('customer.same')
    await system.organisation.merge({ organisationId: a.id, into: b.id })
    expect(await codeOf(system.organisation.change({ organisationId: a.id, name: 'X' }))).toBe('organisation.merged')
    expect(await codeOf(system.organisation.merge({ organisationId: b.id, into: a.id }))).toBe('organisation.merged')
    expect(await codeOf(system.organisation.get({ organisationId: 'org_01J' }))).toBe('organisation.not-found')
  })
})
