/** What the store cases cannot do from inside one process: the command on whole stores, and the example's store killed while it writes. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom, ticketKey } from 'deskwright/testing'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lineStore } from '../../examples/custom-store/line-store.ts'
import tsconfig from '../../tsconfig.json' with { type: 'json' }
import type { Answered } from './conformance-writer.ts'

const ROOT = join(import.meta.dirname, '../..')
const BUILT = join(ROOT, `node_modules/.cache/deskwright-conformance-heavy-${process.pid}`)
const KILLS = Number(process.env.KILLS ?? 60)
const folder = mkdtempSync(join(tmpdir(), 'deskwright-conformance-'))

beforeAll(async () => {
  mkdirSync(BUILT, { recursive: true })
  const paths = Object.entries(tsconfig.compilerOptions.paths)
  await build({
    entryPoints: {
      conformance: join(ROOT, 'src/cli/conformance.ts'),
      lines: join(ROOT, 'examples/custom-store/store-setup.ts'),
      writer: join(ROOT, 'test/heavy/conformance-writer.ts'),
    },
    outdir: BUILT,
    alias: Object.fromEntries(paths.map(([door, [source]]) => [door, join(ROOT, source ?? '')])),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
  })
})

afterAll(() => {
  for (const path of [BUILT, folder]) rmSync(path, { recursive: true, force: true })
})

describe('the command', () => {
  it('passes the store of JSON lines in all cases', () => {
    const args = [join(BUILT, 'conformance.js'), join(BUILT, 'lines.js')]
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    process.stdout.write(stdout)
    expect(stdout).toMatch(/^\d+ store cases: \d+ passed, \d+ skipped/m)
    expect(status).toBe(0)
  })
})

/** What the writer was answered before it was killed, by what it was about. */
async function writeUntilKilled(path: string, from: number, afterMs: number): Promise<Map<Answered, number[]>> {
  const writer = spawn(process.execPath, [join(BUILT, 'writer.js'), path, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  writer.stdout.setEncoding('utf8')
  const first = new Promise((resolve) => writer.stdout.once('data', resolve))
  writer.stdout.on('data', (part: string) => {
    said += part
  })
  const ended = new Promise((resolve) => writer.once('close', resolve))
  // From its first answer on, so that each round kills it amid its work, not amid its start.
  await Promise.race([first, ended])
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  writer.kill('SIGKILL')
  await ended
  const answers = new Map<Answered, number[]>()
  // Without a part behind the last line's end, which the kill may have cut off.
  for (const line of said.split('\n').slice(0, -1)) {
    const [what, n] = line.split(' ') as [Answered, string]
    answers.set(what, [...(answers.get(what) ?? []), Number(n)])
  }
  return answers
}

describe('the store of JSON lines', () => {
  it(`loses nothing that it answered, and keeps nothing half, when it is killed ${KILLS} times`, async () => {
    const path = join(folder, 'killed.lines')
    const random = seededRandom(20260302)
    const ledger = new Map<Answered, number[]>()
    let next = 0
    for (let kill = 0; kill < KILLS; kill += 1) {
      const answers = await writeUntilKilled(path, next, 1 + Math.floor(150 * random.next()))
      for (const [what, numbers] of answers) ledger.set(what, [...(ledger.get(what) ?? []), ...numbers])
      const store = lineStore(path)
      const known = next + (answers.get('commit')?.length ?? 0)
      // One more may have been written, and the writer killed before it could say so.
      for (let n = next; n <= known; n += 1) {
        const found = await store.get('acme', [ticketKey(2 * n), ticketKey(2 * n + 1)])
        const isThere = (await store.command('acme', `cmd-${n}`)) !== null
        expect(
          found.map((record) => record !== null),
          `change ${n} after kill ${kill}`,
        ).toEqual([isThere, isThere])
        if (n < known) expect(isThere, `change ${n}, which was answered before kill ${kill}`).toBe(true)
        if (isThere) next = n + 1
      }
      await store.close()
    }
    const store = lineStore(path)
    const of = (what: Answered) => ledger.get(what) ?? []
    expect((await store.history('acme', { limit: 1 })).length).toBe(1)
    expect(await store.count('acme', 'ticket', null, [])).toEqual([{ group: [], count: 2 * next }])
    expect(new Set(of('number')).size).toBe(of('number').length)
    expect(await store.reserve('acme', 'ticket', 1)).toBeGreaterThan(Math.max(...of('number')))
    // No lease has ended, so nobody was handed a task twice; what was settled never comes again.
    expect(new Set(of('claim')).size).toBe(of('claim').length)
    const left = await store.claim('timer', { now: '2999-01-01T00:00:00.000Z', limit: 1_000_000, leaseMs: 1 })
    const again = left.filter(({ key }) => of('settled').includes(Number(key.slice('wake-'.length))))
    expect(again).toEqual([])
    await store.close()
    process.stdout.write(`${KILLS} kills, ${of('commit').length} answered commits, ${of('claim').length} claims\n`)
  })
})
