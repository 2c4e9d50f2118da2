/** All that a store holds of one tenant, read when nobody writes, and what the ledgers say of it. */
import { createRequire } from 'node:module'
import type { Agent, Customer, DeskEvent, Message, RecordKind, Records, Store, StoredEntry, Ticket } from 'deskwright'
import type { Delivered } from './crash-desk.ts'
import type { Answer, Intent, LedgerLine } from './crash-intents.ts'
import { readLines } from './lines.ts'

/** What is known of a command: asked, and perhaps answered. */
export interface Standing {
  readonly intent: Intent
  readonly answer: Answer | null
  readonly refused: string | null
}

/** A task as its row says. */
export interface StoredTask {
  readonly tenant: string
  readonly queue: string
  readonly key: string
  readonly dueAt: string
  readonly leaseUntil: string | null
  readonly isDead: boolean
}

export interface Snapshot {
  readonly tenant: string
  readonly standings: ReadonlyMap<string, Standing>
  readonly entries: readonly StoredEntry[]
  /** The entries' bodies, in the same order. */
  readonly events: readonly DeskEvent[]
  readonly tickets: readonly Ticket[]
  readonly messages: readonly Message[]
  readonly customers: readonly Customer[]
  readonly agents: readonly Agent[]
  readonly commands: ReadonlyMap<string, Answer>
  readonly tasks: readonly StoredTask[]
  /** What each delivery brought, in the order in which the transport took them. */
  readonly delivered: readonly (readonly string[])[]
}

export interface Sources {
  readonly file: string
  readonly store: Store
  readonly deliveries: string
  readonly standings: ReadonlyMap<string, Standing>
}

export async function takeSnapshot({ file, store, deliveries, standings }: Sources, tenant: string): Promise<Snapshot> {
  const entries = await everyEntry(store, tenant)
  const rows = readRows(file)
  const mine = [...standings.values()].filter(({ intent }) => intent.tenant === tenant)
  return {
    tenant,
    standings: new Map(mine.map((standing) => [standing.intent.id, standing])),
    entries,
    events: entries.map(({ body }) => JSON.parse(body) as DeskEvent),
    tickets: await everyRecord(store, tenant, 'ticket'),
    messages: await everyRecord(store, tenant, 'message'),
    customers: await everyRecord(store, tenant, 'customer'),
    agents: await everyRecord(store, tenant, 'agent'),
    commands: new Map(
      rows.commands.filter((row) => row.tenant === tenant).map(({ id, result }) => [id, JSON.parse(result) as Answer]),
    ),
    tasks: rows.tasks.filter((task) => task.tenant === tenant),
    delivered: readLines<Delivered>(deliveries).flatMap((line) => (line.tenant === tenant ? [line.events] : [])),
  }
}

async function everyRecord<K extends RecordKind>(store: Store, tenant: string, kind: K): Promise<Records[K][]> {
  const docs: Records[K][] = []
  for (let after: { values: []; id: string } | null = null; ; ) {
    const page = await store.find(tenant, kind, { where: null, order: [], limit: 1000, after })
    docs.push(...page.map(({ doc }) => doc as unknown as Records[K]))
    const last = page.at(-1)
    if (last === undefined || page.length < 1000) return docs
    after = { values: [], id: last.id }
  }
}

async function everyEntry(store: Store, tenant: string): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = []
  for (;;) {
    const page = await store.history(tenant, { after: entries.at(-1)?.position ?? 0, limit: 1000 })
    entries.push(...page)
    if (page.length < 1000) return entries
  }
}

interface CommandRow {
  readonly tenant: string
  readonly id: string
  readonly result: string
}

/** What the port does not show, by plain SQL: tasks that are leased or wait, and which command ids there are. */
export function readRows(file: string): { tasks: StoredTask[]; commands: CommandRow[] } {
  const database = new (createRequire(import.meta.url)('libsql') as Libsql)(file)
  const tasks = `select tenant, queue, key, due_at as dueAt, lease_until as leaseUntil,
    visible_at is null as isDead from desk_task`
  try {
    return {
      tasks: (database.prepare(tasks).all() as (Omit<StoredTask, 'isDead'> & { isDead: number })[]).map((task) => ({
        ...task,
        isDead: task.isDead === 1,
      })),
      commands: database.prepare('select tenant, id, result from desk_command').all() as CommandRow[],
    }
  } finally {
    database.close()
  }
}
type Libsql = new (path: string) => { prepare(sql: string): { all(): unknown[] }; close(): void }

/** What the ledgers say together. A command that one process could not finish may have been answered to another. */
export function standingsOf(ledgers: readonly string[]): { standings: Map<string, Standing>; failures: string[] } {
  const standings = new Map<string, Standing>()
  const failures: string[] = []
  for (const line of ledgers.flatMap((path) => readLines<LedgerLine>(path))) {
    if ('failed' in line) failures.push(`${line.failed}: ${line.error}`)
    else if ('intent' in line) settle(standings, line.intent.id, { intent: line.intent })
    else if ('done' in line) settle(standings, line.done, { answer: line.answer })
    else settle(standings, line.refused, { refused: line.code })
  }
  return { standings, failures }
}

function settle(standings: Map<string, Standing>, id: string, news: Partial<Standing>): void {
  const before = standings.get(id)
  const intent = news.intent ?? before?.intent
  if (intent === undefined) return
  const answer = news.answer ?? before?.answer ?? null
  standings.set(id, { intent, answer, refused: answer ? null : (news.refused ?? before?.refused ?? null) })
}
