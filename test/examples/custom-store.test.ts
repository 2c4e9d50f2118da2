import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDesk, isDeskError, type Store } from 'deskwright'
import { commandOf, openingOf, runStoreCase, storeCases, taskOf, ticketWrite } from 'deskwright/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { lineStore } from '../../examples/custom-store/line-store.ts'
import { storeSetup } from '../../examples/custom-store/store-setup.ts'

const folder = mkdtempSync(join(tmpdir(), 'line-store-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const fresh = () => {
  files += 1
  return join(folder, `${files}.lines`)
}

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isDeskError(error)) return error.code
    throw error
  }
  return 'no refusal'
}

describe('the store of JSON lines', () => {
  for (const storeCase of storeCases)
    it(`${storeCase.id}: ${storeCase.title}`, async (context) => {
      const { skipped } = await runStoreCase(storeCase, storeSetup)
      // It is durable, so crashes are no reason; it is for one process, and knows no transaction of a host.
      if ((storeCase.needs ?? ['restart']).join() === 'restart') expect(skipped).toBe(null)
      if (skipped !== null) context.skip(skipped)
    })

  it('keeps a desk', async () => {
    const path = fresh()
    const desk = await createDesk({ store: lineStore(path) })
    const me = desk.as({ by: { kind: 'system', id: 'test' } })
    const ticket = await me.ticket.open({
      requester: { email: 'ada@example.org' },
      subject: 'It hums',
      body: 'Since noon.',
    })
    await me.ticket.solve({ ticketId: ticket.id })
    await desk.close()
    const again = await createDesk({ store: lineStore(path) })
    const found = await again.as({ by: { kind: 'system', id: 'test' } }).ticket.get({ ticketId: ticket.id })
    expect(found).toMatchObject({ category: 'solved', subject: 'It hums' })
    expect((await again.verify()).ok).toBe(true)
    await again.close()
  })
})

/** How many commits of `threeCommits` are there; refuses when one is there in part. */
async function commitsIn(store: Store): Promise<number> {
  const [row] = await store.count('acme', 'ticket', null, [])
  const entries = await store.history('acme', { limit: 100 })
  const commands = await Promise.all([1, 2, 3].map((n) => store.command('acme', `cmd-${n}`)))
  const tasks = await store.claim('timer', { now: '2999-01-01T00:00:00.000Z', limit: 100, leaseMs: 1 })
  const parts = [(row?.count ?? 0) / 2, entries.length / 2, commands.filter(Boolean).length, tasks.length]
  expect(parts, 'tickets, entries, commands and tasks').toEqual(Array(4).fill(parts[0]))
  return parts[0] ?? 0
}

async function threeCommits(path: string): Promise<number[]> {
  const store = lineStore(path)
  const ends = [readFileSync(path).length]
  for (const n of [1, 2, 3]) {
    await store.commit(openingOf([2 * n, 2 * n + 1], { command: commandOf(`cmd-${n}`), set: [taskOf(`wake-${n}`)] }))
    ends.push(readFileSync(path).length)
  }
  await store.close()
  return ends
}

describe('a file that a crash has cut off', () => {
  it('is, wherever it is cut, the store as of its last whole line', async () => {
    const path = fresh()
    const ends = await threeCommits(path)
    const whole = readFileSync(path)
    // Every place near the ends of lines, and every 97th between.
    for (let at = 0; at <= whole.length; at += ends.some((end) => Math.abs(end - at) < 6) ? 1 : 97) {
      const torn = fresh()
      writeFileSync(torn, whole.subarray(0, at))
      const store = lineStore(torn)
      expect(await commitsIn(store), `cut at ${at}`).toBe(ends.slice(1).filter((end) => end <= at).length)
      expect(await store.commit(openingOf([100]))).toEqual({ committed: true })
      await store.close()
      const again = lineStore(torn)
      expect(await again.get('acme', [ticketWrite(100)])).toEqual([expect.objectContaining({ version: 1 })])
      await again.close()
    }
  })

  it('is healed when its last line holds what was never written', async () => {
    const path = fresh()
    await threeCommits(path)
    writeFileSync(path, `${'\0'.repeat(500)}\n`, { flag: 'a' })
    const store = lineStore(path)
    expect(await commitsIn(store)).toBe(3)
    await store.close()
  })

  it('is refused when it is damaged in the middle', async () => {
    const path = fresh()
    const ends = await threeCommits(path)
    const bytes = readFileSync(path)
    bytes[(ends[1] ?? 0) + 10] = 0
    writeFileSync(path, bytes)
    expect(codeOf(() => lineStore(path))).toBe('store.unavailable')
    expect(existsSync(`${path}.lock`)).toBe(false)
  })
})

describe('a file of somebody else', () => {
  it.each([
    ['a text', 'hello\n', 'store.foreign'],
    ['a text without a line', 'hello', 'store.foreign'],
    ['JSON lines of others', '{"a":1}\n{"a":2}\n', 'store.foreign'],
    ['a later layout', '{"holds":"deskwright-lines","layout":2}\n', 'store.newer-schema'],
  ])('is refused, and left as it is: %s', (_, content, code) => {
    const path = fresh()
    writeFileSync(path, content)
    expect(codeOf(() => lineStore(path))).toBe(code)
    expect(readFileSync(path, 'utf8')).toBe(content)
  })
})

describe('a file that is open', () => {
  it('is refused to a second store, until the first one is closed', async () => {
    const path = fresh()
    const first = lineStore(path)
    expect(codeOf(() => lineStore(path))).toBe('store.locked')
    await first.close()
    await lineStore(path).close()
  })

  it('is refused while its process lives, and free when that is dead', () => {
    const path = fresh()
    writeFileSync(`${path}.lock`, String(process.ppid))
    expect(codeOf(() => lineStore(path))).toBe('store.locked')
    // No process has this number: it is above what Linux gives out.
    writeFileSync(`${path}.lock`, String(2 ** 22 + 1))
    expect(codeOf(() => lineStore(path))).toBe('no refusal')
  })

  it('is free when its lock is left by a dead process that had our number', () => {
    const path = fresh()
    writeFileSync(`${path}.lock`, String(process.pid))
    expect(codeOf(() => lineStore(path))).toBe('no refusal')
  })

  it('is free when its lock is empty, as a power cut leaves it', () => {
    const path = fresh()
    writeFileSync(`${path}.lock`, '')
    expect(codeOf(() => lineStore(path))).toBe('no refusal')
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(String(process.pid))
    expect(codeOf(() => lineStore(path))).toBe('store.locked')
  })

  it('has each commit on the disk when it has returned', async () => {
    const path = fresh()
    const store = lineStore(path)
    for (const n of [1, 2, 3]) {
      await store.commit(openingOf([n]))
      copyFileSync(path, `${path}.${n}`)
      const copy = lineStore(`${path}.${n}`)
      expect(await copy.count('acme', 'ticket', null, [])).toEqual([{ group: [], count: n }])
    }
  })
})
