/** Commands that name a merged ticket: work reaches the live one, words stay with their reader, and nothing is done by mistake. */
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../desk/world.ts'
import { bodies, mergeWorld } from './merge-world.ts'

async function merged(options: Parameters<typeof mergeWorld>[0] = {}) {
  const world = await mergeWorld(options)
  await world.merge(world.source, world.target)
  return { ...world, at: { ticketId: world.source.id } }
}

describe('words for a merged ticket', () => {
  it('stand in it, where its customer reads them, and are heard by the live one', async () => {
    const { noor, ada, bo, source, target, at, during, get } = await merged()
    await noor.desk.ticket.pend({ ticketId: target.id })
    const names = await during(() => ada.desk.ticket.reply({ ...at, body: 'ADA AGAIN' }))
    expect(names).toEqual(['message.posted', 'message.arrived', 'ticket.resumed'])
    await noor.desk.ticket.reply({ ...at, body: 'TO ADA' })
    await noor.desk.ticket.reply({ ticketId: target.id, body: 'TO BO' })
    expect(await bodies(ada, source)).toEqual(['ADA ASKS', 'ADA AGAIN', 'TO ADA'])
    expect(await bodies(bo, target)).toEqual(['BO ASKS', 'TO BO'])
    expect(await bodies(noor, target)).toHaveLength(5)
    expect(await get(target)).toMatchObject({ category: 'open', messageCount: 2 })
    expect(await get(source)).toMatchObject({ category: 'closed', messageCount: 3 })
  })

  it('are given to it by naming the live one and it, alike', async () => {
    const { noor, ada, source, target } = await merged()
    const { id } = await noor.desk.ticket.reply({ ticketId: target.id, inId: source.id, body: 'TO ADA' })
    expect((await ada.desk.ticket.messages({ ticketId: source.id })).items.at(-1)).toMatchObject({ id })
    const note = await noor.desk.ticket.note({ ticketId: source.id, body: 'N' })
    const to = [{ email: 'x@example.org' }]
    const side = await noor.desk.ticket.sideMessage({ ticketId: source.id, body: 'S', to })
    expect([note.ticketId, side.ticketId]).toEqual([source.id, source.id])
  })

  it('go to that ticket when it was taken out meanwhile', async () => {
    const world = await merged()
    await world.unmerge(world.source)
    const { source, target } = world
    const said = await world.noor.desk.ticket.reply({ ticketId: target.id, inId: source.id, body: 'TO ADA' })
    expect(said.ticketId).toBe(source.id)
  })

  it('reach the live ticket through any chain', async () => {
    const world = await merged()
    const third = await world.open()
    await world.merge(world.target, third)
    await world.noor.desk.ticket.hold({ ticketId: third.id })
    await world.ada.desk.ticket.reply({ ...world.at, body: 'ADA AGAIN' })
    expect(await world.get(third)).toMatchObject({ category: 'open' })
    expect(await bodies(world.noor, third)).toContain('ADA AGAIN')
  })

  it('cannot be put into a ticket by who does not read it', async () => {
    const { bo, source, target } = await merged()
    const said = bo.desk.ticket.reply({ ticketId: target.id, inId: source.id, body: 'I AM ADA' })
    expect(await codeOf(said)).toBe('ticket.not-found')
  })

  it('open a follow-up of its own when the live one is closed, and tell nobody of the other customer', async () => {
    const { ada, noor, target, at, get } = await merged()
    await noor.desk.ticket.solve({ ticketId: target.id })
    await noor.desk.ticket.close({ ticketId: target.id })
    const { ticketId } = await ada.desk.ticket.reply({ ...at, body: 'ADA AGAIN' })
    const next = await get({ id: ticketId })
    expect(next).toMatchObject({ subject: 'A', requesterId: ada.id, followUpOf: target.id })
  })

  it('open no follow-up while the live one is at work', async () => {
    const { ada, at } = await merged()
    expect(await codeOf(ada.desk.ticket.followUp({ ...at, body: 'B' }))).toBe('ticket.still-open')
  })

  it('are refused when the live one is deleted', async () => {
    const { ada, system, target, at } = await merged()
    await system.ticket.delete({ ticketId: target.id })
    expect(await codeOf(ada.desk.ticket.reply({ ...at, body: 'B' }))).toBe('ticket.deleted')
    expect(await codeOf(ada.desk.ticket.followUp({ ...at, body: 'B' }))).toBe('ticket.deleted')
  })

  it('are edited and redacted by naming either ticket', async () => {
    const { noor, system, target, at, desk } = await merged()
    const { id: messageId } = await noor.desk.ticket.reply({ ...at, body: 'TO ADDA' })
    const edited = await noor.desk.ticket.editMessage({ ticketId: target.id, messageId, body: 'TO ADA' })
    expect(edited).toMatchObject({ body: 'TO ADA', ticketId: at.ticketId })
    expect(await system.ticket.redact({ ...at, messageId, reason: 'R' })).toMatchObject({ body: '' })
    expect((await desk.verify()).findings).toEqual([])
  })
})

describe('work on a merged ticket', () => {
  it('is done on the live one', async () => {
    const { noor, target, at } = await merged()
    for (const work of [
      () => noor.desk.ticket.tag({ ...at, add: ['t'] }),
      () => noor.desk.ticket.assign({ ...at, assigneeId: noor.id }),
      () => noor.desk.ticket.change({ ...at, priority: 'P1' }),
      () => noor.desk.ticket.follow({ ...at, add: [noor.id] }),
      () => noor.desk.ticket.snooze({ ...at, until: '2026-04-01T00:00:00.000Z' }),
      () => noor.desk.ticket.wake(at),
      () => noor.desk.ticket.pend(at),
      () => noor.desk.ticket.resume(at),
      () => noor.desk.ticket.hold(at),
      () => noor.desk.ticket.solve(at),
      () => noor.desk.ticket.reopen(at),
      () => noor.desk.ticket.solve(at),
      () => noor.desk.ticket.close(at),
    ])
      expect((await work()).id).toBe(target.id)
  })

  it('needs the right to the live one', async () => {
    const { ada, get, target, at } = await merged()
    expect(await codeOf(ada.desk.ticket.solve(at))).toBe('ticket.not-found')
    expect(await get(target)).toMatchObject({ category: 'new' })
  })

  it('that would hit another ticket than was meant is refused, and names the live one', async () => {
    const { system, target, at, get } = await merged()
    expect(await codeOf(system.ticket.delete(at))).toBe('ticket.merged')
    expect(await codeOf(system.ticket.restore(at))).toBe('ticket.merged')
    await expect(system.ticket.delete(at)).rejects.toThrow(target.id)
    expect(await get(target)).toMatchObject({ deletedAt: null })
  })

  it('is a retry harmless by its command id, as anywhere', async () => {
    const { noor, at, during } = await merged()
    const once = () => noor.desk.ticket.reply({ ...at, body: 'ONCE' }, { commandId: 'c1' })
    const first = await once()
    expect(await during(async () => expect(await once()).toEqual(first))).toEqual([])
  })
})
