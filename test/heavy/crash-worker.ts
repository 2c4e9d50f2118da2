/** The program that is killed: it works on a desk from several sides at once, and writes down what it asks before and after. */
import { createRequire } from 'node:module'
import { setImmediate } from 'node:timers/promises'
import { type Acting, type AgentId, type Desk, isDeskError } from 'deskwright'
import { seededRandom } from 'deskwright/testing'
import type { BrokenWay } from './crash-broken.ts'
import { openCrashDesk, type Reach, type Step, TENANTS } from './crash-desk.ts'
import { agentIntent, askForLedger, type Intent, intentMaker, type LedgerLine } from './crash-intents.ts'
import { appendTo } from './lines.ts'

/** What the program is told, as JSON in its first argument. */
export interface WorkerOrder {
  readonly name: string
  readonly file: string
  readonly ledger: string
  readonly deliveries: string
  readonly seed: number
  /** Epoch milliseconds at which its clock starts. */
  readonly now: number
  /** Dies by itself when it reaches the step for the nth time. */
  readonly dieAt: { readonly step: Step; readonly nth: number } | null
  readonly broken: BrokenWay | null
}

const order = JSON.parse(process.argv[2] ?? '{}') as WorkerOrder
const started = performance.now()
const clock = { now: () => order.now + Math.floor(performance.now() - started) }
const random = seededRandom(order.seed)
const append = appendTo(order.ledger)
const write = (line: LedgerLine) => append(line)
let left = order.dieAt?.nth ?? 0
const reach: Reach = (step) => {
  if (step !== order.dieAt?.step) return
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
}

/** Tells of each statement that was run, so that a process can die in the middle of a transaction. */
function watchStatements(): void {
  const { prototype } = createRequire(import.meta.url)('libsql') as { prototype: Database }
  const { prepare, exec } = prototype
  const ran = (sql: string) => reach(sql === 'commit' ? 'transaction ended' : 'statement run')
  prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql)
    const run = statement.run.bind(statement)
    statement.run = (...params) => {
      const result = run(...params)
      ran(sql)
      return result
    }
    return statement
  }
  prototype.exec = function (sql) {
    exec.call(this, sql)
    ran(sql)
  }
}
interface Database {
  prepare(this: unknown, sql: string): { run(...params: unknown[]): unknown }
  exec(this: unknown, sql: string): void
}

async function askOnce(desk: Desk, intent: Intent): Promise<LedgerLine> {
  write({ intent })
  reach('intent written')
  const line = await askForLedger(desk, intent)
  reach('answer given')
  write(line)
  reach('answer written')
  return line
}

async function work(desk: Desk, tenant: string, lane: number): Promise<void> {
  const made = await askOnce(desk, agentIntent(tenant))
  if (!('done' in made)) return
  const agent = { kind: 'agent', id: made.answer.id as AgentId } as const
  const acting: Acting = desk.as({ tenant, by: agent })
  const next = intentMaker({ name: `${order.name}-${lane}`, tenant, agent, random, now: clock.now })
  for (;;) {
    const { items } = await acting.ticket.find({ order: [{ field: 'changedAt', direction: 'desc' }], limit: 12 })
    for (let n = 0; n < 8; n++) await askOnce(desk, next(items))
  }
}

async function main(): Promise<void> {
  watchStatements()
  const { desk } = await openCrashDesk({
    ...order,
    clock,
    reach,
    breathe: () => setImmediate(),
    report: ({ where, error, at }) => {
      if (where === 'worker') write({ failed: at, error: String(error) })
    },
  })
  desk.work({ every: 5 })
  process.send?.('ready')
  const lanes = TENANTS.flatMap((tenant) => [1, 2].map((lane) => work(desk, tenant, lane)))
  // In the middle of everything: what is under way then is either done or refused.
  process.once('message', () => void desk.close())
  for (const lane of await Promise.allSettled(lanes))
    if (lane.status === 'rejected' && !isDeskError(lane.reason, 'store.closed'))
      write({ failed: 'a lane', error: String(lane.reason) })
  process.disconnect()
}

// Whoever started it is gone.
process.once('disconnect', () => process.exit())
await main()
