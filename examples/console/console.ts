/** The door of `npm run console`: an agent's inbox and a customer's portal on a desk that has seen two days. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startConsole } from './server/start-console.ts'

const HELP = `npm run console                    an inbox and a portal on http://127.0.0.1:4400
npm run console -- --port 4500     on another port
npm run console -- --db PATH       keeps the desk in that file, and goes on with what is in it

Without --db the desk lies in deskwright-demo/console.db and begins anew each time.`

const { values } = parseArgs({
  options: { port: { type: 'string', default: '4400' }, db: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
})

async function run(): Promise<void> {
  const file = values.db ? resolve(process.env.INIT_CWD ?? '.', values.db) : join('deskwright-demo', 'console.db')
  if (!values.db) for (const part of ['', '-wal', '-shm', '.secret']) rmSync(`${file}${part}`, { force: true })
  mkdirSync(dirname(file), { recursive: true })
  const isNew = !existsSync(file)
  const console = await startConsole({ file, port: Number(values.port) })
  process.stdout.write(
    `${isNew ? 'Two days in the shop are seeded. ' : ''}Open ${console.url} and choose who you are; two windows, one private, for two people.\nCtrl+C ends it.\n`,
  )
  process.once('SIGINT', () => void console.close().then(() => process.exit(0)))
}

if (values.help) process.stdout.write(`${HELP}\n`)
else await run()
