/** The door of `npm run console`: an agent's inbox and a customer's portal on a desk that has seen two days. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startConsole } from './server/start-console.ts'

const HELP = `npm run console                    an inbox and a portal on http://127.0.0.1:4400
npm run console -- --port 4500     on another port
npm run console -- --db PATH       keeps the desk in that file, and goes on with what is in it

Without --db the desk lies in deskwright-demo/console.db and begins anew each time.`

function options() {
  const port = { type: 'string', default: '4400' } as const
  return parseArgs({ options: { port, db: { type: 'string' }, help: { type: 'boolean', short: 'h' } } }).values
}

async function run({ port, db }: ReturnType<typeof options>): Promise<void> {
  const file = db ? resolve(process.env.INIT_CWD ?? '.', db) : join('deskwright-demo', 'console.db')
  if (!db) for (const part of ['', '-wal', '-shm', '.secret']) rmSync(`${file}${part}`, { force: true })
  mkdirSync(dirname(file), { recursive: true })
  const isNew = !existsSync(file)
  const console = await startConsole({ file, port: Number(port) })
  process.stdout.write(
    `${isNew ? 'Two days in the shop are seeded. ' : ''}Open ${console.url} and choose who you are; two windows, one private, for two people.\nCtrl+C ends it.\n`,
  )
  process.once('SIGINT', () => void console.close().then(() => process.exit(0)))
}

try {
  const asked = options()
  if (asked.help) process.stdout.write(`${HELP}\n`)
  else await run(asked)
} catch (error) {
  process.stderr.write(`Not done. ${(error as Error).message}\n`)
  process.exitCode = 2
}
