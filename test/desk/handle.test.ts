/** The trip of a command: retries, expected versions, and clocks that go back. */
import { createDesk, type DeskEvent, type Store } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { codeOf, HOUR, MONDAY, openWorld } from './world.ts'

const words = { requester: { email: 'ada@example.org' }, subject: 'A', body: 'B' } as const
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown

describe('a command id', () => {
  it('gives every retry the first result, whatever has happened since', async () => {
    const { system } = await openWorld()
    const open = () => system.ticket.open(words, { commandId: 'c-1' })
    const first = await open()
    const tag = () => system.ticket.tag({ ticketId: first.id, add: ['a'] }, { commandId: 'c-2' })
    const tagged = await tag()
    expect(plain(await tag())).toEqual(plain(tagged))
    await system.ticket.solve({ ticketId: first.id })
    await system.ticket.delete({ ticketId: first.id })
    expect(plain(await open())).toEqual(plain(first))
    expect(plain(await tag())).toEqual(plain(tagged))
    expect((await system.ticket.find({})).items).toHaveLength(1)
  })

  it('gives back a message as it was, but not words that were redacted since', async () => {
    const { system, open } = await openWorld()
    const { id: ticketId } = await open()
    const reply = () => system.ticket.reply({ ticketId, body: 'First' }, { commandId: 'r-1' })
    const first = await reply()
    const messageId = first.id
    const edit = () => system.ticket.editMessage({ ticketId, messageId, body: 'Second' }, { commandId: 'r-2' })
    const second = await edit()
    await system.ticket.editMessage({ ticketId, messageId, body: 'Third' })
    expect(plain(await reply())).toEqual(plain(first))
    expect(plain(await edit())).toEqual(plain(second))
    await system.ticket.redact({ ticketId, messageId, reason: 'Private' })
    expect(await reply()).toMatchObject({ id: messageId, body: '', edits: [] })
  })

  it('is refused for another command, another content or another actor', async () => {
    const { system, as } = await openWorld()
    const ticket = await system.ticket.open(words, { commandId: 'c-1' })
    const again = { commandId: 'c-1' }
    const codes = await Promise.all(
      [
        system.ticket.open({ ...words, subject: 'Other' }, again),
        system.ticket.open({ ...words, body: 'B ' }, again),
        system.ticket.solve({ ticketId: ticket.id }, again),
        as({ kind: 'bot', id: 'test' }).ticket.open(words, again),
      ].map(codeOf),
    )
    expect(codes).toEqual(Array(4).fill('command.reused'))
    const sorted = { body: 'B', subject: 'A', requester: { email: 'ADA@example.org' } } as const
    expect((await system.ticket.open(sorted, again)).id).toBe(ticket.id)
  })

  it('is refused for another date, though dates have no keys of their own', async () => {
    const bought = z.date().transform((date) => date.toISOString())
    const { system } = await openWorld({ fields: { ticket: z.object({ bought }) } })
    const open = (date: string) =>
      system.ticket.open({ ...words, fields: { bought: new Date(date) } }, { commandId: 'c-1' })
    const first = await open('2026-03-01')
    expect(plain(await open('2026-03-01'))).toEqual(plain(first))
    expect(await codeOf(open('2026-02-01'))).toBe('command.reused')
  })

  it('is taken to the letter: other case, spaces and other tenants are other ids', async () => {
    const { system, as } = await openWorld()
    const ids = ['c-1', 'C-1', 'c-1 ', ' c-1', 'c-1\u00a0', 'ć-1', 'c\u0301-1']
    for (const commandId of ids) await system.ticket.open(words, { commandId })
    expect((await system.ticket.find({})).items).toHaveLength(ids.length)
    const other = as({ kind: 'system', id: 'test' }, 'other')
    expect((await other.ticket.open(words, { commandId: 'c-1' })).number).toBe(1)
  })

  it('acts once when many retries run at the same time', async () => {
    const world = await openWorld()
    const { system } = world
    const ticket = await world.open()
    const many = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: 10 }, work))
    const solved = await many(() => system.ticket.solve({ ticketId: ticket.id }, { commandId: 's' }))
    const opened = await many(() => system.ticket.open(words, { commandId: 'o' }))
    const created = await many(() =>
      system.customer.create({ identities: [{ kind: 'email', value: 'x@example.org' }] }, { commandId: 'c' }),
    )
    for (const results of [solved, opened, created])
      expect(new Set(results.map((one) => JSON.stringify(plain(one)))).size).toBe(1)
    expect(world.events.filter((event) => event.name === 'ticket.solved')).toHaveLength(1)
    expect((await system.ticket.find({})).items).toHaveLength(2)
  })

  it('finds the first result also where a retry starts before and decides after it', async () => {
    const store = memoryStore()
    const { system } = await openWorld({ store })
    // The second desk is another process: no lane holds its commands back. Its store answers late, once.
    let gate = Promise.resolve()
    let open = () => {}
    const late: Store = {
      ...store,
      command: async (tenant, id) => {
        const found = await store.command(tenant, id)
        await gate
        return found
      },
    }
    const other = (await createDesk({ store: late })).as({ by: { kind: 'system', id: 'test' } })
    const ticket = await system.ticket.open(words)
    gate = new Promise((resolve) => {
      open = resolve
    })
    const retry = other.ticket.solve({ ticketId: ticket.id }, { commandId: 's' })
    await new Promise((resolve) => setImmediate(resolve))
    const first = await system.ticket.solve({ ticketId: ticket.id }, { commandId: 's' })
    open()
    expect(plain(await retry)).toEqual(plain(first))
  })

  it('of a command that was refused is free for another', async () => {
    const { system, open } = await openWorld()
    const { id: ticketId } = await open()
    expect(await codeOf(system.ticket.close({ ticketId }, { commandId: 'x' }))).toBe('ticket.no-move')
    expect(await codeOf(system.ticket.solve({ ticketId }, { commandId: 'x' }))).toBe('done')
  })
})

describe('an expected version', () => {
  it('is refused once, also where a pointer is named', async () => {
    const { system, open } = await openWorld()
    const [one, into] = [await open(), await open()]
    await system.ticket.merge({ ticketId: one.id, intoId: into.id })
    const tag = system.ticket.tag({ ticketId: one.id, add: ['x'] }, { ifVersion: 99 })
    expect(await codeOf(tag)).toBe('store.stale-version')
  })

  it('is that of the record that the command is named after', async () => {
    const policies = {
      escalation: { policies: [{ name: 'p', steps: [{ targets: [{ ticket: 'assignee' }], delay: 0 }] }] },
    } as const
    const world = await openWorld({ policies })
    const agent = await world.agent()
    const { id: ticketId } = await world.open('ada@example.org', { assigneeId: agent.id })
    const { id: escalationId, version } = await world.system.escalation.start({ ticketId, policy: 'p' })
    const acknowledge = (ifVersion: number) =>
      codeOf(agent.desk.escalation.acknowledge({ escalationId }, { ifVersion }))
    expect([await acknowledge(version + 7), await acknowledge(version)]).toEqual(['store.stale-version', 'done'])
  })

  it('lets a command act on exactly that version', async () => {
    const { system, open } = await openWorld()
    const { id: ticketId, version } = await open()
    expect(await codeOf(system.ticket.tag({ ticketId, add: ['a'] }, { ifVersion: version + 1 }))).toBe(
      'store.stale-version',
    )
    expect((await system.ticket.tag({ ticketId, add: ['a'] }, { ifVersion: version })).version).toBe(version + 1)
    expect(await codeOf(system.ticket.tag({ ticketId, add: ['b'] }, { ifVersion: version }))).toBe(
      'store.stale-version',
    )
    expect(await system.ticket.get({ ticketId })).toMatchObject({ version: version + 1, tags: ['a'] })
  })

  it('lets one of many win', async () => {
    const { system, open } = await openWorld()
    const { id: ticketId, version } = await open()
    const codes = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        codeOf(system.ticket.tag({ ticketId, add: [`t${n}`] }, { ifVersion: version })),
      ),
    )
    expect(codes.sort()).toEqual(['done', ...Array(9).fill('store.stale-version')])
  })

  it('does not hold up the retry of what was done', async () => {
    const { system, open } = await openWorld()
    const { id: ticketId, version } = await open()
    const tag = () => system.ticket.tag({ ticketId, add: ['a'] }, { ifVersion: version, commandId: 'x' })
    expect(plain(await tag())).toEqual(plain(await tag()))
  })

  it('is refused where there is no record yet', async () => {
    const { system } = await openWorld()
    expect(await codeOf(system.ticket.open(words, { ifVersion: 1 }))).toBe('input.invalid')
  })
})

describe('without an expected version', () => {
  it('commands about one record all act, one after the other', async () => {
    const { system, open, events } = await openWorld()
    const { id: ticketId } = await open()
    await Promise.all(Array.from({ length: 50 }, (_, n) => system.ticket.note({ ticketId, body: `Note ${n}` })))
    const ticket = await system.ticket.get({ ticketId })
    expect(ticket).toMatchObject({ version: 51, messageCount: 51 })
    const versions = events.flatMap((event) => (event.record.id === ticketId ? [event.record.version] : []))
    expect(versions.slice(1)).toEqual(Array.from({ length: 51 }, (_, n) => n + 1))
  })

  it('commands of several processes all act as well', async () => {
    const store = memoryStore()
    const desks = await Promise.all([1, 2, 3].map(() => createDesk({ store })))
    const [first, ...others] = desks.map((desk) => desk.as({ by: { kind: 'system', id: 'test' } }))
    const ticket = await first?.ticket.open(words)
    const ticketId = ticket?.id ?? 'tkt_'
    await Promise.all(others.flatMap((me) => Array.from({ length: 9 }, () => me.ticket.note({ ticketId, body: 'N' }))))
    expect(await first?.ticket.get({ ticketId })).toMatchObject({ version: 19, messageCount: 19 })
  })
})

describe('time', () => {
  it('never goes back within a record, though the clock does', async () => {
    const { system, open, clock, events, desk } = await openWorld()
    const { id: ticketId } = await open()
    clock.advance(-HOUR)
    const { changedAt } = await system.ticket.tag({ ticketId, add: ['a'] })
    expect(changedAt).toBe(MONDAY)
    expect((await system.ticket.reply({ ticketId, body: 'B' })).postedAt).toBe(MONDAY)
    const at = events.filter((event: DeskEvent) => event.record.id === ticketId).map((event) => event.at)
    expect(at).toEqual([...at].sort())
    expect((await desk.verify()).ok).toBe(true)
  })

  it('that goes back makes no id twice, and ids still grow', async () => {
    const { open, clock } = await openWorld()
    const ids: string[] = []
    for (let n = 0; n < 20; n++) {
      ids.push((await open()).id)
      clock.advance(n % 3 === 0 ? -5 : 2)
    }
    expect(ids).toEqual([...new Set(ids)].sort())
  })
})
