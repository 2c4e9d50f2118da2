/** The program that is killed: it works on a desk from several sides at once, and writes down what it asks before and after. */
import { setImmediate, setTimeout } from 'node:timers/promises'
import { type Acting, type AgentId, type Desk, isDeskError, type Ticket } from 'deskwright'
import { seededRandom } from 'deskwright/testing'
import type { BrokenWay } from './crash-broken.ts'
import { openCrashDesk, type Reach, type Step, TENANTS } from './crash-desk.ts'
import type { CrashPlace } from './crash-engines.ts'
import { agentIntent, askForLedger, type Intent, intentMaker, type LedgerLine } from './crash-intents.ts'
import { watchStatements } from './crash-statements.ts'
import { appendTo } from './lines.ts'

/** What the program is told, as JSON in its first argument. */
export interface WorkerOrder {
  readonly name: string
  readonly place: CrashPlace
  /** `expected`: its server is harmed meanwhile, and what the store then refuses as unavailable is no failure. */
  readonly harm: 'expected' | 'none'
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

/** Whether an error is what was done to the server, and not the desk's. */
function isHarm(error: unknown): boolean {
  return (
    order.harm === 'expected' && isDeskError(error) && error.kind === 'unavailable' && error.code !== 'store.closed'
  )
}

async function askOnce(desk: Desk, intent: Intent): Promise<LedgerLine> {
  write({ intent })
  reach('intent written')
  const line = await askForLedger(desk, intent, isHarm)
  reach('answer given')
  write(line)
  reach('answer written')
  return line
}

// Between two tries while the server is away.
const HARM_MS = 20

async function work(desk: Desk, tenant: string, lane: number): Promise<void> {
  let made = await askOnce(desk, agentIntent(tenant))
  while ('unheard' in made) {
    await setTimeout(HARM_MS)
    made = await askOnce(desk, agentIntent(tenant))
  }
  if (!('done' in made)) return
  const agent = { kind: 'agent', id: made.answer.id as AgentId } as const
  const acting: Acting = desk.as({ tenant, by: agent })
  const next = intentMaker({ name: `${order.name}-${lane}`, tenant, agent, random, now: clock.now })
  for (;;) {
    const tickets = await recentTickets(acting)
    for (let n = 0; n < 8; n++) if ('unheard' in (await askOnce(desk, next(tickets)))) await setTimeout(HARM_MS)
  }
}

async function recentTickets(acting: Acting): Promise<readonly Ticket[]> {
  try {
    return (await acting.ticket.find({ order: [{ field: 'changedAt', direction: 'desc' }], limit: 12 })).items
  } catch (error) {
    if (!isHarm(error)) throw error
    await setTimeout(HARM_MS)
    return recentTickets(acting)
  }
}

async function main(): Promise<void> {
  watchStatements(order.place.engine, reach)
  const { desk } = await openCrashDesk({
    ...order,
    clock,
    reach,
    breathe: () => setImmediate(),
    report: ({ where, error, at }) => {
      if (where === 'worker' && !isHarm(error)) write({ failed: at, error: String(error) })
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
