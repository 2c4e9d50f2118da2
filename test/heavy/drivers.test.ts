/** Runs the store cases and a desk on every SQLite driver that there is, on every Node that it is made for. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { SqliteDriverName } from 'deskwright/sqlite'
import { storeCases } from 'deskwright/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleProgram } from './bundle.ts'
import type { DriverReport } from './drivers-worker.ts'

// Beside the project's own packages, whose `npm ci` must need no other Node and compile nothing.
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/drivers')
const PACKAGES = ['n24@npm:node@24', 'n22@npm:node@22', 'better-sqlite3@13']
const INSTALL_MS = 150_000

const node = (name: string) => join(CACHE, 'node_modules', name, 'bin/node')

/** Which Node runs which drivers. better-sqlite3 13 needs Node 22, and node:sqlite 22.13. */
const MATRIX: readonly (readonly [node: string, binary: string, drivers: readonly SqliteDriverName[]])[] = [
  [`this Node (${process.versions.node})`, process.execPath, ['libsql']],
  ['Node 22', node('n22'), ['node:sqlite', 'better-sqlite3', 'libsql']],
  ['Node 24', node('n24'), ['node:sqlite', 'better-sqlite3', 'libsql']],
]

/** Why the other Nodes and drivers are not to be had; `null` when they are. */
function install(): string | null {
  const wanted = [node('n22'), node('n24'), join(CACHE, 'node_modules/better-sqlite3/package.json')]
  if (wanted.every((path) => existsSync(path))) return null
  mkdirSync(CACHE, { recursive: true })
  const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', CACHE]
  try {
    execFileSync('npm', ['install', ...flags, ...PACKAGES], { timeout: INSTALL_MS, stdio: 'pipe', encoding: 'utf8' })
  } catch (error) {
    return `npm could not install ${PACKAGES.join(', ')}: ${(error as Error).message.split('\n').slice(0, 3).join(' ')}`
  }
  const missing = wanted.filter((path) => !existsSync(path))
  return missing.length === 0 ? null : `npm installed no ${missing.join(', ')}`
}

const missing = install()
const run = promisify(execFile)
const reports = new Map<string, DriverReport>()
let folder: string
let program: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deskwright-drivers-'))
  // In the cache, so that it finds the drivers there, and libsql above it.
  program = await bundleProgram('drivers-worker', CACHE)
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  console.log(tableOf(reports))
})

function tableOf(rows: ReadonlyMap<string, DriverReport>): string {
  const line = (...cells: string[]) => cells.map((cell, n) => cell.padEnd([16, 10, 30][n] ?? 0)).join('')
  const lines = [...rows].map(([name, { node: version, passed, failed, skipped, trip }]) => {
    const cases = `${passed} of ${passed + failed + skipped} passed`
    return line(name.split(' on ')[0] ?? '', version, cases, trip.isVerified ? 'journal whole' : 'journal broken')
  })
  const reason = missing === null ? [] : [`Not run: ${missing}`]
  return ['', line('driver', 'Node', 'store cases', 'desk'), ...lines, ...reason, ''].join('\n')
}

it.runIf(process.env.REQUIRE_SERVERS === '1')('has every Node and driver that it needs', () => {
  expect(missing).toBeNull()
})

describe('every store case passes, and a desk works,', () => {
  for (const [name, binary, drivers] of MATRIX)
    for (const driver of drivers)
      it(`on ${driver}, ${name}`, async (context) => {
        if (binary !== process.execPath && missing !== null) context.skip(missing)
        const trip = reports.size + 1
        const file = join(folder, 'desk.db')
        const { stdout } = await run(binary, ['--no-warnings', program, driver, file, String(trip)], {
          timeout: 120_000,
        })
        const report = JSON.parse(stdout) as DriverReport
        reports.set(`${driver} on ${name}`, report)
        expect(report.failed, report.text).toBe(0)
        // SQLite has one writer at a time and tells nobody of work: the cases on more than that are not for it.
        const beyond = storeCases.filter(({ needs = [] }) => needs.includes('beside') || needs.includes('watch'))
        expect(report.skipped, report.text).toBe(beyond.length)
        expect(report.passed).toBe(storeCases.length - beyond.length)
        const [first] = reports.values()
        expect(report.trip).toEqual({
          ticketId: first?.trip.ticketId,
          messages: trip + 1,
          category: 'open',
          isVerified: true,
        })
      })
})
