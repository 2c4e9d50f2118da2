/** Stores that break a promise on tasks: leases, fences, groups. */
import type { ClaimRef, Store, Task } from '../../src/desk/ports.ts'
import { type BrokenStore, broken, NOTHING, turn } from './broken-store.ts'

export const brokenTasks: readonly BrokenStore[] = [
  broken(
    'hands one task to all who claim at the same time',
    (store) => {
      const running = new Map<string, ReturnType<Store['claim']>>()
      return {
        async claim(queue, request) {
          const work = running.get(queue) ?? turn().then(() => store.claim(queue, request))
          running.set(queue, work)
          return work.finally(() => running.delete(queue))
        },
      }
    },
    ['store.claim.at-once', 'store.claim.workers'],
  ),
  broken(
    'takes the key of a task for the right to settle it',
    (store) => {
      const latest = new Map<string, number>()
      const nameOf = ({ tenant, queue, key }: ClaimRef) => `${tenant}/${queue}/${key}`
      const current = <C extends ClaimRef>(claim: C): C => ({
        ...claim,
        fence: latest.get(nameOf(claim)) ?? claim.fence,
      })
      return {
        async claim(queue, request) {
          const claims = await store.claim(queue, request)
          for (const claim of claims) latest.set(nameOf(claim), claim.fence)
          return claims
        },
        settle: (claim, settlement) => store.settle(current(claim), settlement),
        commit: (change) => store.commit({ ...change, settle: change.settle.map(current) }),
      }
    },
    ['store.fence.taken-over', 'store.fence.keeps-new-holder'],
  ),
  broken(
    'starts the fences of a task anew when it is removed',
    (store) => {
      const given = new Map<string, number[]>()
      const nameOf = ({ tenant, queue, key }: ClaimRef) => `${tenant}/${queue}/${key}`
      const real = <C extends ClaimRef>(claim: C): C => ({
        ...claim,
        fence: given.get(nameOf(claim))?.[claim.fence - 1] ?? -1,
      })
      return {
        claim: async (queue, request) =>
          (await store.claim(queue, request)).map((claim) => {
            const fences = [...(given.get(nameOf(claim)) ?? []), claim.fence]
            given.set(nameOf(claim), fences)
            return { ...claim, fence: fences.length }
          }),
        async settle(claim, settlement) {
          const settled = await store.settle(real(claim), settlement)
          if (settled && 'done' in settlement) given.delete(nameOf(claim))
          return settled
        },
        commit: (change) => store.commit({ ...change, settle: change.settle.map(real) }),
      }
    },
    ['store.fence.taken-over-again', 'store.fence.grows'],
  ),
  broken(
    'ignores the claims that a commit settles',
    (store) => ({ commit: (change) => store.commit({ ...change, settle: [] }) }),
    ['store.commit.stale-claim', 'store.race.settle', 'store.fence.committed'],
  ),
  broken(
    'retries a task by setting it anew',
    (store) => {
      const tasks = new Map<string, Task>()
      return {
        async claim(queue, request) {
          const claims = await store.claim(queue, request)
          for (const { queue, key, dueAt, group, seq, body, fence } of claims)
            tasks.set(`${key} ${fence}`, { queue, key, dueAt, group, seq, body })
          return claims
        },
        async settle(claim, settlement) {
          const task = tasks.get(`${claim.key} ${claim.fence}`)
          if (!task || !('retryAt' in settlement)) return store.settle(claim, settlement)
          const set = [{ ...task, dueAt: settlement.retryAt }]
          const work = store.commit({ ...NOTHING, tenant: claim.tenant, settle: [claim], set })
          return work.then(
            () => true,
            () => false,
          )
        },
      }
    },
    ['store.group.retry-keeps-place', 'store.lease.retry'],
  ),
  broken(
    'puts a dead task back by setting it anew',
    (store) => {
      const tasks = new Map<string, Task>()
      return {
        async dead(tenant, name, limit) {
          const listed = await store.dead(tenant, name, limit)
          for (const { queue, key, dueAt, group, seq, body } of listed)
            tasks.set(`${tenant}/${key}`, { queue, key, dueAt, group, seq, body })
          return listed
        },
        async settle(claim, settlement) {
          const task = tasks.get(`${claim.tenant}/${claim.key}`)
          if (!task || !('revive' in settlement)) return store.settle(claim, settlement)
          await store.commit({ ...NOTHING, tenant: claim.tenant, set: [task] })
          return true
        },
      }
    },
    ['store.dead.put-back-replaced', 'store.dead.put-back-once'],
  ),
  broken(
    'knows no groups',
    (store) => ({
      commit: (change) => store.commit({ ...change, set: change.set.map((task) => ({ ...task, group: null })) }),
    }),
    ['store.group.one-at-a-time', 'store.group.workers', 'store.group.across-due-times'],
  ),
  broken(
    'hands out again what is leased',
    (store) => ({ claim: (queue, request) => store.claim(queue, { ...request, leaseMs: 0 }) }),
    ['store.lease.end', 'store.lease.length', 'store.claim.workers'],
  ),
  broken(
    'leaves a replaced task as it is',
    (store) => {
      const known = new Set<string>()
      return {
        commit(change) {
          const set = change.set.filter(({ key }) => !known.has(key))
          for (const { key } of change.set) known.add(key)
          return store.commit({ ...change, set })
        },
      }
    },
    ['store.task.replaced', 'store.fence.replaced'],
  ),
  broken(
    'ends an extended lease at its old end',
    (store) => ({ settle: async (claim, settlement) => 'extendTo' in settlement || store.settle(claim, settlement) }),
    ['store.lease.extended', 'store.task.next-due-leased'],
  ),
  broken(
    'counts no attempt when a lease ends unsettled',
    (store) => {
      const settled = new Set<string>()
      return {
        claim: async (queue, request) =>
          (await store.claim(queue, request)).map((claim) =>
            settled.has(claim.key) ? claim : { ...claim, attempts: 0 },
          ),
        settle(claim, settlement) {
          settled.add(claim.key)
          return store.settle(claim, settlement)
        },
      }
    },
    ['store.lease.expiry-counts'],
  ),
  broken(
    'counts a release as an attempt',
    (store) => ({
      settle: (claim, settlement) =>
        store.settle(
          claim,
          'release' in settlement ? { retryAt: '2026-03-02T09:30:00.000Z', reason: 'released' } : settlement,
        ),
    }),
    ['store.lease.release'],
  ),
  broken(
    'hands out by key, not by due time',
    (store) => ({
      claim: async (queue, request) =>
        (await store.claim(queue, request)).sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))),
    }),
    ['store.task.order', 'store.task.order-of-keys'],
  ),
  broken(
    'forgets the tasks that are leased when it tells what is due next',
    (store) => {
      let leased = 0
      return {
        async claim(queue, request) {
          const claims = await store.claim(queue, request)
          leased += claims.length
          return claims
        },
        nextDue: async (queue) => (leased > 0 ? null : store.nextDue(queue)),
      }
    },
    ['store.task.next-due-leased', 'store.task.next-due-past'],
  ),
  broken(
    'clears the same key in all queues and tenants',
    (store) => ({
      commit(change) {
        const queues = ['timer', 'out.mail']
        return store.commit({
          ...change,
          clear: change.clear.flatMap(({ key }) => queues.map((queue) => ({ queue, key }))),
        })
      },
    }),
    ['store.task.clear-own-queue'],
  ),
  broken(
    'lists the dead of all queues',
    (store) => ({
      dead: async (tenant, queue, limit) => {
        const lists = await Promise.all(['timer', 'out.mail', queue].map((name) => store.dead(tenant, name, limit)))
        return [...new Map(lists.flat().map((task) => [`${task.queue} ${task.key}`, task])).values()]
      },
    }),
    ['store.dead.own'],
  ),
]
