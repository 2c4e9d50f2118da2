#!/usr/bin/env node
/** The command `deskwright-conformance`: runs the store cases on the store of a module, and reports. */
import { writeFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { isDeskError } from '../domain/fault.ts'
import type { StoreCase } from '../testing/store-case.ts'
import { storeCases } from '../testing/store-cases.ts'
import {
  type StoreBadge,
  type StoreCaseResult,
  type StoreReport,
  storeBadge,
  storeReport,
  storeReportText,
} from '../testing/store-report.ts'
import { inkFor } from './ink.ts'
import { conformanceFault, loadSetup, tryToOpen } from './load-setup.ts'
import { inTime, takeInTime } from './run-in-time.ts'

const HELP = `deskwright-conformance MODULE      runs the store cases on the store of a module

  --only ID        this case, or all whose ids begin so (store.commit); may be given again
  --json FILE      writes the whole report as JSON
  --badge FILE     writes a badge for shields.io (https://shields.io/badges/endpoint-badge)
  --timeout S      a case has failed that takes, or whose store takes to open or close, longer than
                   S seconds; default 60
  --list           names all cases, and runs none
  --help           prints this

MODULE is a file that node can load. It exports storeSetup, an object, or openStore, a function, by
that name or as the default:
  storeSetup.open()              a store on new, empty data each time
  storeSetup.openAnother()       one more handle on that data, where several processes may share it
  storeSetup.reopen()            that data as a new process finds it after a crash
  storeSetup.openTransaction()   { transaction, commit(), rollback() }, where the store has within
  storeSetup.close()             after each case: removes files and schemas
Exit code: 0 all promises are kept, 1 some are not, 2 it could not be found out.`

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ only: { ...text, multiple: true }, json: text, badge: text, timeout: { ...text, default: '60' } },
      ...{ list: flag, help: { ...flag, short: 'h' } },
    },
  })
  return { ...values, path: positionals[0] }
}

function casesNamed(only: readonly string[]): readonly StoreCase[] {
  const isNamed = (id: string) => (name: string) =>
    id === name || id.startsWith(`${name}.`) || id.startsWith(`${name}-`)
  const unknown = only.find((name) => !storeCases.some(({ id }) => isNamed(id)(name)))
  if (unknown !== undefined) throw conformanceFault('conformance.no-case', { id: unknown })
  return only.length === 0 ? storeCases : storeCases.filter(({ id }) => only.some(isNamed(id)))
}

interface Reported {
  readonly report: StoreReport
  /** Errors that nobody waited for, each behind the id of the case that ran. */
  readonly stray: readonly string[]
  readonly asked: { readonly json?: string | undefined; readonly badge?: string | undefined }
}

function writeReports({ report, stray, asked: { json, badge: badgeFile } }: Reported): void {
  const write = (file: string, value: object) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
  const results = report.results.map(({ error: _error, ms, ...result }) => ({ ...result, ms: Math.round(ms) }))
  const [passed, failed, skipped] = [report.passed.length, report.failed.length, report.skipped.length]
  const badge = badgeOf(report, stray.length)
  if (json !== undefined) write(json, { passed, failed, skipped, stray, badge, results })
  if (badgeFile !== undefined) write(badgeFile, badge)
}

function badgeOf(report: StoreReport, strays: number): StoreBadge {
  const badge = storeBadge(report)
  if (strays === 0) return badge
  return { ...badge, message: `${badge.message}, ${strays} stray`, color: 'red' }
}

const ink = inkFor(process.stdout, process.env)

async function conformance(path: string, asked: ReturnType<typeof options>): Promise<number> {
  const seconds = Number(asked.timeout)
  if (!(seconds > 0)) throw conformanceFault('conformance.bad-timeout', { found: asked.timeout })
  const cases = casesNamed(asked.only ?? [])
  // What the store does behind everybody's back must not end the run unseen.
  const stray: string[] = []
  const results: StoreCaseResult[] = []
  const keep = (error: unknown) => void stray.push(`${cases[results.length]?.id ?? 'the end'}: ${String(error)}`)
  process.on('unhandledRejection', keep).on('uncaughtException', keep)
  const setup = await loadSetup(path)
  await inTime(tryToOpen(path, setup), seconds, 'trying it').catch((cause: Error) => {
    if (isDeskError(cause)) throw cause
    throw conformanceFault('conformance.cannot-open', { path, reason: [cause.message, ...stray].join('; ') }, { cause })
  })
  for (const one of cases) {
    results.push(await takeInTime(setup, one, seconds))
    const line = results.length < cases.length ? `\r${results.length} of ${cases.length} ` : '\r\u001b[K'
    if (process.stderr.isTTY) process.stderr.write(line)
  }
  const report = storeReport(results)
  await setImmediate()
  const strays = stray.map((error) => `${ink.bad('FAILED')} an error that nobody waited for, about ${error}\n`)
  await print([...strays, storeReportText(report.results, ink)].join('\n'))
  // Behind what people read: a file that cannot be written must not cost them the run.
  writeReports({ report, stray, asked })
  return report.failed.length + stray.length > 0 ? 1 : 0
}

/** Resolves when it is written: a pipe takes its time, and the process must not end before. */
function print(lines: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${lines}\n`, () => resolve()))
}

async function main(): Promise<number> {
  const asked = options()
  if (asked.help) await print(HELP)
  else if (asked.list) await print(storeCases.map(({ id, title }) => `${id}: ${title}`).join('\n'))
  else if (asked.path === undefined) throw conformanceFault('conformance.no-module', { path: '(none was named)' })
  else return conformance(asked.path, asked)
  return 0
}

let isOver = false
// A store can end the process, or leave it nothing to wait for: then nobody has said that all is well.
process.on('exit', () => {
  if (isOver) return
  const { code, message } = conformanceFault('conformance.cut-off', {})
  process.stderr.write(`${code}: ${message}\n`)
  process.exitCode = 2
})

function end(code: number): void {
  isOver = true
  process.exit(code)
}

// Not by `process.exitCode` alone: a store that left a connection open would keep the process.
main().then(end, (error: Error & { code?: string }) => {
  const isOption = String(error.code).startsWith('ERR_PARSE_ARGS')
  const what = isDeskError(error) ? `${error.code}: ${error.message}` : isOption ? error.message : error.stack
  process.stderr.write(`${what}\n${isOption ? `\n${HELP}\n` : ''}`)
  end(2)
})
