/** Cases on crashes in the middle of work: what was under way is there whole or not at all, and a retry makes it whole once. */
import type { Change, Store } from '../desk/ports.ts'
import { crashDuring } from './crash-during.ts'
import { equal, holds } from './expectation.ts'
import { changeOf, commandOf, openingOf, taskOf, ticketEntry, ticketId, ticketKey, ticketWrite } from './fixtures.ts'
import { casesAbout, onCrash } from './store-case.ts'
import { ACME, idsOf, keysOf, tasksOf, upTo, versionOf } from './store-reading.ts'

/** Opens two tickets, with their entries, a timer and a command: five things that are there together or not at all. */
function pair(n: number): Change {
  return openingOf([2 * n, 2 * n + 1], { set: [taskOf(`wake-${n}`)], command: commandOf(`cmd-${n}`) })
}

/** Which of the pairs are there; refuses when one is there in part. */
async function pairsIn(store: Store, numbers: readonly number[]): Promise<number[]> {
  const timers = keysOf(await tasksOf(store))
  const there: number[] = []
  for (const n of numbers) {
    const keys = [ticketKey(2 * n), ticketKey(2 * n + 1)]
    const records = (await store.get(ACME, keys)).map((record) => record?.version ?? 0)
    const entries = await Promise.all(keys.map((of) => store.history(ACME, { of, limit: 9 })))
    const parts = [
      ...records,
      ...entries.map(({ length }) => length),
      timers.filter((key) => key === `wake-${n}`).length,
      (await store.command(ACME, `cmd-${n}`)) === null ? 0 : 1,
    ]
    equal(parts, Array(6).fill(parts[0]), `how often tickets, entries, timer and command of change ${n} are there`)
    if (parts[0] === 1) there.push(n)
  }
  return there
}

function holdsAll(found: readonly number[], returned: Iterable<number>, what: string): void {
  const lost = [...returned].filter((place) => !found.includes(place))
  equal(lost, [], `${what} that had returned and are lost`)
}

export const crashCases = casesAbout('crash', [
  onCrash('store.crash.commits', 'commits that a crash meets are there whole or not at all', async (store, reopen) => {
    const numbers = upTo(20)
    const work = numbers.map((n) => () => store.commit(pair(n)))
    const { next, returned } = await crashDuring(work, reopen)
    const there = await pairsIn(next, numbers)
    holdsAll(
      there,
      [...returned.keys()].map((place) => place + 1),
      'commits',
    )
  }),
  onCrash(
    'store.crash.retries',
    'commits that a crash met, retried by their ids, happen once each',
    async (store, reopen) => {
      const numbers = upTo(12)
      const { next } = await crashDuring(
        numbers.map((n) => () => store.commit(pair(n))),
        reopen,
      )
      const retries = numbers.flatMap((n) => [n, n]).map((n) => next.commit(pair(n)))
      const acted = (await Promise.all(retries)).filter(({ committed }) => committed).length
      holds(acted <= numbers.length, `at most ${numbers.length} of ${retries.length} retries act; ${acted} did`)
      equal(await pairsIn(next, numbers), numbers, 'the changes that are there')
    },
  ),
  onCrash(
    'store.crash.large',
    'a commit of 400 records that a crash meets is there whole or not at all',
    async (store, reopen) => {
      await store.commit(openingOf([1000]))
      const { next, returned } = await crashDuring([() => store.commit(openingOf(upTo(400)))], reopen)
      const [row] = await next.count(ACME, 'ticket', null, [])
      const entries = (await next.history(ACME, { limit: 1000 })).length
      equal(entries, row?.count, 'how many entries there are beside the tickets')
      holds([1, 401].includes(entries), `there are 1 or 401 tickets; there are ${entries}`)
      if (returned.size > 0) equal(entries, 401, 'how many there are after the commit had returned')
    },
  ),
  onCrash(
    'store.crash.one-version',
    'of rivals that a crash meets at one version, at most one has won',
    async (store, reopen) => {
      let open = store
      await open.commit(openingOf([1]))
      for (let round = 1, version = 1; round <= 5; round += 1) {
        const at = version
        const work = upTo(6).map(
          (n) => () => open.commit(changeOf({ writes: [ticketWrite(1, at, { messageCount: n })] })),
        )
        const { next, returned } = await crashDuring(work, reopen)
        open = next
        version = await versionOf(open, ticketKey(1))
        holds(version === at || version === at + 1, `the version is ${at} or ${at + 1}; it is ${version}`)
        holds(returned.size <= version - at, `${returned.size} rivals won, and the version moved by ${version - at}`)
        const [record] = await open.get(ACME, [ticketKey(1)])
        const [winner] = returned.keys()
        if (winner !== undefined) equal(record?.doc.messageCount, winner + 1, 'whose document stands')
      }
    },
  ),
  onCrash(
    'store.crash.count',
    'a count that grows over crashes has all that was acknowledged, and no more than was tried',
    async (store, reopen) => {
      let open = store
      await open.commit(changeOf({ writes: [ticketWrite(1, 0, { messageCount: 0 })] }))
      let [acknowledged, tried] = [0, 0]
      for (const _ of upTo(6)) {
        const start = await versionOf(open, ticketKey(1))
        const steps = upTo(4).map((n) => start + n - 1)
        const work = steps.map(
          (version) => () => open.commit(changeOf({ writes: [ticketWrite(1, version, { messageCount: version })] })),
        )
        const { next, returned } = await crashDuring(work, reopen)
        acknowledged += returned.size
        tried += steps.length
        open = next
      }
      const [record] = await open.get(ACME, [ticketKey(1)])
      equal(record?.doc.messageCount, (record?.version ?? 0) - 1, 'the count beside the version')
      const count = Number(record?.doc.messageCount)
      holds(acknowledged <= count && count <= tried, `${count} lies between ${acknowledged} and ${tried}`)
    },
  ),
  onCrash(
    'store.crash.journal',
    'a reader who follows the journal over crashes misses nothing and reads nothing twice',
    async (store, reopen) => {
      let open = store
      const seen: string[] = []
      const kept: string[] = []
      let after = 0
      for (const round of upTo(5)) {
        const work = upTo(6).map((n) => () => open.commit(openingOf([10 * round + n])))
        const follow = async () => {
          const page = await open.history(ACME, { after, limit: 1000 })
          seen.push(...idsOf(page))
          after = page.at(-1)?.position ?? after
        }
        await follow()
        const { next, returned } = await crashDuring(work, reopen)
        for (const place of returned.keys()) kept.push(ticketId(10 * round + place + 1))
        open = next
        await follow()
      }
      const all = idsOf(await open.history(ACME, { limit: 1000 }))
      holds(
        kept.every((id) => all.includes(id)),
        'the entries of all commits that had returned are there',
      )
      equal(seen, all, 'what the reader saw beside what is there')
    },
  ),
  onCrash(
    'store.crash.chain',
    'of commits that build on each other a crash leaves the first ones',
    async (store, reopen) => {
      await store.commit(openingOf([1]))
      const ended: number[] = []
      let onFifth = () => {}
      const fifth = new Promise<void>((resolve) => {
        onFifth = resolve
      })
      const chain = (async () => {
        for (const version of upTo(20)) {
          await store.commit(changeOf({ writes: [ticketWrite(1, version)], journal: [ticketEntry(1, version + 1)] }))
          ended.push(version + 1)
          if (ended.length === 5) onFifth()
        }
      })()
      await Promise.race([fifth, chain])
      const acknowledged = ended.at(-1) ?? 0
      const next = await reopen()
      await Promise.allSettled([chain])
      const entries = (await next.history(ACME, { of: ticketKey(1), limit: 100 })).map(({ version }) => version)
      const version = await versionOf(next, ticketKey(1))
      equal(entries, upTo(version), 'the versions of the entries')
      holds(version >= acknowledged, `version ${version} is at least ${acknowledged}, which was acknowledged`)
    },
  ),
])
