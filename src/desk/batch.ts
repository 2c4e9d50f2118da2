/** The door for imports: many commands, one commit, an outcome for each. */
import * as z from 'zod'
import { DeskError, isDeskError } from '../domain/fault.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Actor } from '../domain/people/people.ts'
import type { RecordKind } from '../domain/records.ts'
import { toInstant } from '../domain/time.ts'
import { fault } from './desk-faults.ts'
import { fingerprintOf } from './fingerprint.ts'
import { firstResult } from './first-result.ts'
import type { Hands } from './hands.ts'
import type { House } from './house.ts'
import type { CommandRow } from './ports.ts'
import { inOrder, type Piece, together } from './together.ts'

/** What became of one command of a batch. A refused one changed nothing. */
export type Outcome<R = JsonObject> =
  | { readonly done: true; readonly record: R }
  | { readonly done: false; readonly fault: DeskError }

interface Request {
  readonly tenant: string
  readonly by: Actor
  readonly only?: readonly string[] | undefined
  readonly items: unknown
  readonly commandId?: string | undefined
}

/** As many as one commit carries well: above a few hundred a larger batch is no faster. */
const LARGEST = 1000

function itemsInput(names: ReadonlySet<string>) {
  const item = z.strictObject({
    name: z.enum([...names]),
    input: z.unknown(),
    ifVersion: z.int().min(1).optional(),
  })
  return z.array(item).min(1).max(LARGEST)
}

type Item = z.output<ReturnType<typeof itemsInput>>[number]

// Made once: a schema of so many names takes longer to make than a batch of fifty to be checked by it.
const schemas = new WeakMap<ReadonlySet<string>, ReturnType<typeof itemsInput>>()

function schemaFor(names: ReadonlySet<string>): ReturnType<typeof itemsInput> {
  const schema = schemas.get(names) ?? itemsInput(names)
  schemas.set(names, schema)
  return schema
}

/**
 * Does commands in one commit, each as if it stood alone behind those before it.
 *
 * With a command id it acts once. Nothing is kept of a batch all of whose commands are refused, as nothing is kept of a
 * refused command: asked again, it is done anew.
 *
 * @returns one outcome for each, in their order.
 * @throws DeskError when nothing of it could be done: `input.invalid` for a list that is no list of commands,
 *   `command.busy`, `command.reused`, `store.*`.
 */
export async function batch(house: House, request: Request, hands: Hands): Promise<Outcome[]> {
  const { tenant, by, only, commandId } = request
  const items = parse(request.items, hands)
  const fingerprint = commandId === undefined ? '' : fingerprintOf('A batch', ['batch', items, by])
  const kinds = new Map<string, RecordKind>()
  const names = new Set(commandId === undefined ? [] : items.map(({ name }) => name))
  for (const name of names) kinds.set(name, (await hands.headOf(name)).returns)
  const done = await together<Outcome[]>(house, {
    tenant,
    work: async (inner) =>
      (await inOrder(inner, items, (turn, item) => hands.act(turn, { tenant, by, only, ...item }))).map(outcomeOf),
    ...(commandId === undefined
      ? {}
      : {
          command: (outcomes) =>
            outcomes.some(isDone) ? rowOf(house, { id: commandId, fingerprint, items, outcomes, kinds }) : null,
        }),
  })
  const { result } = done
  // That it was done before may be why it is refused now.
  const isUndone = commandId !== undefined && !result.some(isDone)
  const first = done.first ?? (isUndone ? await house.store.command(tenant, commandId) : null)
  return first === null ? result : outcomesAgain(house, tenant, { first, fingerprint, result })
}

const isDone = ({ done }: Outcome): boolean => done

function parse(given: unknown, { names }: Hands): Item[] {
  const result = schemaFor(names).safeParse(given)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) => ({
    place: path.map(String).join('.'),
    reason: message,
  }))
  throw fault('input.invalid', { command: 'A batch', issues })
}

function outcomeOf(piece: Piece<JsonObject>): Outcome {
  if ('result' in piece) return { done: true, record: piece.result }
  const { error } = piece
  if (isDeskError(error) && error.kind !== 'unavailable') return { done: false, fault: error }
  throw error
}

/** What a command row keeps of an outcome: facts, from which a retry gets its answer. */
type Kept =
  | { readonly kind: RecordKind; readonly id: string; readonly version: number }
  | { readonly fault: Pick<DeskError, 'code' | 'kind' | 'message' | 'data'> }

interface Done {
  readonly id: string
  readonly fingerprint: string
  readonly items: readonly Item[]
  readonly outcomes: readonly Outcome[]
  readonly kinds: ReadonlyMap<string, RecordKind>
}

function rowOf({ clock }: House, { id, fingerprint, items, outcomes, kinds }: Done): CommandRow {
  const kept = outcomes.map((outcome, n): Kept => {
    if (outcome.done) {
      const { id: of, version } = outcome.record as { id: string; version: number }
      return { kind: kinds.get((items[n] as Item).name) as RecordKind, id: of, version }
    }
    const { code, kind, message, data } = outcome.fault
    return { fault: { code, kind, message, data } }
  })
  return { id, fingerprint, result: { items: kept as unknown as JsonObject[] }, at: toInstant(clock.now()) }
}

interface Earlier {
  readonly first: CommandRow
  /** Of what is asked now, and what it would have given. */
  readonly fingerprint: string
  readonly result: readonly Outcome[]
}

async function outcomesAgain(house: House, tenant: string, earlier: Earlier): Promise<Outcome[]> {
  const { first, fingerprint, result } = earlier
  if (first.fingerprint !== fingerprint) throw fault('command.reused', { commandId: first.id })
  const again = (kept: Kept, n: number) => {
    const now = result[n] as Outcome
    // Who may no longer do it is not told what it gave.
    return !now.done && now.fault.kind === 'forbidden' ? now : outcomeAgain(house, tenant, kept)
  }
  return Promise.all((first.result.items as unknown as Kept[]).map(again))
}

async function outcomeAgain(house: House, tenant: string, kept: Kept): Promise<Outcome> {
  if ('fault' in kept) {
    const { code, kind, message, data } = kept.fault
    return { done: false, fault: new DeskError(code, kind, message, data) }
  }
  return { done: true, record: await firstResult(house, tenant, kept) }
}
