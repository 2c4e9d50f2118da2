/** A consumer's work, once for each id: also for deliveries at the same time, and after failures. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DoneIds, onceOnly } from '../../src/desk/once.ts'

/** Work that ends when the test says so. */
function held() {
  let end: (error?: Error) => void = () => {}
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve())
  })
  return { ended, end }
}

describe('work that is done once', () => {
  it('is not done again for a repeat, and is done for another id', async () => {
    const once = onceOnly(new Set())
    const did: string[] = []
    const outcomes = []
    for (const id of ['a', 'b', 'a', 'b', 'c']) outcomes.push(await once(id, () => did.push(id)))
    expect([did, outcomes]).toEqual([
      ['a', 'b', 'c'],
      ['done', 'done', 'repeat', 'repeat', 'done'],
    ])
  })

  it('is waited for by those that come at the same time', async () => {
    const once = onceOnly(new Set())
    const { ended, end } = held()
    let did = 0
    const outcomes = Promise.all(
      [1, 2, 3].map(() =>
        once('a', async () => {
          did += 1
          await ended
        }),
      ),
    )
    const other = await once('b', () => {})
    end()
    expect([await outcomes, other, did]).toEqual([['done', 'repeat', 'repeat'], 'done', 1])
  })

  it('is done by the next that waits when it fails, and each learns its own outcome', async () => {
    const once = onceOnly(new Set())
    const { ended, end } = held()
    const first = once('a', () => ended)
    let did = 0
    const work = () => {
      did += 1
    }
    const others = [1, 2].map(() => once('a', work))
    end(new Error('the mail server is down'))
    await expect(first).rejects.toThrow('the mail server is down')
    expect([await Promise.all(others), did]).toEqual([['done', 'repeat'], 1])
  })

  it('is not done when the note of it cannot be read, and may be done again when it cannot be written', async () => {
    const kept = new Set<string>()
    let failing: keyof DoneIds | null = 'has'
    const done: DoneIds = {
      async has(id) {
        if (failing === 'has') throw new Error('no reading')
        return kept.has(id)
      },
      async add(id) {
        if (failing === 'add') throw new Error('no writing')
        kept.add(id)
      },
    }
    const once = onceOnly(done)
    let did = 0
    const work = () => {
      did += 1
    }
    await expect(once('a', work)).rejects.toThrow('no reading')
    expect(did).toBe(0)
    failing = 'add'
    await expect(once('a', work)).rejects.toThrow('no writing')
    failing = null
    expect([await once('a', work), await once('a', work), did]).toEqual(['done', 'repeat', 2])
  })

  it('succeeds once for each id in any order of deliveries, waits and failures', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.record({ id: fc.constantFrom('a', 'b'), fails: fc.boolean() }), { maxLength: 12 }),
        async (scheduler, deliveries) => {
          const kept = new Set<string>()
          const once = onceOnly({
            has: (id) => scheduler.schedule(Promise.resolve()).then(() => kept.has(id)),
            add: (id) => scheduler.schedule(Promise.resolve()).then(() => kept.add(id)),
          })
          const succeeded: string[] = []
          const all = deliveries.map(({ id, fails }) =>
            once(id, async () => {
              await scheduler.schedule(Promise.resolve())
              if (fails) throw new Error('it failed')
              succeeded.push(id)
            }).catch(() => 'failed'),
          )
          await scheduler.waitFor(Promise.all(all))
          const able = new Set(deliveries.filter(({ fails }) => !fails).map(({ id }) => id))
          expect(succeeded.sort()).toEqual([...able].sort())
        },
      ),
    )
  })
})
