/** What the verb `doctor` looks at. Nothing here changes a store: a look must not migrate what others work on. */
import { existsSync } from 'node:fs'
import { checkedPolicies } from '../desk/check-documents.ts'
import type { Desk } from '../desk/desk.ts'
import { PERMISSIONS } from '../desk/permissions.ts'
import type { Store, StoredRecord } from '../desk/ports.ts'
import { type DeskError, isDeskError } from '../domain/fault.ts'
import { CURRENT, versionId } from '../domain/policies/policies.ts'
import type { Policies } from '../domain/policy.ts'

/** What was found about one thing. */
export interface Diagnosis {
  readonly about: string
  readonly state: 'good' | 'look' | 'bad'
  readonly says: string
  /** One line that mends it. */
  readonly mend: string | null
}

const good = (about: string, says: string): Diagnosis => ({ about, state: 'good', says, mend: null })
const look = (about: string, says: string, mend: string): Diagnosis => ({ about, state: 'look', says, mend })
const bad = (about: string, says: string, mend: string | null): Diagnosis => ({ about, state: 'bad', says, mend })

const OLDEST_NODE: readonly [number, number] = [20, 19]

export function checkNode(version: string): Diagnosis {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const isEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
  const says = `Node ${version.replace(/^v/, '')}`
  if (isEnough) return good('node', `${says}.`)
  return bad('node', `${says}; ${OLDEST_NODE.join('.')} or later is needed.`, 'install Node 22 or later')
}

/** A refusal as a finding, with the line that mends what it says. */
export function refusedAs(about: string, error: unknown): Diagnosis {
  if (!isDeskError(error)) return bad(about, error instanceof Error ? error.message : String(error), null)
  return bad(about, `${error.code}: ${error.message}`, mendOf(error))
}

function mendOf({ code, data }: DeskError): string | null {
  switch (code) {
    case 'store.no-driver':
      return `npm install ${data.install ?? 'libsql'}`
    case 'store.newer-schema':
      return 'npm install deskwright@latest'
    case 'store.unsafe-text':
      return 'restore the columns as the migration made them, then deskwright doctor'
    case 'store.locked':
      return 'end the long transaction, then deskwright doctor'
    case 'store.foreign':
      return 'name another database, or give the store a prefix'
    case 'store.unavailable':
      return 'see that the database runs and that its URL is right'
    default:
      return code.startsWith('cli.') ? null : 'change the policies in the desk’s module, then deskwright doctor'
  }
}

/** A file that is not there yet is made by the first opening; to look is not to open. */
export function checkFile(file: string): Diagnosis | null {
  if (file === ':memory:' || existsSync(file)) return null
  return bad('store', `There is no file ${file}.`, 'deskwright migrate')
}

/** The schema, the texts and the clock of a store. Ends at the first thing that stands in the way of the rest. */
export async function checkStore(store: Store, now: number): Promise<readonly Diagnosis[]> {
  const state = await store.inspect?.().catch((error: unknown) => refusedAs('store', error))
  if (state !== undefined && 'about' in state) return [state]
  if (state === undefined) return [good('store', 'It does not say which schema it has.')]
  const { found, known } = state.schema
  if (found === 0) return [bad('store', 'It has no tables yet.', 'deskwright migrate')]
  if (found < known) return [bad('store', `It has schema ${found}, this release needs ${known}.`, 'deskwright migrate')]
  try {
    // At this version it only looks whether texts are still compared byte by byte.
    await store.migrate()
  } catch (error) {
    return [refusedAs('store', error)]
  }
  return [good('store', `It answers, and has schema ${found}.`), ...checkClock(state.now, now)]
}

const SKEW_MS = 2000

function checkClock(instant: string | null, now: number): readonly Diagnosis[] {
  if (instant === null) return []
  const skew = Date.parse(instant) - now
  const says = `The database is ${Math.abs(skew) < 50 ? 'on time' : `${Math.abs(skew)} ms ${skew > 0 ? 'ahead' : 'behind'}`}.`
  return Math.abs(skew) <= SKEW_MS ? [good('clock', says)] : [look('clock', says, 'let both machines keep time by NTP')]
}

/** Whether the policies of a tenant hold together under this release. */
export async function checkPolicies(store: Store, tenant: string): Promise<Diagnosis> {
  const [current = null] = await store.get(tenant, [CURRENT])
  if (current === null) return look('policies', `The tenant ${tenant} has nothing yet.`, 'open its first ticket')
  const { inForce } = current.doc as unknown as Policies
  const names = Object.keys(inForce)
  const keys = names.map((name) => ({
    kind: 'policyVersion' as const,
    id: versionId(name, inForce[name]?.version ?? 0),
  }))
  const records = await store.get(tenant, keys)
  const documents = names.flatMap((name, n) => {
    const { document } = (records[n] as StoredRecord | null)?.doc ?? {}
    return document === undefined ? [] : [[name, document] as const]
  })
  try {
    await checkedPolicies(Object.fromEntries(documents), PERMISSIONS)
    return good('policies', `${names.length} are in force, and hold together.`)
  } catch (error) {
    return { ...refusedAs('policies', error), mend: 'deskwright run policy.publish with a document that holds' }
  }
}

/** Work that nobody does: due for longer than a worker would leave it. */
export async function checkWork(
  store: Store,
  transports: readonly string[],
  now: number,
): Promise<readonly Diagnosis[]> {
  const queues = ['timer', ...transports.map((name) => `out.${name}`)]
  const dues = await Promise.all(queues.map((queue) => store.nextDue(queue)))
  const late = dues.filter((due) => due !== null && now - Date.parse(due) > LATE_MS).sort()
  if (late[0] === undefined || late[0] === null) return [good('worker', 'Nothing is overdue.')]
  return [
    look(
      'worker',
      `Work has been due since ${late[0]}, and nobody does it.`,
      'keep desk.work() running in some process',
    ),
  ]
}

const LATE_MS = 120_000

/** What was given up. */
export async function checkDead(desk: Desk, tenant: string, queues: readonly string[]): Promise<readonly Diagnosis[]> {
  const found = await Promise.all(queues.map(async (of) => [of, await desk.dead({ tenant, of })] as const))
  const dead = found.filter(([, tasks]) => tasks.length > 0)
  if (dead.length === 0) return [good('given up', 'Nothing was given up.')]
  return dead.map(([of, tasks]) =>
    look(
      'given up',
      `${tasks.length} of ${of}, the oldest due at ${tasks[0]?.dueAt}: ${tasks[0]?.reason}`,
      `mend the cause, then deskwright dead --of ${of} --tenant ${tenant} --revive`,
    ),
  )
}

const READABLE = 20_000

/** The journal and the records, where they are soon read. */
export async function checkJournal(desk: Desk, store: Store | null, tenant: string): Promise<Diagnosis> {
  const [row] = (await store?.count(tenant, 'ticket', null, [])) ?? []
  if (row && row.count > READABLE)
    return look('journal', `${row.count} tickets were not read.`, `deskwright verify --tenant ${tenant}`)
  const { ok, records, entries, findings } = await desk.verify({ tenant })
  if (ok) return good('journal', `${records} records and ${entries} entries fit.`)
  return bad(
    'journal',
    `${findings.length} do not fit; the first: ${findings[0]?.says}`,
    `deskwright verify --tenant ${tenant}`,
  )
}
