/** A journal that was tampered with: every change is found, and named. */
import { createDesk, type Store, type StoredEntry, type StoredRecord } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { describe, expect, it } from 'vitest'
import { chain } from '../../src/desk/events.ts'
import { openWorld } from './world.ts'

interface Tampering {
  readonly entries?: (entries: readonly StoredEntry[]) => readonly StoredEntry[]
  readonly record?: (record: StoredRecord) => StoredRecord | null
}

/** A store whose answers somebody has had their hands in. */
function tampered(inner: Store, { entries = (all) => all, record = (one) => one }: Tampering): Store {
  return {
    ...inner,
    async history(tenant, request) {
      if ((request.after ?? 0) > 0) return []
      const { of } = request
      const all = entries(await inner.history(tenant, { limit: 1000 }))
      return all.filter((entry) => !of || (entry.kind === of.kind && entry.id === of.id))
    },
    async find(...asked) {
      return (await inner.find(...asked)).flatMap((one) => record(one) ?? [])
    },
    async get(...asked) {
      return (await inner.get(...asked)).map((one) => (one === null ? null : record(one)))
    },
  }
}

/** A desk with one ticket of five versions, what it is called, and what `verify` says once its store was tampered with. */
async function kept() {
  const store = memoryStore()
  const world = await openWorld({ store })
  const agent = await world.agent()
  const { id } = await world.open()
  await agent.desk.ticket.reply({ ticketId: id, body: 'Hello.' })
  await agent.desk.ticket.tag({ ticketId: id, add: ['a'] })
  await agent.desk.ticket.pend({ ticketId: id })
  await agent.desk.ticket.solve({ ticketId: id })
  const eventId = (entry: Pick<StoredEntry, 'id' | 'version' | 'n'>) => `${entry.id}.${entry.version}.${entry.n}`
  const findings = async (tampering: Tampering) => {
    const desk = await createDesk({ store: tampered(store, tampering) })
    const { ok, findings: found } = await desk.verify()
    expect(ok).toBe(found.length === 0)
    return found.map(({ problem, record, event }) => [problem, record.id, event])
  }
  const own = (await store.history('main', { of: { kind: 'ticket', id }, limit: 100 })).map(eventId)
  /** Changes the entry of one event. */
  const at = (event: string, change: (entry: StoredEntry) => readonly StoredEntry[]): Tampering => ({
    entries: (all) => all.flatMap((entry) => (eventId(entry) === event ? change(entry) : [entry])),
  })
  return { world, store, id, own, findings, at }
}

describe('verify', () => {
  it('finds nothing where nothing was done, and says how much it read', async () => {
    const { world, store, findings } = await kept()
    expect(await findings({})).toEqual([])
    const { ok, entries, records } = await world.desk.verify()
    expect([ok, entries, records]).toEqual([true, (await store.history('main', { limit: 1000 })).length, 4])
    expect(await world.desk.verify({ tenant: 'empty' })).toEqual({ ok: true, records: 0, entries: 0, findings: [] })
  })

  it('names every entry whose text or hash was changed', async () => {
    const { id, own, findings, at } = await kept()
    for (const event of own) {
      const text = at(event, (entry) => [{ ...entry, body: entry.body.replace('"kind"', '"kınd"') }])
      expect(await findings(text)).toEqual([['changed', id, event]])
      const hash = at(event, (entry) => [{ ...entry, hash: entry.hash.replace(/./g, '0') }])
      expect(await findings(hash)).toEqual([['changed', id, event]])
      const torn = at(event, (entry) => [{ ...entry, body: entry.body.slice(0, -1) }])
      expect(await findings(torn)).toEqual([['changed', id, event]])
    }
  })

  it('names entries whose columns do not say what their text says', async () => {
    const { id, own, findings, at } = await kept()
    for (const change of [{ name: 'ticket.deleted' }, { at: '2020-01-01T00:00:00.000Z' }])
      expect(await findings(at(own[4] as string, (entry) => [{ ...entry, ...change }]))).toEqual([
        ['changed', id, own[4]],
      ])
  })

  it('names the entry that is gone: the first, any in the middle, the last', async () => {
    const { id, own, findings, at } = await kept()
    for (const [n, event] of own.entries()) {
      const following = own[n + 1]
      // Of the last event of a commit in the middle only the chain knows: it breaks at the entry behind.
      const isInside = following?.split('.')[1] === event.split('.')[1] || following === undefined
      const expected = isInside ? ['missing', id, event] : ['changed', id, following]
      const alone = !isInside && event.endsWith('.0') ? ['missing', id, event] : expected
      expect(await findings(at(event, () => []))).toEqual([alone])
    }
  })

  it('names the first entry of a journal that is gone altogether', async () => {
    const { id, own, findings } = await kept()
    const none = await findings({ entries: (all) => all.filter((entry) => entry.id !== id) })
    expect(none).toMatchObject([['missing', id, expect.stringContaining(id)]])
    expect(own.length).toBeGreaterThan(5)
  })

  it('names an entry that was put in', async () => {
    const { id, own, findings, at } = await kept()
    const last = own.at(-1) as string
    const body = (entry: StoredEntry, version: number, n: number) =>
      JSON.stringify({ ...JSON.parse(entry.body), record: { kind: 'ticket', id, version, n } })
    const newer = at(last, (entry) => [entry, { ...entry, version: entry.version + 1, position: 900 }])
    expect(await findings(newer)).toMatchObject([['inserted', id, expect.any(String)]])
    const forged = at(last, (entry) => {
      const text = body(entry, entry.version, entry.n + 1)
      return [entry, { ...entry, n: entry.n + 1, body: text, hash: chain(entry.hash, text), position: 900 }]
    })
    expect(await findings(forged)).toMatchObject([['missing', id, expect.any(String)]])
    const stranger = at(last, (entry) => [entry, { ...entry, id: 'tkt_01JSTRANGER', position: 900 }])
    expect(await findings(stranger)).toMatchObject([['inserted', 'tkt_01JSTRANGER', expect.any(String)]])
    const unheard = at(last, (entry) => [entry, { ...entry, kind: 'rumour' as 'ticket', position: 900 }])
    expect(await findings(unheard)).toMatchObject([['inserted', id, last]])
  })

  it('names two entries that changed places', async () => {
    const { id, own, findings } = await kept()
    const [a, b] = [own[2], own[4]]
    const swapped = await findings({
      entries: (all) => {
        const of = (event?: string) => all.find((one) => `${one.id}.${one.version}.${one.n}` === event) as StoredEntry
        const [first, second] = [of(a), of(b)]
        const place = ({ version, n, position }: StoredEntry) => ({ version, n, position })
        return all.map((entry) =>
          entry === first ? { ...second, ...place(first) } : entry === second ? { ...first, ...place(second) } : entry,
        )
      },
    })
    expect(swapped).toEqual([['changed', id, a]])
  })

  it('names the last entry of a record that differs from its journal', async () => {
    const { id, own, findings } = await kept()
    const changes = [
      { status: 'closed' },
      { assigneeId: null },
      { version: 4 },
      { fields: { a: 1 } },
      { extra: 1 },
      { tags: [] },
    ]
    for (const change of changes) {
      const altered = (record: StoredRecord) =>
        record.id === id ? { ...record, doc: { ...record.doc, ...change } } : record
      expect(await findings({ record: altered })).toEqual([['record-differs', id, own.at(-1)]])
    }
    const words = (record: StoredRecord) =>
      record.id === id ? { ...record, doc: { ...record.doc, subject: 'Corrected' } } : record
    expect(await findings({ record: words })).toEqual([])
  })

  it('names the entries of a record that is gone, and of one whose tip was changed', async () => {
    const { id, own, findings } = await kept()
    const gone = await findings({ record: (record) => (record.id === id ? null : record) })
    expect(gone).toEqual(own.map((event) => ['inserted', id, event]))
    const tip = await findings({ record: (record) => (record.id === id ? { ...record, tip: 'x' } : record) })
    expect(tip).toMatchObject([['missing', id, expect.any(String)]])
  })

  it('raises no alarm while others work', async () => {
    const { world, id } = await kept()
    const works = Array.from({ length: 30 }, (_, n) => world.system.ticket.tag({ ticketId: id, add: [`t${n}`] }))
    const checks = Array.from({ length: 10 }, () => world.desk.verify())
    for (const { findings } of await Promise.all(checks)) expect(findings).toEqual([])
    await Promise.all(works)
  })

  it('raises no alarm when a message is split off between its two reads', async () => {
    const inner = memoryStore()
    const split: (() => Promise<unknown>)[] = []
    const get: Store['get'] = async (tenant, keys) => {
      if (keys[0]?.kind === 'message') await split.pop()?.()
      return inner.get(tenant, keys)
    }
    const { system, desk, open } = await openWorld({ store: { ...inner, get } })
    const { id: ticketId } = await open()
    const { id } = await system.ticket.reply({ ticketId, body: 'And another thing.' })
    split.push(() => system.ticket.split({ ticketId, messageIds: [id], mode: 'move', subject: 'Another thing' }))
    expect((await desk.verify()).findings).toEqual([])
    expect(split).toEqual([])
  })

  it('reads nothing of other tenants', async () => {
    const { world } = await kept()
    const other = world.as({ kind: 'system', id: 's' }, 'other')
    await other.team.create({ name: 'T' })
    const { records } = await world.desk.verify({ tenant: 'other' })
    expect(records).toBe(2)
  })
})
