/** The queues of the memory store, held against a model that is slow and plain: a list that is searched from end to end. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taskQueues } from '../../../src/adapters/memory/task-queues.ts'
import type { Claim, Settlement, Task } from '../../../src/desk/ports.ts'
import { taskOf } from '../../../src/testing/fixtures.ts'

interface Entry {
  readonly tenant: string
  readonly task: Task
  readonly fence: number
  readonly claims: number
  readonly readyAt: string
  readonly leaseUntil: string | null
  readonly isDead: boolean
}

const minute = (n: number) => `2026-03-02T09:${String(n).padStart(2, '0')}:00.000Z`
const order = (...pairs: readonly (readonly [string | number, string | number])[]) =>
  pairs.map(([a, b]) => (a < b ? -1 : Number(a > b))).find((compared) => compared !== 0) ?? 0

/** The rules of the port, word by word. */
function modelQueue() {
  let entries: Entry[] = []
  let fence = 0
  const others = (tenant: string, key: string) =>
    entries.filter((entry) => entry.tenant !== tenant || entry.task.key !== key)
  const put = (entry: Entry) => {
    entries = [...others(entry.tenant, entry.task.key), entry]
  }
  const inGroup = (a: Entry, b: Entry) =>
    order([a.task.dueAt, b.task.dueAt], [a.task.seq, b.task.seq], [a.task.key, b.task.key])
  // The one handed out last in a group, while it is not settled.
  const holders = new Map<string, string>()
  const groupOf = ({ tenant, task }: Entry) => (task.group === null ? null : `${tenant} ${task.group}`)

  function readyAt(entry: Entry): string | null {
    if (entry.isDead) return null
    const own = [entry.readyAt, entry.leaseUntil ?? ''].sort()[1] ?? ''
    const group = groupOf(entry)
    if (group === null) return own
    const mates = entries.filter((mate) => groupOf(mate) === group && !mate.isDead)
    if (mates.some((mate) => inGroup(mate, entry) < 0)) return null
    const holder = mates.find(({ task }) => task.key === holders.get(group))
    return [own, holder?.leaseUntil ?? ''].sort()[1] ?? ''
  }

  return {
    set(tenant: string, task: Task) {
      fence += 1
      for (const [group, key] of holders) if (key === task.key && group.startsWith(`${tenant} `)) holders.delete(group)
      put({ tenant, task, fence, claims: 0, readyAt: task.dueAt, leaseUntil: null, isDead: false })
    },
    clear(tenant: string, key: string) {
      entries = others(tenant, key)
      for (const [group, held] of holders) if (held === key && group.startsWith(`${tenant} `)) holders.delete(group)
    },
    claim(now: string, limit: number, leaseUntil: string) {
      const byDue = (a: Entry, b: Entry) =>
        order([a.task.dueAt, b.task.dueAt], [a.tenant, b.tenant], [a.task.key, b.task.key])
      const due = entries.filter((entry) => (readyAt(entry) ?? 'never') <= now).sort(byDue)
      return due.slice(0, limit).map((entry) => {
        fence += 1
        const group = groupOf(entry)
        if (group !== null) holders.set(group, entry.task.key)
        put({ ...entry, fence, leaseUntil, claims: entry.claims + 1 })
        return { ...entry.task, tenant: entry.tenant, fence, attempts: entry.claims, leaseUntil }
      })
    },
    settle(claim: Claim, settlement: Settlement) {
      if ('revive' in settlement) {
        const dead = entries.find((one) => one.fence === claim.fence && one.isDead)
        if (dead) this.set(dead.tenant, dead.task)
        return dead !== undefined
      }
      const entry = entries.find((one) => one.fence === claim.fence && one.leaseUntil !== null && !one.isDead)
      if (!entry) return false
      const group = groupOf(entry)
      if (!('extendTo' in settlement) && group !== null && holders.get(group) === entry.task.key) holders.delete(group)
      if ('done' in settlement) entries = others(entry.tenant, entry.task.key)
      if ('extendTo' in settlement) put({ ...entry, leaseUntil: settlement.extendTo })
      if ('retryAt' in settlement)
        put({ ...entry, leaseUntil: null, readyAt: [settlement.retryAt, entry.task.dueAt].sort()[1]! })
      if ('release' in settlement) put({ ...entry, leaseUntil: null, claims: entry.claims - 1 })
      if ('dead' in settlement) put({ ...entry, isDead: true })
      return true
    },
    nextDue: () => entries.flatMap((entry) => readyAt(entry) ?? []).sort()[0] ?? null,
  }
}

const at = fc.integer({ min: 0, max: 40 }).map(minute)
const tenant = fc.constantFrom('acme', 'globex')
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const settlement: fc.Arbitrary<Settlement> = fc.oneof(
  fc.constant({ done: true } as const),
  fc.constant({ release: true } as const),
  fc.constant({ dead: true, reason: 'gone' } as const),
  fc.constant({ revive: true } as const),
  at.map((retryAt) => ({ retryAt, reason: 'timeout' })),
  at.map((extendTo) => ({ extendTo })),
)
const step = fc.oneof(
  fc.record({
    set: fc.record({ tenant, key, dueAt: at, group: fc.constantFrom(null, 'g', 'h'), seq: fc.nat(2) }),
  }),
  fc.record({ clear: fc.record({ tenant, key }) }),
  fc.record({
    claim: fc.record({ now: at, limit: fc.integer({ min: 1, max: 4 }), lease: fc.integer({ min: 0, max: 10 }) }),
  }),
  fc.record({ settle: fc.record({ which: fc.nat(30), settlement }) }),
)

describe('the queues of the memory store', () => {
  it('hand out and settle as the rules say, for any sequence of calls', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [queues, model] = [taskQueues(), modelQueue()]
        const claims: Claim[] = []
        for (const one of steps) {
          if ('set' in one) {
            const { tenant: owner, key: name, ...rest } = one.set
            queues.set(owner, taskOf(name, rest))
            model.set(owner, taskOf(name, rest))
          } else if ('clear' in one) {
            queues.clear(one.clear.tenant, { queue: 'timer', key: one.clear.key })
            model.clear(one.clear.tenant, one.clear.key)
          } else if ('claim' in one) {
            const { now, limit, lease } = one.claim
            const leaseUntil = new Date(Date.parse(now) + lease * 60_000).toISOString()
            const got = queues.claim('timer', { now, limit, leaseMs: lease * 60_000 })
            expect(got).toEqual(model.claim(now, limit, leaseUntil))
            claims.push(...got)
          } else if (claims.length > 0) {
            const claim = claims[one.settle.which % claims.length]!
            expect(queues.settle(claim, one.settle.settlement)).toBe(model.settle(claim, one.settle.settlement))
          }
          expect(queues.nextDue('timer')).toBe(model.nextDue())
        }
      }),
      { numRuns: 2000 },
    )
  })
})
