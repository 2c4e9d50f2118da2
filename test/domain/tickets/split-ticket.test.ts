/** Splitting: chosen messages in a ticket of their own, moved or copied, each where its readers may read it. */
import { describe, expect, it } from 'vitest'
import { codeOf, dump } from '../../desk/world.ts'
import { bodies, mergeWorld } from './merge-world.ts'

async function talkative() {
  const world = await mergeWorld()
  const { ada, noor, source, clock } = world
  clock.advance(1000)
  const second = await ada.desk.ticket.reply({ ticketId: source.id, body: 'AND ANOTHER THING' })
  clock.advance(1000)
  const third = await noor.desk.ticket.reply({ ticketId: source.id, body: 'LET US SEE' })
  const split = (mode: 'move' | 'copy', ...messageIds: `msg_${string}`[]) =>
    noor.desk.ticket.split({ ticketId: source.id, messageIds, mode, subject: 'Another thing' })
  return { ...world, second, third, split }
}

describe('messages that are moved', () => {
  it('stand in the new ticket only, in order, each as of when it was said', async () => {
    const { noor, source, second, third, split, desk, get } = await talkative()
    const ticket = await split('move', third.id, second.id)
    expect(ticket).toMatchObject({ subject: 'Another thing', messageCount: 2, category: 'new', tags: ['a', 'both'] })
    const { items } = await noor.desk.ticket.messages({ ticketId: ticket.id })
    expect(items.map(({ id, seq, postedAt, movedFrom }) => [id, seq, postedAt, movedFrom])).toEqual([
      [second.id, 1, second.postedAt, source.id],
      [third.id, 2, third.postedAt, source.id],
    ])
    expect(await bodies(noor, source)).toEqual(['ADA ASKS'])
    expect(await get(source)).toMatchObject({ messageCount: 3 })
    expect((await desk.verify()).findings).toEqual([])
  })

  it('are told of in both journals, without their words', async () => {
    const { second, split, events } = await talkative()
    const before = events.length
    await split('move', second.id)
    const told = events.slice(before)
    const linked = 'ticket.linked'
    expect(told.map(({ name }) => name)).toEqual(['ticket.opened', 'message.moved', linked, 'ticket.split', linked])
    expect(JSON.stringify(told)).not.toMatch(/THING/)
  })

  it('are not read any more by who reads only the ticket that they were moved from', async () => {
    const { noor, ada, source, second } = await talkative()
    const input = { ticketId: source.id, messageIds: [second.id], mode: 'move', subject: 'S' } as const
    const { id } = await noor.desk.ticket.split({ ...input, requester: { email: 'bo@example.org' } })
    expect(JSON.stringify(await ada.desk.ticket.timeline({ ticketId: source.id }))).not.toContain('THING')
    expect(await bodies(ada, { id: source.id })).toEqual(['ADA ASKS', 'LET US SEE'])
    expect(await codeOf(ada.desk.ticket.get({ ticketId: id }))).toBe('ticket.not-found')
    const edit = noor.desk.ticket.editMessage({ ticketId: source.id, messageId: second.id, body: 'B' })
    expect(await codeOf(edit)).toBe('message.not-found')
  })

  it('that were redacted stay redacted', async () => {
    const { noor, system, source, second, split } = await talkative()
    await system.ticket.redact({ ticketId: source.id, messageId: second.id, reason: 'R' })
    expect(await bodies(noor, await split('move', second.id))).toEqual([''])
  })

  it('leave room for the next message behind them', async () => {
    const { noor, source, third, split } = await talkative()
    await split('move', third.id)
    const { seq } = await noor.desk.ticket.reply({ ticketId: source.id, body: 'NEXT' })
    expect(seq).toBe(4)
  })

  it('may be moved on, and a retry of what was done to them answers as it did the first time', async () => {
    const { noor, ada, system, source, clock } = await talkative()
    const say = () => ada.desk.ticket.reply({ ticketId: source.id, body: 'ONCE' }, { commandId: 'c1' })
    const said = await say()
    clock.advance(1000)
    const input = { messageIds: [said.id], mode: 'move', subject: 'S' } as const
    const one = await noor.desk.ticket.split({ ...input, ticketId: source.id })
    const edit = () =>
      system.ticket.editMessage({ ticketId: one.id, messageId: said.id, body: 'TWICE' }, { commandId: 'c2' })
    const edited = await edit()
    clock.advance(1000)
    const two = await noor.desk.ticket.split({ ...input, ticketId: one.id })
    await system.ticket.editMessage({ ticketId: two.id, messageId: said.id, body: 'THREE TIMES' })
    expect([said.movedFrom, edited.movedFrom, edited.version]).toEqual([null, source.id, 3])
    expect([await say(), await edit()]).toEqual([said, edited])
  })
})

describe('messages that are copied', () => {
  it('stand in both, and the copy names the one it repeats', async () => {
    const { noor, source, second, split, desk } = await talkative()
    const ticket = await split('copy', second.id)
    const { items } = await noor.desk.ticket.messages({ ticketId: ticket.id })
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ body: 'AND ANOTHER THING', copiedFrom: second.id, postedAt: second.postedAt })
    expect(items[0]?.id).not.toBe(second.id)
    expect(await bodies(noor, source)).toHaveLength(3)
    expect((await desk.verify()).findings).toEqual([])
  })

  it('are refused when one of them is redacted', async () => {
    const { system, source, second, third, split } = await talkative()
    await system.ticket.redact({ ticketId: source.id, messageId: second.id, reason: 'R' })
    expect(await codeOf(split('copy', second.id, third.id))).toBe('message.redacted')
  })
})

describe('messages of a merged ticket', () => {
  it('are split off by naming either, into a ticket of the customer who wrote them', async () => {
    const world = await talkative()
    const { noor, ada, source, target, second, third } = world
    await world.merge(source, target)
    const split = (ticketId: `tkt_${string}`, id: `msg_${string}`) =>
      noor.desk.ticket.split({ ticketId, messageIds: [id], mode: 'move', subject: 'S' })
    expect(await split(target.id, second.id)).toMatchObject({ requesterId: ada.id })
    expect(await split(source.id, third.id)).toMatchObject({ requesterId: ada.id })
  })

  it('and of the live one go together where their customers have become one', async () => {
    const world = await talkative()
    const { noor, ada, bo, system, source, target } = world
    await system.customer.merge({ customerId: ada.id, into: bo.id })
    await world.merge(source, target)
    const messageIds = (await world.said(target)).map(({ id }) => id)
    const input = { ticketId: target.id, messageIds, mode: 'copy', subject: 'S' } as const
    const ticket = await noor.desk.ticket.split(input)
    expect(await bodies(bo, ticket)).toEqual(await bodies(bo, target))
  })

  it('and of the live one are given to nobody unless it is said to whom', async () => {
    const world = await talkative()
    const { noor, ada, source, target, store } = world
    await world.merge(source, target)
    const messageIds = (await world.said(target)).map(({ id }) => id)
    const input = { ticketId: target.id, messageIds, mode: 'move', subject: 'S' } as const
    const before = await dump(store, 'main')
    expect(await codeOf(noor.desk.ticket.split(input))).toBe('ticket.split-requester')
    expect(await dump(store, 'main')).toBe(before)
    const ticket = await noor.desk.ticket.split({ ...input, requester: { customerId: ada.id } })
    expect(ticket).toMatchObject({ requesterId: ada.id, messageCount: 4 })
  })
})

describe('a split is refused', () => {
  it('for a message that is not of the ticket as for an absent one', async () => {
    const world = await talkative()
    const [foreign] = await world.said(world.target)
    for (const id of [foreign?.id ?? 'msg_', 'msg_01JABSENT'] as const)
      expect(await codeOf(world.split('move', id))).toBe('message.not-found')
  })

  it.each([[[]], [['msg_01J', 'msg_01J']], [Array.from({ length: 101 }, (_, n) => `msg_${n}`)]])(
    'for messages %#',
    async (messageIds) => {
      const world = await mergeWorld()
      const input = { ticketId: world.source.id, messageIds, mode: 'move', subject: 'S' } as never
      expect(await codeOf(world.noor.desk.ticket.split(input))).toBe('input.invalid')
    },
  )

  it('of a closed or deleted ticket', async () => {
    const { system, source, second, split } = await talkative()
    await system.ticket.solve({ ticketId: source.id })
    await system.ticket.close({ ticketId: source.id })
    expect(await codeOf(split('move', second.id))).toBe('ticket.closed')
    await system.ticket.delete({ ticketId: source.id })
    const input = { ticketId: source.id, messageIds: [second.id], mode: 'move', subject: 'S' } as const
    expect(await codeOf(system.ticket.split(input))).toBe('ticket.deleted')
  })

  it('to who may open no ticket', async () => {
    const roles = { splitter: { 'ticket.get': 'any', 'ticket.split': 'any' } } as const
    const world = await mergeWorld({ policies: { roles: { roles } } })
    const splitter = await world.agent(['splitter'])
    const [message] = await world.said(world.source)
    const input = { ticketId: world.source.id, messageIds: [message?.id ?? 'msg_'], subject: 'S' } as const
    expect(await codeOf(splitter.desk.ticket.split({ ...input, mode: 'copy' }))).toBe('access.forbidden')
  })
})
