/** Watching the desk at work: what observers are told, and that they can spoil nothing. */
import type { Problem } from 'deskwright'
import { describe, expect, it } from 'vitest'
import { type Ending, type Observer, observing, type Work, watchCommits } from '../../src/desk/observe.ts'
import { fault } from '../../src/domain/refusals.ts'
import { changeOf } from '../../src/testing/fixtures.ts'

const command: Work = { name: 'command', tenant: 'main', command: 'ticket.open', by: 'agent' }
const closed = fault('store.closed', {})

function eyes() {
  const seen: [Work['name'], Ending['code'], Ending['kind']][] = []
  const order: string[] = []
  const observer: Observer = {
    start: (work) => ({
      run: (inner) => {
        order.push(`> ${work.name}`)
        return inner()
      },
      end: ({ code, kind }) => {
        order.push(`< ${work.name}`)
        seen.push([work.name, code, kind])
      },
    }),
  }
  return { observer, seen, order }
}

function watched(...observers: Observer[]) {
  const problems: Problem[] = []
  return { observe: observing(observers, (problem) => void problems.push(problem)), problems }
}

describe('an observer', () => {
  it('sees work begin and end, one piece within the other', async () => {
    const { observer, order } = eyes()
    const { observe } = watched(observer)
    const commit: Work = { name: 'commit', tenant: 'main', records: 2, events: 1 }
    expect(await observe(command, () => observe(commit, async () => 5))).toBe(5)
    expect(order).toEqual(['> command', '> commit', '< commit', '< command'])
  })

  it('is told how it ended: done, as the result says, refused, or failed', async () => {
    const { observer, seen } = eyes()
    const { observe } = watched(observer)
    await observe(command, async () => {})
    await observe(
      command,
      async () => {},
      () => ({ code: 'repeated', kind: 'done' }),
    )
    await expect(observe(command, () => Promise.reject(closed))).rejects.toBe(closed)
    await expect(observe(command, () => Promise.reject(new TypeError('x')))).rejects.toThrow('x')
    await expect(observe(command, () => Promise.reject('text'))).rejects.toBe('text')
    expect(seen.map(([, ...rest]) => rest)).toEqual([
      ['done', 'done'],
      ['repeated', 'done'],
      ['store.closed', 'unavailable'],
      ['TypeError', 'failed'],
      ['Error', 'failed'],
    ])
  })

  it('sees work that throws at once as work that rejects', async () => {
    const { observer, seen } = eyes()
    const { observe } = watched(observer)
    const broken = () => {
      throw closed
    }
    await expect(observe(command, broken)).rejects.toBe(closed)
    expect(seen).toHaveLength(1)
  })

  const worst = (): never => {
    throw new Error('the observer is broken')
  }
  it.each<[string, Observer]>([
    ['throws at the start', { start: worst }],
    ['throws at the end', { start: () => ({ end: worst }) }],
    ['throws instead of running the work', { start: () => ({ run: worst, end() {} }) }],
    ['throws after running the work', { start: () => ({ run: (inner) => [inner(), worst()] as never, end() {} }) }],
    ['gives nothing at all', { start: () => undefined as never }],
  ])('that %s spoils nothing, and is reported', async (_, bad) => {
    const { observer, seen } = eyes()
    const { observe, problems } = watched(bad, observer)
    let runs = 0
    expect(await observe(command, async () => ++runs)).toBe(1)
    await expect(observe(command, () => Promise.reject(closed))).rejects.toBe(closed)
    expect(runs).toBe(1)
    expect(seen.map(([, code]) => code)).toEqual(['done', 'store.closed'])
    expect(problems.map(({ at }) => at).every((at) => at === 'the observer of a command')).toBe(true)
    if (_ !== 'gives nothing at all') expect(problems.length).toBe(2)
  })

  it('that makes a promise of its own of work that rejects ends no process', async () => {
    const { observe } = watched({
      start: () => ({ run: (async (inner: () => unknown) => inner()) as never, end() {} }),
    })
    await expect(observe(command, () => Promise.reject(closed))).rejects.toBe(closed)
  })

  it('that runs the work twice, or gives something else, changes neither', async () => {
    let runs = 0
    const { observe } = watched({
      start: () => ({ run: (inner) => [inner(), inner()] as never, end() {} }),
    })
    expect(await observe(command, async () => ++runs)).toBe(1)
    expect(runs).toBe(1)
  })
})

describe('without observers', () => {
  it('work is done as if nothing stood around it', () => {
    const given = Promise.resolve(1)
    expect(observing([], () => {})(command, () => given)).toBe(given)
  })
})

describe('a store whose commits are watched', () => {
  it('is the store in all else, also when it is a class with private parts', async () => {
    const { observer, seen } = eyes()
    const { observe } = watched(observer)
    const store = watchCommits(new PrivateStore() as never, observe)
    expect(store.capabilities).toEqual({ processes: 'one', durable: false })
    expect(await store.reserve('main', 'ticket', 5)).toBe(7)
    expect(store.watch).toBeUndefined()
    expect(await store.commit(changeOf({}))).toEqual({ committed: true })
    expect(await store.within?.('a transaction').commit(changeOf({}))).toEqual({ committed: true })
    expect(seen).toEqual([
      ['commit', 'done', 'done'],
      ['commit', 'done', 'done'],
    ])
  })

  it('tells a commit whose command was there already', async () => {
    const { observer, seen } = eyes()
    const first = { id: 'cmd', fingerprint: '', result: {}, at: '2026-03-02T09:30:00.000Z' }
    const store = { commit: async () => ({ committed: false, first }) } as never
    await watchCommits(store, watched(observer).observe).commit(changeOf({}))
    expect(seen).toEqual([['commit', 'repeated', 'done']])
  })
})

/** As a third party may write one. */
class PrivateStore {
  readonly #secret = 7
  readonly capabilities = { processes: 'one', durable: false }
  async reserve() {
    return this.#secret
  }
  async commit() {
    return { committed: this.#secret === 7 }
  }
  within() {
    return new PrivateStore()
  }
}
