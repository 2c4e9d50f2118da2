/** The door of `npm start`: a support day, or a real incident log when one is named. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isDeskError } from 'deskwright'
import { inkFor } from '../src/cli/ink.ts'
import { progressBar } from '../src/cli/progress.ts'
import { replayLog } from './incidents/incidents.ts'
import { supportDay } from './support-day/support-day.ts'

const HELP = `npm start                         a support day in a shop, on a fresh SQLite file
npm start -- --incidents PATH     replays the incident log at PATH (CSV), compares the totals, and
                                  says how promises were kept
npm start -- ... --db PATH        keeps the desk in that file

Without --db the desk lies in deskwright-demo/. The support day begins anew each time. The incident
log goes on where the file is, and finds done what an earlier run did.
Exit code: 0 all is well, 1 totals differ or the journal does not hold, 2 it could not be done.`

const ink = inkFor(process.stdout, process.env)
const print = (lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`)

// npm runs scripts in the project's folder and says here where the person is, whose paths these are.
const HERE = process.env.INIT_CWD ?? process.cwd()
const DEMO = join(process.cwd(), 'deskwright-demo')

function options() {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  return parseArgs({ options: { incidents: text, db: text, help: { ...flag, short: 'h' } } }).values
}

async function incidents(path: string, db: string | undefined): Promise<boolean> {
  const log = resolve(HERE, path)
  if (!existsSync(log)) throw new Error(`There is no file ${log}; name the incident log, a CSV file.`)
  const file = db === undefined ? join(DEMO, 'incidents.db') : resolve(HERE, db)
  mkdirSync(dirname(file), { recursive: true })
  return replayLog({ log, file: shown(file), ink, print, progress: progressBar('rows') })
}

async function day(db: string | undefined): Promise<boolean> {
  const file = db === undefined ? join(DEMO, 'support-day.db') : resolve(HERE, db)
  if (db !== undefined && existsSync(file))
    throw new Error(
      `${file} is there already, and the support day begins with a fresh file; name another, or remove it.`,
    )
  if (existsSync(file)) {
    for (const part of ['', '-wal', '-shm']) rmSync(`${file}${part}`, { force: true })
    print([ink.faint(`The day of an earlier run, ${shown(file)}, is replaced.`), ''])
  }
  mkdirSync(dirname(file), { recursive: true })
  return supportDay({ file: shown(file), ink, print })
}

/** The path as the person would write it. */
function shown(file: string): string {
  const near = relative(process.cwd(), file)
  return near.startsWith('..') ? file : near
}

try {
  const { incidents: log, db, help } = options()
  if (help) print([HELP])
  else process.exitCode = (await (log === undefined ? day(db) : incidents(log, db))) ? 0 : 1
} catch (error) {
  const { code, message } = error as Error & { code?: string }
  const isOption = String(code).startsWith('ERR_PARSE_ARGS')
  process.stderr.write(
    `${ink.bad('Not done.')} ${isDeskError(error) ? `${code}: ` : ''}${message}\n${isOption ? `\n${HELP}\n` : ''}`,
  )
  process.exitCode = 2
}
