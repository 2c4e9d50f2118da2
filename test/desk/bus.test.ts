/** Listeners in this process: told after the commit, and unable to harm anybody. */
import { createDesk, type DeskEvent, type Problem } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { describe, expect, it, vi } from 'vitest'
import { codeOf, openWorld } from './world.ts'

const words = { requester: { email: 'ada@example.org' }, subject: 'A', body: 'B' } as const

describe('a listener', () => {
  it('hears the events it names, and * hears all, in order, until it is let go', async () => {
    const world = await openWorld()
    const heard: string[] = []
    const all: string[] = []
    const end = world.desk.on('ticket.solved', (event) => heard.push(`${event.name} ${event.data.from}`))
    world.desk.on('*', (event) => all.push(event.name))
    const ticket = await world.open()
    await world.system.ticket.solve({ ticketId: ticket.id })
    end()
    await world.system.ticket.reopen({ ticketId: ticket.id })
    await world.system.ticket.solve({ ticketId: ticket.id })
    expect(heard).toEqual(['ticket.solved new'])
    expect(all).toEqual([
      'customer.created',
      'ticket.opened',
      'message.posted',
      'ticket.solved',
      'ticket.reopened',
      'ticket.solved',
    ])
  })

  it('hears after the commit only, and nothing of what was refused', async () => {
    const world = await openWorld()
    const versions: Promise<boolean>[] = []
    world.desk.on('*', (event: DeskEvent) => {
      const { kind, id, version } = event.record
      versions.push(world.store.get('main', [{ kind, id }]).then(([record]) => (record?.version ?? 0) >= version))
    })
    const ticket = await world.open()
    const heard = world.events.length
    expect(await codeOf(world.system.ticket.close({ ticketId: ticket.id }))).toBe('ticket.no-move')
    expect(await codeOf(world.system.ticket.solve({ ticketId: ticket.id }, { ifVersion: 9 }))).toBe(
      'store.stale-version',
    )
    expect(world.events).toHaveLength(heard)
    expect(await Promise.all(versions)).not.toContain(false)
  })

  it('that throws or rejects is reported, and stops nobody', async () => {
    const world = await openWorld()
    const heard = vi.fn()
    world.desk.on('ticket.opened', () => {
      throw new Error('first')
    })
    world.desk.on('ticket.opened', async () => {
      throw new Error('second')
    })
    world.desk.on('ticket.opened', heard)
    const ticket = await world.open()
    await Promise.resolve()
    expect(heard).toHaveBeenCalledOnce()
    expect(world.problems.map(({ where, error, at }) => [where, (error as Error).message, at])).toEqual([
      ['listener', 'first', `${ticket.id}.1.0`],
      ['listener', 'second', `${ticket.id}.1.0`],
    ])
  })

  it('that never ends holds up nobody', async () => {
    const world = await openWorld()
    world.desk.on('*', () => new Promise(() => {}))
    expect((await world.open()).number).toBe(1)
  })

  it('may command the same ticket without waiting for itself', async () => {
    const world = await openWorld()
    let answered: Promise<unknown> = Promise.resolve()
    world.desk.on('ticket.opened', (event) => {
      answered = world.system.ticket.tag({ ticketId: event.record.id as `tkt_${string}`, add: ['seen'] })
    })
    await world.open()
    expect(await answered).toMatchObject({ tags: ['seen'] })
  })

  it('whose failure cannot even be reported still harms nobody', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    const report = (_: Problem) => {
      throw new Error('no line out')
    }
    const desk = await createDesk({ store: memoryStore(), report })
    desk.on('ticket.opened', () => {
      throw new Error('mine')
    })
    const ticket = await desk.as({ by: { kind: 'system', id: 's' } }).ticket.open(words)
    expect(ticket.number).toBe(1)
    expect(printed).toHaveBeenCalledOnce()
    printed.mockRestore()
  })
})

describe('an event', () => {
  it('says who, when, to which version, and by which command', async () => {
    const world = await openWorld()
    const agent = await world.agent()
    const ticket = await world.open()
    await agent.desk.ticket.tag({ ticketId: ticket.id, add: ['a'] }, { commandId: 'c-1' })
    expect(world.events.at(-1)).toEqual({
      id: `${ticket.id}.2.0`,
      name: 'ticket.tagged',
      tenant: 'main',
      at: world.clock.instant(),
      by: { kind: 'agent', id: agent.id },
      record: { kind: 'ticket', id: ticket.id, version: 2, n: 0 },
      commandId: 'c-1',
      cause: [],
      data: { added: ['a'], removed: [] },
    })
  })
})
