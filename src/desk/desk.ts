/** The one assembled thing: a store, a clock and the host's choices become a desk. */
import type { EventName } from '../domain/decider.ts'
import { type Digest, useDigest } from '../domain/digest.ts'
import { ID_PREFIX, type IdKind, type IdOf } from '../domain/ids.ts'
import { type InstantLike, toInstant } from '../domain/time.ts'
import { type ActingContext, act } from './act.ts'
import type { Acting, FieldSchemas, FieldsOf, HostPolicies } from './acting.ts'
import { createBus, type Listener, type Problem } from './bus.ts'
import type { DeadRequest, DeadTask } from './dead-tasks.ts'
import { fault } from './desk-faults.ts'
import type { DeskEvent } from './events.ts'
import type { FeedPage, FeedRequest } from './feed.ts'
import { HANDS } from './handle.ts'
import { createLanes, createNumbers, type House } from './house.ts'
import { innerHouse } from './inner-house.ts'
import { loadRest } from './load-rest.ts'
import type { Logger } from './log-work.ts'
import type { Observer } from './observe.ts'
import { PERMISSIONS } from './permissions.ts'
import type { Clock, Pause, RandomSource, Store } from './ports.ts'
import type { Transport } from './transport.ts'
import { ulid } from './ulid.ts'
import type { Verification } from './verify.ts'
import { startWorker, type Worker } from './worker.ts'

export interface DeskOptions<S extends FieldSchemas = FieldSchemas> {
  readonly store: Store
  /** Schemas of the host's own fields, by kind of record: zod, valibot, arktype, or any other that speaks Standard Schema. */
  readonly fields?: S | undefined
  /** Fields that hold personal text: they stand in records, and never in the journal, on the bus or in a delivery. */
  readonly personal?:
    | { readonly [K in keyof S & keyof FieldsOf<S>]?: readonly (keyof FieldsOf<S>[K] & string)[] }
    | undefined
  /**
   * Published in each tenant when the code has changed them; an admin's later version stays until then. `'published'`
   * leaves what each tenant has as it is, and adds only what it lacks: for tools without the host's code.
   */
  readonly policies?: HostPolicies | 'published' | undefined
  readonly transports?: readonly Transport[] | undefined
  /** Told of what fails where no caller waits: listeners, deliveries, timers. */
  readonly report?: ((problem: Problem) => void) | undefined
  /** Watch the desk at work: traces, metrics, and what else a host makes of it. */
  readonly observers?: readonly Observer[] | undefined
  /** Gets what the desk does, and, without a `report`, what fails where no caller waits. */
  readonly logger?: Logger | undefined
  readonly clock?: Clock | undefined
  readonly random?: RandomSource | undefined
  /**
   * What tokens of surveys are made with: 32 characters or more, drawn at random once, the same in every process, and
   * kept outside the database. Needed only with a policy `surveys`.
   */
  readonly secret?: string | undefined
}

/** What a platform gives: the defaults of a desk's ports. */
export interface Platform {
  readonly clock: Clock
  readonly random: RandomSource
  readonly report: (problem: Problem) => void
  readonly pause: Pause
  /** SHA-256 as the platform has it; `null`: as the library brings it. */
  readonly sha256: Digest | null
}

export interface Ticked {
  /** Timers that rang. */
  readonly rang: number
  /** Deliveries that transports took. */
  readonly delivered: number
}

export interface Desk<S extends FieldSchemas = FieldSchemas> {
  /** The schemas of the host's own fields, as they were given. */
  readonly fields: S
  /** The desk in the hands of one actor of one tenant. Costs next to nothing: make one for each request. */
  as(context: ActingContext): Acting<S>
  /** Listens in this process, after each commit. Returns what ends the listening. `'*'` hears everything. */
  on(name: '*', listener: Listener<EventName>): () => void
  /** Listens to one kind of event, which is typed by its name. Returns what ends the listening. */
  on<N extends EventName>(name: N, listener: Listener<N>): () => void
  /** Rings due timers and carries what waits, once. Absent: now. */
  tick(now?: InstantLike): Promise<Ticked>
  /** Does `tick` again and again, until stopped. `every`: milliseconds between two looks, 1,000 unless said. */
  work(options?: { readonly every?: number | undefined }): Worker
  /**
   * The desk within a transaction that the host has opened on the same database: what is done through it is there when
   * the host commits, and never was when the host rolls back. Transports follow once it is committed.
   *
   * @param transaction - as the store takes it: see the store's own page.
   * @throws DeskError `store.cannot` for a store that has no such thing.
   */
  within(transaction: unknown): DeskWithin<S>
  /** A tenant's events in the order of their commits, behind a cursor: for readers who keep their own place. */
  feed(request?: FeedRequest): Promise<FeedPage>
  /** The deliveries or timers that were given up, oldest first, at most 1,000. */
  dead(request: DeadRequest): Promise<readonly DeadTask[]>
  /** Puts what was given up back, due as it was; absent `keys`: all of it. What was set anew stays. Returns how many were put back. */
  revive(request: DeadRequest & { readonly keys?: readonly string[] | undefined }): Promise<number>
  /** Checks a tenant's journal and records against each other. */
  verify(options?: { readonly tenant?: string | undefined }): Promise<Verification>
  /** Stops the workers, lets listeners go, and closes the store. */
  close(): Promise<void>
}

/** A desk within a host's transaction. */
export interface DeskWithin<S extends FieldSchemas = FieldSchemas> {
  /** As `Desk.as`, within the transaction. */
  as(context: ActingContext): Acting<S>
  /** Tells the listeners of this process what was done; for the host to call once it has committed, if it has listeners. */
  announce(): void
}

export async function assembleDesk<S extends FieldSchemas>(
  options: DeskOptions<S>,
  platform: Platform,
): Promise<Desk<S>> {
  await useDigest(platform.sha256)
  const house = await furnish(options, platform, await policiesOf(options))
  await options.store.migrate()
  const workers = new Set<Worker>()
  const tick = async (at: InstantLike | undefined, isStopping: () => boolean) => {
    const now = at === undefined ? () => toInstant(house.clock.now()) : () => toInstant(at)
    const round = { now, isStopping, breathe: house.breathe }
    const { deliverDue, ringDue } = await loadRest()
    const rang = await ringDue(house, round, HANDS)
    return { rang, delivered: await deliverDue(house, round) }
  }
  return {
    fields: house.schemas as S,
    as: (context) => act<S>(house, context),
    on: house.bus.on,
    tick: (at) => tick(at, () => false),
    work(workOptions) {
      const worker = startWorker({
        every: workOptions?.every ?? 1000,
        tick: (isStopping) => tick(undefined, isStopping),
        pause: platform.pause,
        report: house.report,
        watch: options.store.watch?.bind(options.store),
      })
      workers.add(worker)
      return worker
    },
    within: (transaction) => within<S>(house, transaction),
    feed: async (request = {}) => (await loadRest()).feed(house, request),
    dead: async (request) => (await loadRest()).deadTasks(house, request),
    revive: async (request) => (await loadRest()).reviveTasks(house, request),
    verify: async (verifyOptions) => (await loadRest()).verify(house, verifyOptions?.tenant ?? 'main'),
    async close() {
      await Promise.all([...workers].map((worker) => worker.stop()))
      house.bus.clear()
      await options.store.close()
    },
  }
}

function within<S extends FieldSchemas>(house: House, transaction: unknown): DeskWithin<S> {
  const { store, bus } = house
  if (store.within === undefined) throw fault('store.cannot', { what: 'work within a transaction of its host' })
  const events: DeskEvent[] = []
  const joined = store.within(transaction)
  // Numbers too are taken within: where the host rolls back, nothing stands that has one of them.
  const inner = { ...innerHouse(house, joined, events).house, newNumber: createNumbers(joined) }
  return {
    as: (context) => act<S>(inner, context),
    announce: () => bus.announce(events.splice(0)),
  }
}

async function furnish<S extends FieldSchemas>(
  options: DeskOptions<S>,
  platform: Platform,
  code: House['code'],
): Promise<House> {
  const clock = options.clock ?? platform.clock
  const { logger } = options
  const reporting = options.report ?? (logger ? (await loadRest()).logProblems(logger) : platform.report)
  const report = guardedReport(reporting, platform.report)
  const { store, observe } = await watched(options, report)
  const random = options.random ?? platform.random
  const makeUlid = ulid(clock, random)
  const {
    ticket = [],
    customer = [],
    organisation = [],
  } = (options.personal ?? {}) as { readonly [K in keyof FieldsOf<S>]?: readonly string[] }
  return {
    store,
    clock,
    report,
    observe,
    bus: createBus(report),
    transports: options.transports ?? [],
    newId: <K extends IdKind>(kind: K) => `${ID_PREFIX[kind]}_${makeUlid()}` as IdOf<K>,
    newNumber: createNumbers(store),
    schemas: options.fields ?? {},
    personal: { ticket, customer, organisation },
    code,
    policyCache: new Map(),
    clockBooks: new Map(),
    readyTenants: new Map(),
    breathe: () => platform.pause(0, { onStop: () => {} }),
    pause: platform.pause,
    random,
    secret: options.secret ?? null,
    inLane: createLanes(),
  }
}

/** The store and the work under the eyes of those who watch; without them the work and nothing else. */
async function watched(
  { store, observers = [], logger }: DeskOptions,
  report: House['report'],
): Promise<Pick<House, 'store' | 'observe'>> {
  if (observers.length === 0 && logger === undefined) return { store, observe: (_, run) => run() }
  const { logWork, observing, watchCommits } = await loadRest()
  const observe = observing([...observers, ...(logger ? [logWork(logger)] : [])], report)
  return { store: watchCommits(store, observe), observe }
}

/** What a host's report does must not undo what was done: its own failure is reported where the platform reports. */
function guardedReport(report: Platform['report'], fallback: Platform['report']): Platform['report'] {
  return (problem) => {
    try {
      report(problem)
    } catch (error) {
      fallback({ ...problem, error })
    }
  }
}

async function policiesOf({ policies = {}, secret }: DeskOptions): Promise<House['code']> {
  if (policies === 'published') return policies
  if (Object.keys(policies).length === 0) return {}
  return (await loadRest()).checkedPolicies(policies, PERMISSIONS, secret ?? null)
}
