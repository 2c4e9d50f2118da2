/** Keeps the pictures of trees in the guides what the library draws. */
import { join } from 'node:path'
import { createDesk, drawTree } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { manualClock } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'

describe('the picture of an outage', () => {
  it('is what drawTree draws', async () => {
    const desk = await createDesk({ store: memoryStore(), clock: manualClock('2026-03-02T08:00:00Z') })
    const { ticket } = desk.as({ by: { kind: 'system', id: 'picture' } })
    const open = (subject: string, rest: object) =>
      ticket.open({ requester: { email: 'ada@example.org' }, subject, body: 'A', ...rest })
    const root = await open('Core switch is down', { type: 'problem', priority: 'P1' })
    const parentId = root.id
    await open('Find the fault and reroute', { parentId, priority: 'P1' })
    const change = await open('Change the switch', { parentId, priority: 'P1' })
    const papers = await open('Tell the papers', { parentId, priority: 'P4' })
    await open('Bring the spare part', { parentId: change.id, priority: 'P2' })
    await ticket.resume({ ticketId: root.id })
    await ticket.resume({ ticketId: change.id })
    await ticket.solve({ ticketId: papers.id })
    const picture = drawTree(await ticket.tree({ ticketId: root.id }), 'svg')
    await expect(`${picture}\n`).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/pictures/tree-outage.svg'))
  })
})
