/** Stores that keep their promises until they crash. */
import type { Change, ClaimRef } from '../../src/desk/ports.ts'
import { type BrokenStore, NOTHING, turn } from './broken-store.ts'
import { type Act, type DiskFaults, durableSetup } from './durable-store.ts'

function brokenDisk(that: string, faults: DiskFaults, rejectedBy: readonly string[]): BrokenStore {
  return { that, setup: durableSetup(faults), rejectedBy }
}

/** What a new process finds where each change was written in another way. */
function eachChange(change: (change: Change) => Change) {
  return (acts: readonly Act[]) =>
    acts.map((act): Act => (act.name === 'commit' ? { name: 'commit', args: [change(act.args[0])] } : act))
}

const without =
  (...names: readonly Act['name'][]) =>
  (acts: readonly Act[]) =>
    acts.filter(({ name }) => !names.includes(name))

export const brokenCrashes: readonly BrokenStore[] = [
  brokenDisk('loses what was written last', { found: (acts) => acts.slice(0, -1) }, [
    'store.restart.command',
    'store.restart.versions',
    'store.restart.lease',
    'store.restart.numbers',
  ]),
  brokenDisk(
    'answers before it has written',
    {
      late: async () => {
        for (let turns = 0; turns < 3; turns += 1) await turn()
      },
    },
    ['store.restart.command', 'store.restart.again'],
  ),
  brokenDisk(
    'writes a change in two parts',
    {
      change: (store, write) => ({
        async commit(change) {
          const { writes, command } = change
          if (writes.length < 2 || (command !== null && (await store.command(change.tenant, command.id))))
            return store.commit(change)
          await write({ name: 'commit', args: [{ ...change, ...NOTHING, writes: writes.slice(0, -1) }] })
          await turn()
          return store.commit({ ...change, writes: writes.slice(-1) })
        },
      }),
    },
    ['store.crash.commits', 'store.crash.large'],
  ),
  brokenDisk('keeps its claims in memory', { found: without('claim', 'settle') }, [
    'store.restart.lease',
    'store.restart.attempts',
    'store.restart.groups',
    'store.crash.claims',
  ]),
  brokenDisk('keeps settlements in memory', { found: without('settle') }, [
    'store.restart.settlements',
    'store.crash.settlements',
  ]),
  brokenDisk('keeps its counters in memory', { found: without('reserve') }, [
    'store.restart.numbers',
    'store.crash.numbers',
  ]),
  brokenDisk('keeps command ids in memory', { found: eachChange((change) => ({ ...change, command: null })) }, [
    'store.restart.command',
    'store.crash.retries',
  ]),
  brokenDisk('keeps tasks in memory', { found: eachChange((change) => ({ ...change, set: [] })) }, [
    'store.restart.tasks',
    'store.crash.commits',
    'store.crash.replaced',
    'store.restart.fences',
  ]),
  brokenDisk('keeps the journal in memory', { found: eachChange((change) => ({ ...change, journal: [] })) }, [
    'store.restart.records',
    'store.restart.positions',
    'store.crash.journal',
  ]),
  brokenDisk(
    'forgets removals',
    {
      found: eachChange((change) => ({ ...change, writes: change.writes.filter(({ doc }) => doc !== null) })),
    },
    ['store.restart.removed'],
  ),
  brokenDisk(
    'starts its fences anew with each process',
    {
      change: (store) => {
        let before: number | null = null
        const real = <C extends ClaimRef>(claim: C): C => ({ ...claim, fence: claim.fence + (before ?? 0) })
        return {
          claim: async (queue, request) =>
            (await store.claim(queue, request)).map((claim) => {
              before ??= claim.fence - 1
              return { ...claim, fence: claim.fence - before }
            }),
          settle: (claim, settlement) => store.settle(real(claim), settlement),
          commit: (change) => store.commit({ ...change, settle: change.settle.map(real) }),
        }
      },
    },
    ['store.restart.fences', 'store.restart.old-claim'],
  ),
  brokenDisk(
    'writes texts in another encoding',
    {
      found: eachChange(
        (change) => JSON.parse(JSON.stringify(change).replace(/[\u0080-\uffff]|\\u[0-9a-f]{4}/g, '?')) as Change,
      ),
    },
    ['store.restart.exact-text', 'store.restart.records'],
  ),
]
