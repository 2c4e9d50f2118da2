/** A store for the desk in one append-only file of JSON lines: written by the guide, docs/guides/writing-a-store.md, alone. */
import { type Change, type Claim, type CommitOutcome, type Store, storeFault } from 'deskwright'
import {
  applyLine,
  type DeskData,
  emptyData,
  journalOf,
  keyOf,
  type Line,
  recordsOf,
  refuseWhatDoesNotFit,
} from './desk-data.ts'
import { openLog } from './log-file.ts'
import { below, countRows, findPage, readJournal } from './reads.ts'
import { claimable, deadTasks, nextDue, settledRow } from './tasks.ts'

/**
 * A store in the file at `path`: for one process, durable, all of it in memory as well.
 *
 * Every method runs in one go, so nothing is ever seen half done: it looks, appends one line, syncs, and only then
 * remembers. The file only grows; nothing here makes it shorter.
 *
 * @throws DeskError `store.locked` while another process has the file, `store.foreign`, `store.newer-schema`.
 */
export function lineStore(path: string): Store {
  const data = emptyData()
  const log = openLog(path, (line) => applyLine(data, line as Line))
  let isOpen = true
  // Async, so that a refusal is a rejected promise and never an exception at the call.
  async function answer<T>(work: () => T): Promise<T> {
    if (!isOpen) throw storeFault('store.closed', {})
    return work()
  }
  // First the disk, then the memory: nobody reads what a power cut could take back.
  const happen = (line: Line): Claim[] => applyLine(data, log.append(line))

  return {
    capabilities: { processes: 'one', durable: true },
    migrate: () => answer(() => undefined),
    get: (tenant, keys) =>
      answer(() => keys.map(({ kind, id }) => structuredClone(recordsOf(data, tenant, kind).get(id) ?? null))),
    find: (tenant, kind, request) => answer(() => findPage([...recordsOf(data, tenant, kind).values()], request)),
    count: (tenant, kind, where, by, sum) =>
      answer(() => countRows([...recordsOf(data, tenant, kind).values()], { where, by, sum })),
    descendants: (tenant, rootId, request) =>
      answer(() => below([...recordsOf(data, tenant, 'ticket').values()], rootId, request)),
    commit: (change) => answer(() => commit(data, change, happen)),
    claim: (queue, { now, limit, leaseMs }) =>
      answer(() => {
        const taken = claimable(data.tasks, queue, now).slice(0, limit)
        if (taken.length === 0) return []
        const tasks = taken.map(({ tenant, key }) => ({ tenant, queue, key }))
        return happen({ does: 'claim', tasks, leaseUntil: new Date(Date.parse(now) + leaseMs).toISOString() })
      }),
    settle: (claim, settlement) =>
      answer(() => {
        if (!settledRow(data.tasks, claim, settlement)) return false
        const { tenant, queue, key, fence } = claim
        happen({ does: 'settle', claim: { tenant, queue, key, fence }, settlement })
        return true
      }),
    dead: (tenant, queue, limit) => answer(() => deadTasks(data.tasks, tenant, queue).slice(0, limit)),
    nextDue: (queue) => answer(() => nextDue(data.tasks, queue)),
    reserve: (tenant, counter, n) =>
      answer(() => {
        const first = data.counters.get(keyOf(tenant, counter)) ?? 1
        happen({ does: 'reserve', tenant, counter, n })
        return first
      }),
    command: (tenant, id) => answer(() => structuredClone(data.commands.get(keyOf(tenant, id)) ?? null)),
    history: (tenant, request) => answer(() => readJournal(journalOf(data, tenant), request)),
    async close() {
      if (isOpen) log.close()
      isOpen = false
    },
  }
}

function commit(data: DeskData, change: Change, happen: (line: Line) => unknown): CommitOutcome {
  const { tenant, command } = change
  // Before versions and claims: the retry of a command that was done is no conflict.
  const first = command && data.commands.get(keyOf(tenant, command.id))
  if (first) return { committed: false, first: structuredClone(first) }
  refuseWhatDoesNotFit(data, change)
  happen({ does: 'commit', change })
  return { committed: true }
}
