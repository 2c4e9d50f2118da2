import { describe, expect, it } from 'vitest'
import {
  type AskLater,
  asyncEngine,
  type Brackets,
  linksOfOne,
  type Meaning,
} from '../../../src/adapters/kysely/async-engine.ts'
import type { Steps } from '../../../src/adapters/kysely/steps.ts'

const BRACKETS: Brackets = {
  moment: { begin: ['begin'], commit: ['commit'], undo: ['undo'] },
  write: { begin: ['begin'], commit: ['commit'], undo: ['undo'] },
}

const meaning: Meaning = {
  isConflict: (error) => (error as Error).message === 'conflict',
  isLost: (error) => (error as Error).message === 'lost',
  toFault: (error) => error,
}

/** A database that fails as told: the nth statement of that text throws that message. */
function databaseOf(failures: readonly { sql: string; says: string; nth?: number }[], attempts = 3) {
  const said: string[] = []
  const ask: AskLater = async ({ sql }) => {
    said.push(sql)
    const nth = said.filter((one) => one === sql).length
    const failure = failures.find((one) => one.sql === sql && (one.nth ?? nth) === nth)
    if (failure) throw new Error(failure.says)
    return 1
  }
  const capabilities = { processes: 'many', durable: true } as const
  const engine = asyncEngine({
    links: linksOfOne(ask, {}),
    brackets: BRACKETS,
    capabilities,
    meaning,
    place: 'here',
    attempts,
  })
  return { engine, said }
}

function* asking(...texts: readonly string[]): Steps<string> {
  for (const sql of texts) yield { way: 'run', sql, params: [], kept: false }
  return 'done'
}

const refusal = (code: string) => expect.objectContaining({ code })

describe('work on a server', () => {
  it('that writes stands between the beginning and the end of a transaction', async () => {
    const { engine, said } = databaseOf([])
    expect(await engine.write(() => asking('a', 'b'))).toBe('done')
    expect(said).toEqual(['begin', 'a', 'b', 'commit'])
  })

  it('that fails is undone, and its error is what its caller gets', async () => {
    const { engine, said } = databaseOf([
      { sql: 'b', says: 'broken' },
      { sql: 'undo', says: 'broken too' },
    ])
    await expect(engine.write(() => asking('a', 'b', 'c'))).rejects.toThrow('broken')
    expect(said).toEqual(['begin', 'a', 'b', 'undo'])
  })

  it('that lost against others is run again as a whole', async () => {
    const { engine, said } = databaseOf([{ sql: 'b', says: 'conflict', nth: 1 }])
    expect(await engine.write(() => asking('a', 'b'))).toBe('done')
    expect(said).toEqual(['begin', 'a', 'b', 'undo', 'begin', 'a', 'b', 'commit'])
  })

  it('that loses each time is refused as busy', async () => {
    const { engine, said } = databaseOf([{ sql: 'a', says: 'conflict' }])
    await expect(engine.single(() => asking('a'))).rejects.toThrow(refusal('store.busy'))
    expect(said).toEqual(['a', 'a', 'a'])
  })

  it('that may be tried once only fails the transaction that it is in', async () => {
    const { engine } = databaseOf([{ sql: 'a', says: 'conflict' }], 1)
    await expect(engine.write(() => asking('a'))).rejects.toThrow(refusal('store.transaction-failed'))
  })

  it('has an unknown outcome when the connection is lost at its end, and was not done when it is lost before', async () => {
    const atEnd = databaseOf([{ sql: 'commit', says: 'lost' }])
    await expect(atEnd.engine.write(() => asking('a'))).rejects.toThrow(refusal('store.unknown-outcome'))
    const single = databaseOf([{ sql: 'a', says: 'lost' }])
    await expect(single.engine.single(() => asking('a'))).rejects.toThrow(refusal('store.unknown-outcome'))
    const before = databaseOf([{ sql: 'a', says: 'lost' }])
    await expect(before.engine.write(() => asking('a'))).rejects.toThrow('lost')
  })

  it('that only reads has no outcome that could be unknown', async () => {
    const atEnd = databaseOf([{ sql: 'commit', says: 'lost' }])
    await expect(atEnd.engine.moment(() => asking('a'))).rejects.toThrow('lost')
  })

  it('that was begun before the closing comes to its end, and later work is refused', async () => {
    const { engine, said } = databaseOf([])
    const running = engine.write(() => asking('a', 'b'))
    const closing = engine.close()
    await expect(engine.each(() => asking('c'))).rejects.toThrow(refusal('store.closed'))
    expect(await running).toBe('done')
    await closing
    expect(said).toEqual(['begin', 'a', 'b', 'commit'])
  })

  it('on one connection is not mixed with other work', async () => {
    const { engine, said } = databaseOf([])
    await Promise.all([
      engine.write(() => asking('a', 'b')),
      engine.write(() => asking('c')),
      engine.each(() => asking('d')),
    ])
    expect(said).toEqual(['begin', 'a', 'b', 'commit', 'begin', 'c', 'commit', 'd'])
  })
})
