/** The main trip of every command: one read, one decision, one write, and then the announcement. */

import { forbidden, reachedRecords, reachOf } from '../domain/access.ts'
import { meets } from '../domain/condition-read.ts'
import { type Draft, here, type CommandRow as Row, type Steps } from '../domain/decider.ts'
import { type DeskError, isDeskError } from '../domain/fault.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Actor } from '../domain/people/people.ts'
import type { RecordKind, RecordRef } from '../domain/records.ts'
import { type Instant, toInstant } from '../domain/time.ts'
import { assemble, nameOf } from './assemble.ts'
import { type CommandName, commands } from './commands.ts'
import { contextOf } from './decision-context.ts'
import { fault, notFound } from './desk-faults.ts'
import type { Cause } from './events.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Brought } from './follow-words.ts'
import { type Followed, follow } from './followers.ts'
import type { Hands } from './hands.ts'
import type { House } from './house.ts'
import { loadMeasures } from './load-measures.ts'
import { loadRest } from './load-rest.ts'
import { readyTenant } from './policies.ts'
import type { ClaimRef, CommandRow } from './ports.ts'
import { type Read, readFor } from './read.ts'

/** Somebody asks for something. */
export interface Request {
  readonly tenant: string
  readonly by: Actor
  /** What the actor's rights are cut to. */
  readonly only?: readonly string[] | undefined
  readonly name: CommandName
  readonly input: unknown
  /** Makes a retry harmless: the second call with the same id gets the first one's result. */
  readonly commandId?: string | undefined
  /** The version that the record must have; else `store.stale-version`. */
  readonly ifVersion?: number | undefined
  /** Timers ring as of the instant at which they were due, whoever notices when. */
  readonly at?: Instant
  readonly cause?: readonly Cause[]
  /** A claimed task that ends with this command, or not at all. */
  readonly settle?: ClaimRef
}

const MAX_CAUSES = 8
const MAX_ATTEMPTS = 20

/**
 * Does one command.
 *
 * @returns the record that the command is about, as of its commit.
 * @throws DeskError for every refusal; then nothing was changed.
 */
export async function handle(house: House, request: Request): Promise<JsonObject> {
  if ((request.cause?.length ?? 0) > MAX_CAUSES) throw fault('automation.loop', { limit: MAX_CAUSES })
  // The lane first: commands about one record keep their order, whichever of them has to load its rules.
  const lane = laneOf(request)
  const work = async () => {
    const row = await rowOf(request.name)
    const parsed = parse(row, request)
    await readyTenant(house, request.tenant)
    const { name, by, commandId } = request
    const fingerprint = commandId === undefined ? '' : fingerprintOf(name, [name, parsed, by])
    return attempts(house, { row, parsed, answer: row.result, fingerprint, ...request })
  }
  return lane === null ? work() : house.inLane(lane, work)
}

/** The same, for what does many at once. */
export const HANDS: Hands = {
  act: (house, command) => handle(house, command as Request),
  names: new Set(Object.keys(commands)),
  headOf: (name) => rowOf(name as CommandName),
}

function rowOf(name: CommandName): Promise<Row> {
  return here(commands[name] as unknown as Row)
}

/** A request on its trip. When a decision asks for another command instead, `row` and `parsed` are that one's, the rest stays. */
interface Asked extends Request {
  readonly row: Row
  readonly parsed: object
  readonly answer: Row['result']
  readonly fingerprint: string
  /** What the commands that asked for this one instead had read. */
  readonly seen?: Read['checks']
  /** The command that was asked for at first: what is begun anew is begun there, since what was seen may have changed. */
  readonly origin?: Asked
  /** Takes what is to be done in the same commit; absent: the command stands alone. */
  readonly bring?: (more: readonly Brought[]) => void
}

function parse(row: Row, { name, input }: Request): object {
  const result = row.input.safeParse(input)
  if (result.success) return result.data as object
  const issues = result.error.issues.map((issue) => ({
    place: issue.path.map(String).join('.'),
    reason: issue.message,
  }))
  throw fault('input.invalid', { command: name, issues })
}

/** Commands about one record wait for each other here instead of failing against each other in the store. */
function laneOf({ tenant, name, input }: Request): string | null {
  const id = (input as Readonly<Record<string, unknown>> | null)?.[`${name.slice(0, name.indexOf('.'))}Id`]
  return typeof id === 'string' ? `${tenant}\n${id}` : null
}

async function attempts(house: House, asked: Asked): Promise<JsonObject> {
  const once = () => attemptOnce(house, asked)
  let contested: string | null = null
  for (let attempt = 1; ; attempt++) {
    try {
      return await (contested === null ? once() : house.inLane(contested, once))
    } catch (error) {
      // A retry of what was done is refused by the rules as often as not; whatever they say, its first result stands.
      // Where they agree to it, the commit finds the command id. Who may no longer do it is not told what it gave.
      const repeated = isDeskError(error) && error.kind !== 'forbidden' ? await repeatOf(house, asked) : null
      if (repeated) return repeated
      // Nobody knows whether that commit stands: asked again under its id, it acts once in either case.
      const isOpen = isDeskError(error, 'store.unknown-outcome') && asked.commandId !== undefined
      const isStale = isDeskError(error, 'store.stale-version') && !callersAffairs.has(error)
      if (!isOpen && !isStale) throw error
      if (attempt === MAX_ATTEMPTS)
        throw fault('command.busy', { command: asked.name, attempts: attempt }, { cause: error })
      // Many at once may change one record that none of them named, as children do their parent's family. From here on
      // they take turns: no lane is waited for in this one, so none waits for ever.
      if (isStale) contested = `${asked.tenant}\n${error.data.kind}/${error.data.id}`
    }
  }
}

/** Refusals of a version that the caller asked for. Any other record that is stale may be read again. */
const callersAffairs = new WeakSet<DeskError>()

async function attemptOnce(house: House, asked: Asked): Promise<JsonObject> {
  const read = await readFor(house, asked)
  mustBeAllowed(asked, read)
  const decision = await decide(house, asked, read)
  if ('instead' in decision) {
    const { instead, input } = decision
    const name = instead as CommandName
    const row = await rowOf(name)
    const seen = [...(asked.seen ?? []), ...read.checks]
    return attemptOnce(house, {
      ...asked,
      ...{ name, row, seen, origin: asked.origin ?? asked },
      parsed: parse(row, { ...asked, name, input }),
    })
  }
  if ('steps' in decision) return asked.bring ? stepByStep(house, asked, { read, decision }) : inOneCommit(house, asked)
  const followed = await follow(house, asked, read, decision)
  if (followed.bring.length > 0 && !asked.bring) return inOneCommit(house, asked)
  asked.bring?.(followed.bring)
  return commit(house, asked, followed)
}

/** A command made of others: those first, then what it says of them itself, on what they left. */
async function stepByStep(
  house: House,
  asked: Asked,
  { read, decision }: { readonly read: Read; readonly decision: Steps },
): Promise<JsonObject> {
  if (asked.ifVersion !== undefined) mustBeAt(asked.ifVersion, read, asked)
  const { doSteps } = await loadRest()
  const outcomes = await doSteps(decision, asked, (step) => handle(house, step as Request))
  const { ifVersion: _, ...rest } = asked
  const left = await readFor(house, rest)
  const drafts = decision.afterwards(outcomes)
  const followed = await follow(house, rest, left, drafts)
  asked.bring?.(followed.bring)
  return commit(house, rest, followed)
}

/** A command together with those that it is made of or brings along: all of it is committed, or nothing is. */
async function inOneCommit(house: House, asked: Asked): Promise<JsonObject> {
  const { tenant, commandId: id, row } = asked
  const work = async (inner: House) => {
    const brought: Brought[] = []
    let made = await attemptOnce(inner, { ...(asked.origin ?? asked), bring: (more) => brought.push(...more) })
    for (const one of brought) {
      const left = await handle(inner, one as Request)
      // What a round says of its ticket is part of what became of it.
      if (row.returns === 'ticket' && left.id === made.id) made = left
    }
    return made
  }
  const at = toInstant(house.clock.now())
  const { together } = await loadRest()
  const done = await together<JsonObject>(house, {
    tenant,
    work,
    ...(id === undefined
      ? {}
      : { command: (doc) => commandRow(asked, { id, ref: { kind: row.returns, id: doc.id as string }, doc, at }) }),
  })
  return done.first === null ? done.result : resultOfFirst(house, asked, done.first)
}

/**
 * The right to the command at all, then whether the records are there and in sight, then whether the right reaches
 * them. In this order an absent record and one out of sight look the same to everybody.
 */
function mustBeAllowed({ name, row, by: actor, parsed }: Asked, { by, refs, found }: Read): void {
  if (reachOf(by, name) === null || (row.by ?? actor.kind) !== actor.kind) throw forbidden(actor, name)
  const target = (row.on === undefined ? null : refs[row.on]) ?? null
  const inSight = target === null ? null : reachedRecords(by, `${target.kind}.get`, target.kind)
  for (const [key, ref] of Object.entries(refs)) {
    if (ref?.needed !== 'needed') continue
    const doc = found[key] as JsonObject | null
    if (doc === null || (ref.kind === target?.kind && !meets(inSight, doc))) {
      // What the caller did not name is not told to them either.
      const named = key !== row.on || Object.values(parsed).includes(ref.id) ? ref : Object.values(refs)[0]
      throw notFound((named ?? ref).kind, (named ?? ref).id)
    }
  }
  // A merge is about two records of a kind: the right must reach both.
  const reached = target === null ? null : reachedRecords(by, name, target.kind)
  for (const [key, ref] of Object.entries(refs))
    if (ref?.needed === 'needed' && ref.kind === target?.kind && !meets(reached, found[key] as JsonObject))
      throw forbidden(actor, name)
}

async function decide(house: House, asked: Asked, read: Read) {
  return asked.row.decide((await contextOf(house, asked, read)) as never)
}

async function commit(house: House, asked: Asked, followed: Followed): Promise<JsonObject> {
  const { tenant, by, commandId = null, cause = [], row, parsed } = asked
  const { read, decided, drafts, writes, set, clear, checks, folded } = followed
  const ref = asked.answer?.(decided, parsed) ?? (decided[0] as Draft).of
  if (asked.ifVersion !== undefined) mustBeAt(asked.ifVersion, read, asked)
  const { lifecycle } = read.policies
  const { wholeTickets } = await loadMeasures()
  const evolves = row.evolves ? { ...wholeTickets, ...row.evolves } : wholeTickets
  const act = { tenant, by, now: read.now, commandId, cause, lifecycle, evolves }
  const { change, events, after } = assemble(house, act, {
    found: read.stored,
    checks: asked.seen ? [...asked.seen, ...checks] : checks,
    settle: asked.settle ? [asked.settle] : [],
    command: (docs) =>
      commandId === null ? null : commandRow(asked, { id: commandId, ref, doc: docs.get(nameOf(ref)), at: read.now }),
    ...{ drafts, writes, set, clear, folded },
  })
  const outcome = await house.store.commit(change)
  if (!outcome.committed) return resultOfFirst(house, asked, outcome.first)
  house.bus.announce(events)
  return (after.get(nameOf(ref)) ?? read.found[row.on ?? '']) as JsonObject
}

function mustBeAt(expected: number, { refs, stored }: Read, { name, row: { on } }: Asked): void {
  if (on === undefined) {
    const reason = 'is for commands about one record that stands; leave it out'
    throw fault('input.invalid', { command: 'This command', issues: [{ place: 'options.ifVersion', reason }] })
  }
  // The record that the command is named after: the right to an escalation is the right to its ticket, its version is not.
  const noun = name.slice(0, name.indexOf('.'))
  const target = refs[on]?.kind === noun ? refs[on] : Object.values(refs).find((ref) => ref?.kind === noun)
  const { kind, id } = (target ?? refs[on]) as RecordRef
  const found = stored.find((record) => record.kind === kind && record.id === id)?.version ?? 0
  if (found === expected) return
  const stale = fault('store.stale-version', { kind, id, expected, found })
  callersAffairs.add(stale)
  throw stale
}

function commandRow(
  asked: Asked,
  done: { id: string; ref: RecordRef; doc: JsonObject | undefined; at: Instant },
): CommandRow {
  const { id, ref, doc, at } = done
  return {
    id,
    fingerprint: asked.fingerprint,
    result: { kind: ref.kind, id: ref.id, version: (doc?.version as number | undefined) ?? 0 },
    at,
  }
}

async function repeatOf(house: House, asked: Asked): Promise<JsonObject | null> {
  if (asked.commandId === undefined) return null
  const first = await house.store.command(asked.tenant, asked.commandId)
  return first === null ? null : resultOfFirst(house, asked, first)
}

async function resultOfFirst(house: House, asked: Asked, first: CommandRow): Promise<JsonObject> {
  if (first.fingerprint !== asked.fingerprint) throw fault('command.reused', { commandId: first.id })
  const { firstResult } = await loadRest()
  return firstResult(house, asked.tenant, first.result as { kind: RecordKind; id: string; version: number })
}
