/** Cases on reading page by page, while others write. */
import type { Order, StoredRecord } from '../desk/ports.ts'
import { equal, holds } from './expectation.ts'
import { changeOf, customerDoc, minute, openingOf, ticketId, ticketRemoval, ticketWrite } from './fixtures.ts'
import { casesAbout, onOne } from './store-case.ts'
import { ACME, asc, asking, desc, GLOBEX, idsOf, pagesOf, statusOf, upTo } from './store-reading.ts'

const BY_STATUS = [asc('status'), desc('changedAt')]

const everyOnce = (records: readonly StoredRecord[], ids: readonly string[], what: string) => {
  const seen = idsOf(records)
  equal(seen.length, new Set(seen).size, `${what}: how many tickets were read, and how many different ones`)
  equal(
    ids.filter((id) => !seen.includes(id)),
    [],
    `${what}: tickets that were never read`,
  )
}

export const pagingCases = casesAbout('paging', [
  onOne('store.page.limit', 'a page holds no more than its limit, and the first ones', async (store) => {
    await store.commit(openingOf(upTo(10)))
    for (const limit of [1, 9, 10, 11])
      equal(
        idsOf(await store.find(ACME, 'ticket', asking({ limit }))),
        upTo(Math.min(limit, 10)).map(ticketId),
        `a page of ${limit}`,
      )
  }),
  onOne('store.page.behind-last', 'behind the last record stands an empty page', async (store) => {
    await store.commit(openingOf([1, 2]))
    equal(await store.find(ACME, 'ticket', asking({ after: { values: [], id: ticketId(2) } })), [], 'the page')
  }),
  onOne('store.page.empty', 'a store without records gives an empty page', async (store) => {
    equal(await store.find(ACME, 'ticket', asking({ order: BY_STATUS })), [], 'the page')
  }),
  onOne('store.page.sizes', 'pages of any size give the same records in the same order', async (store) => {
    await store.commit(changeOf({ writes: upTo(100).map((n) => ticketWrite(n, 0, statusOf(n))) }))
    const whole = idsOf(await store.find(ACME, 'ticket', asking({ order: BY_STATUS })))
    everyOnce(await store.find(ACME, 'ticket', asking({ order: BY_STATUS })), upTo(100).map(ticketId), 'one page')
    for (const limit of [1, 7, 33, 99])
      equal(idsOf(await pagesOf(store, 'ticket', asking({ order: BY_STATUS, limit }))), whole, `in pages of ${limit}`)
  }),
  onOne('store.page.where', 'pages hold only what meets the condition', async (store) => {
    await store.commit(changeOf({ writes: upTo(60).map((n) => ticketWrite(n, 0, statusOf(n))) }))
    const where = {
      any: [
        { field: 'status', is: 'open' },
        { field: 'number', gt: 50 },
      ],
    } as const
    const found = await pagesOf(store, 'ticket', asking({ where, order: [desc('number')], limit: 4 }))
    const expected = upTo(60)
      .filter((n) => n % 3 === 0 || n > 50)
      .reverse()
    equal(
      found.map(({ doc }) => doc.number),
      expected,
      'the tickets',
    )
  }),
  onOne('store.page.removed-place', 'reading goes on behind a record that is removed meanwhile', async (store) => {
    await store.commit(changeOf({ writes: upTo(12).map((n) => ticketWrite(n, 0, { status: 'open' })) }))
    const between = async (page: StoredRecord[]) => {
      const last = Number(page.at(-1)?.doc.number)
      await store.commit(changeOf({ writes: [ticketRemoval(last, 1)] }))
    }
    const found = await pagesOf(store, 'ticket', { ...asking({ order: [asc('status')], limit: 5 }), between })
    equal(idsOf(found), upTo(12).map(ticketId), 'the tickets read')
  }),
  onOne('store.page.place-that-never-was', 'reading goes on behind values that no record has', async (store) => {
    await store.commit(changeOf({ writes: upTo(9).map((n) => ticketWrite(n, 0, { openedAt: minute(2 * n) })) }))
    const find = (order: Order) =>
      store.find(ACME, 'ticket', asking({ order: [order], after: { values: [minute(9)], id: 'zzz' } }))
    equal(idsOf(await find(asc('openedAt'))), [5, 6, 7, 8, 9].map(ticketId), 'ascending')
    equal(idsOf(await find(desc('openedAt'))), [4, 3, 2, 1].map(ticketId), 'descending')
  }),
  onOne(
    'store.page.inserts-meanwhile',
    'records inserted while others read are neither doubled nor push one out',
    async (store) => {
      await store.commit(changeOf({ writes: upTo(40).map((n) => ticketWrite(n, 0, statusOf(n))) }))
      let next = 100
      const insert = async () => {
        const numbers = upTo(5).map((n) => next + n)
        next += 5
        await store.commit(changeOf({ writes: numbers.map((n) => ticketWrite(n, 0, statusOf(n))) }))
      }
      let pages = 0
      // Readers end: after a few pages nobody inserts any more.
      const between = async () => {
        pages += 1
        if (pages <= 8) await Promise.all([insert(), insert()])
      }
      const found = await pagesOf(store, 'ticket', { ...asking({ order: BY_STATUS, limit: 6 }), between })
      everyOnce(found, upTo(40).map(ticketId), 'reading in pages of 6 while others insert')
    },
  ),
  onOne('store.page.parallel-inserts', 'a reader beside busy writers reads every old record once', async (store) => {
    await store.commit(changeOf({ writes: upTo(60).map((n) => ticketWrite(n, 0, statusOf(n))) }))
    const write = async (from: number) => {
      for (const n of upTo(15)) await store.commit(changeOf({ writes: [ticketWrite(from + n, 0, statusOf(n))] }))
    }
    const read = async (order: readonly Order[]) => {
      const found = await pagesOf(store, 'ticket', asking({ order, limit: 7 }))
      everyOnce(found, upTo(60).map(ticketId), 'reading in pages of 7 beside two writers')
    }
    await Promise.all([write(1000), write(2000), read(BY_STATUS), read([]), read([desc('changedAt')])])
  }),
  onOne('store.page.updates-elsewhere', 'replacing a record without moving it changes no page', async (store) => {
    await store.commit(changeOf({ writes: upTo(30).map((n) => ticketWrite(n, 0, statusOf(n))) }))
    const versions = new Map<number, number>()
    const between = async () => {
      for (const n of [3, 17, 29]) {
        const version = versions.get(n) ?? 1
        await store.commit(changeOf({ writes: [ticketWrite(n, version, { ...statusOf(n), messageCount: version })] }))
        versions.set(n, version + 1)
      }
    }
    const found = await pagesOf(store, 'ticket', { ...asking({ order: BY_STATUS, limit: 4 }), between })
    equal(found.length, 30, 'how many tickets were read')
    everyOnce(found, upTo(30).map(ticketId), 'reading in pages of 4 while three tickets are replaced')
  }),
  onOne('store.page.kind-and-tenant', 'pages hold records of one kind of one tenant', async (store) => {
    const customers = upTo(5).map(
      (n) => ({ kind: 'customer', id: ticketId(n), expected: 0, tip: '', doc: customerDoc(n) }) as const,
    )
    await store.commit(openingOf(upTo(5), { writes: [...upTo(5).map((n) => ticketWrite(n)), ...customers] }))
    await store.commit(openingOf(upTo(9), { tenant: GLOBEX }))
    const found = await pagesOf(store, 'ticket', asking({ order: [desc('openedAt')], limit: 2 }))
    equal(idsOf(found), [5, 4, 3, 2, 1].map(ticketId), 'the tickets')
    holds(
      found.every(({ kind, doc }) => kind === 'ticket' && doc.subject !== undefined),
      'every record is a ticket',
    )
  }),
  onOne('store.page.largest', 'a page of 1000 is given whole', async (store) => {
    for (const part of [0, 1])
      await store.commit(changeOf({ writes: upTo(510).map((n) => ticketWrite(510 * part + n)) }))
    const found = await store.find(ACME, 'ticket', asking({ order: [asc('number')] }))
    equal(
      found.map(({ doc }) => doc.number),
      upTo(1000),
      'the numbers',
    )
  }),
])
