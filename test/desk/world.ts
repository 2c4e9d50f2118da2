/** A small desk for tests: memory store, a clock moved by hand, and people of every kind, each with the desk in their hands. */
import {
  type Acting,
  type Actor,
  type Agent,
  type Condition,
  createDesk,
  type Desk,
  type DeskEvent,
  type DeskOptions,
  type FieldSchemas,
  isDeskError,
  type Problem,
  type Store,
} from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { manualClock, seededRandom } from 'deskwright/testing'
import { RECORD_KINDS } from '../../src/desk/tables.ts'

export const MONDAY = '2026-03-02T09:30:00.000Z'
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

// biome-ignore lint/complexity/noBannedTypes: the default of createDesk, spelt as its schemas are looked up.
type None = {}

export async function openWorld<const S extends FieldSchemas = None>(options: Partial<DeskOptions<S>> = {}) {
  const clock = manualClock(MONDAY)
  const store = options.store ?? memoryStore()
  const events: DeskEvent[] = []
  const problems: Problem[] = []
  const desk: Desk<S> = await createDesk<S>({
    clock,
    random: seededRandom(7),
    report: (problem) => void problems.push(problem),
    ...options,
    store,
  })
  const as = (by: Actor, tenant?: string): Acting<S> => desk.as({ tenant, by })
  const system = as({ kind: 'system', id: 'test' })
  await system.policy.history({ name: 'roles' })
  desk.on('*', (event) => void events.push(event))
  return {
    desk,
    store,
    clock,
    events,
    problems,
    as,
    system,
    /** The names of the events that a piece of work brought, in order. */
    async during(work: () => Promise<unknown>): Promise<string[]> {
      const before = events.length
      await work()
      return events.slice(before).map((event) => event.name)
    },
    /** An agent with roles, and the desk in their hands. */
    async agent(roles: readonly string[] = ['agent'], rest: { teamIds?: Agent['teamIds']; name?: string } = {}) {
      const record = await basic(system).agent.create({
        name: 'Noor',
        roles: [...roles],
        teamIds: [],
        ...rest,
      } as never)
      return { ...record, desk: as({ kind: 'agent', id: record.id }) }
    },
    /** A customer with an address, and the desk in their hands. */
    async customer(email: string, rest: object = {}) {
      const identities = [{ kind: 'email', value: email }]
      const record = await basic(system).customer.create({ identities, ...rest } as never)
      return { ...record, desk: as({ kind: 'customer', id: record.id }) }
    },
    /** A ticket of the customer with this address, opened by the system. */
    open(email = 'ada@example.org', rest: object = {}) {
      return basic(system).ticket.open({
        requester: { email },
        subject: 'It hums',
        body: 'Since noon.',
        ...rest,
      } as never)
    },
  }
}

export type World<S extends FieldSchemas = None> = Awaited<ReturnType<typeof openWorld<S>>>

// What the commands take depends on the host's schemas; the world's own people and tickets need none of them.
function basic(acting: object): Acting {
  return acting as Acting
}

/** The code with which something is refused; `done` when it is not. Anything else that is thrown is a fault of ours. */
export async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === 'function' ? work() : work)
    return 'done'
  } catch (error) {
    if (isDeskError(error)) return error.code
    throw error
  }
}

/** Everything that can be read of a tenant, as one text: the same text means that nothing changed. */
export async function dump(store: Store, tenant: string): Promise<string> {
  const lines: string[] = []
  for (const kind of RECORD_KINDS) {
    const where: Condition | null = null
    const records = await store.find(tenant, kind, { where, order: [], limit: 1000, after: null })
    lines.push(...records.map((record) => JSON.stringify(record)))
  }
  for (let after = 0; ; ) {
    const page = await store.history(tenant, { after, limit: 1000 })
    lines.push(...page.map((entry) => JSON.stringify(entry)))
    const last = page.at(-1)
    if (last === undefined) return lines.join('\n')
    after = last.position
  }
}
