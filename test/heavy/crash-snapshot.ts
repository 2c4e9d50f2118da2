/** All that a store holds of one tenant, read when nobody writes, and what the ledgers say of it. */
import type { Agent, Customer, DeskEvent, Message, RecordKind, Records, Store, StoredEntry, Ticket } from 'deskwright'
import type { Delivered } from './crash-desk.ts'
import { type CrashPlace, readRows, type StoredTask } from './crash-engines.ts'
import type { Answer, Intent, LedgerLine } from './crash-intents.ts'
import { readLines } from './lines.ts'

/** What is known of a command: asked, and perhaps answered. */
export interface Standing {
  readonly intent: Intent
  readonly answer: Answer | null
  readonly refused: string | null
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
  readonly place: CrashPlace
  readonly store: Store
  readonly deliveries: string
  readonly standings: ReadonlyMap<string, Standing>
}

export async function takeSnapshot(
  { place, store, deliveries, standings }: Sources,
  tenant: string,
): Promise<Snapshot> {
  const entries = await everyEntry(store, tenant)
  const rows = await readRows(place)
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

/** What the ledgers say together. */
export interface Told {
  /** A command that one process could not finish may have been answered to another. */
  readonly standings: Map<string, Standing>
  readonly failures: readonly string[]
  /** How many commands were not answered because their server was away. */
  readonly away: number
}

export function standingsOf(ledgers: readonly string[]): Told {
  const standings = new Map<string, Standing>()
  const failures: string[] = []
  let away = 0
  for (const line of ledgers.flatMap((path) => readLines<LedgerLine>(path))) {
    if ('unheard' in line) away++
    else if ('failed' in line) failures.push(`${line.failed}: ${line.error}`)
    else if ('intent' in line) settle(standings, line.intent.id, { intent: line.intent })
    else if ('done' in line) settle(standings, line.done, { answer: line.answer })
    else settle(standings, line.refused, { refused: line.code })
  }
  return { standings, failures, away }
}

function settle(standings: Map<string, Standing>, id: string, news: Partial<Standing>): void {
  const before = standings.get(id)
  const intent = news.intent ?? before?.intent
  if (intent === undefined) return
  const answer = news.answer ?? before?.answer ?? null
  standings.set(id, { intent, answer, refused: answer ? null : (news.refused ?? before?.refused ?? null) })
}
