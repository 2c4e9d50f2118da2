/** What a check finds when somebody changed links or counts behind the desk's back. */
import type { RecordKind, StoredRecord } from 'deskwright'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/domain/json.ts'
import { openWorld, type World } from './world.ts'

async function related() {
  const world = await openWorld()
  const parent = await world.open()
  const child = await world.open('ada@example.org', { parentId: parent.id })
  await world.system.ticket.link({ ticketId: child.id, type: 'blocks', otherId: parent.id })
  return { world, parent, child, link: `blocks:${child.id}:${parent.id}` }
}

async function tamper(world: World, kind: RecordKind, id: string, change: (doc: JsonObject) => JsonObject | null) {
  const [record] = (await world.store.get('main', [{ kind, id }])) as [StoredRecord]
  const write = { kind, id, expected: record.version, tip: record.tip, doc: change(record.doc) }
  const rest = { checks: [], journal: [], set: [], clear: [], settle: [], command: null }
  await world.store.commit({ tenant: 'main', writes: [write], ...rest })
}

async function findings(world: World) {
  return (await world.desk.verify()).findings.map(({ problem, record, says }) => [problem, record.id, says])
}

describe('a check of the records', () => {
  it('finds a count that is not what a recount gives', async () => {
    const { world, parent } = await related()
    expect(await findings(world)).toEqual([])
    await tamper(world, 'family', parent.id, (doc) => ({ ...doc, openChildren: 0 }))
    expect(await findings(world)).toEqual([
      [
        'record-differs',
        parent.id,
        `family/${parent.id} says {"blockers":1,"blocking":0,"children":1,"openBlockers":1,"openChildren":0}, and there are {"blockers":1,"blocking":0,"children":1,"openBlockers":1,"openChildren":1}.`,
      ],
    ])
  })

  it('finds a link that is gone, at both of its ends', async () => {
    const { world, link } = await related()
    await tamper(world, 'link', link, () => null)
    const found = await findings(world)
    expect(found.filter(([, id]) => id === link)).toEqual([
      ['record-differs', link, `link/${link} is gone.`],
      ['record-differs', link, `link/${link} is gone.`],
    ])
  })

  it('finds a link that no journal tells, and one whose ends were changed', async () => {
    const { world, parent, child, link } = await related()
    const { id: other } = await world.open()
    await tamper(world, 'link', link, (doc) => ({ ...doc, toId: other }))
    const said = (await findings(world)).map(([, , says]) => says)
    expect(said).toContain(`link/${link} has other ends than its id says.`)
    await tamper(world, 'link', link, (doc) => ({ ...doc, toId: parent.id }))
    const id = `relates:${child.id}:${other}`
    const doc = { id, version: 1, type: 'relates', fromId: child.id, toId: other, at: parent.openedAt, by: {} }
    const rest = { checks: [], journal: [], set: [], clear: [], settle: [], command: null }
    await world.store.commit({
      tenant: 'main',
      writes: [{ kind: 'link', id, expected: 0, tip: '', doc }],
      ...rest,
    })
    expect(await findings(world)).toEqual([
      ['record-differs', id, `link/${id} stands, and the journal of ticket/${child.id} does not tell it.`],
    ])
  })
})
