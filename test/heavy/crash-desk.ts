/** The desk that is killed, and the places at which it can be: the same for the program that dies and for those who look afterwards. */
import { type Clock, createDesk, type Delivery, type Desk, type Problem, type Store, type Transport } from 'deskwright'
import { type BrokenWay, breakStore } from './crash-broken.ts'
import { type CrashPlace, openPlace } from './crash-engines.ts'
import { appendTo } from './lines.ts'

export const TENANTS = ['acme', 'globex'] as const

/** Short, so that every timer of a round comes due while it runs or before the next one. */
export const LIFECYCLE = {
  reopenWindow: '60ms',
  closeAfter: '150ms',
  solveAfterSilence: '100ms',
  customerReplyResumes: { pending: true, hold: true },
} as const

/** Where a process can be told to die: each is reached again and again. */
export const STEPS = [
  'intent written',
  'commit called',
  'statement run',
  'transaction ended',
  'commit returned',
  'answer given',
  'answer written',
  'numbers reserved',
  'timers claimed',
  'deliveries claimed',
  'delivery begun',
  'delivery written',
  'task settled',
] as const
export type Step = (typeof STEPS)[number] | 'between two halves'
export type Reach = (step: Step) => void

/** One line of the file that the transport writes. */
export interface Delivered {
  readonly tenant: string
  /** Each event as text, as it was handed over. */
  readonly events: readonly string[]
}

export interface CrashDesk {
  readonly place: CrashPlace
  readonly deliveries: string
  readonly clock: Clock
  readonly reach: Reach
  /** Waited for around reads and commits, so that commands interleave as they do on a store that is not synchronous. */
  readonly breathe: () => Promise<unknown>
  readonly broken: BrokenWay | null
  readonly report: (problem: Problem) => void
}

export async function openCrashDesk(options: CrashDesk): Promise<{ desk: Desk; store: Store }> {
  const { place, clock, reach, broken, report } = options
  const store = watch(
    breakStore(openPlace(place), broken, () => reach('between two halves')),
    options,
  )
  const transports = [logTransport(options)]
  const desk = await createDesk({ store, clock, report, transports, policies: { lifecycle: LIFECYCLE } })
  return { desk, store }
}

function logTransport({ deliveries, reach }: CrashDesk): Transport {
  const append = appendTo(deliveries)
  return {
    name: 'log',
    async deliver({ tenant, events }: Delivery) {
      reach('delivery begun')
      append({ tenant, events: events.map((event) => JSON.stringify(event)) } satisfies Delivered)
      reach('delivery written')
    },
  }
}

/** The store, telling at each call where the process is. */
function watch(store: Store, { reach, breathe }: Pick<CrashDesk, 'reach' | 'breathe'>): Store {
  return {
    ...store,
    async get(tenant, keys) {
      const records = await store.get(tenant, keys)
      await breathe()
      return records
    },
    async commit(change) {
      reach('commit called')
      await breathe()
      const outcome = await store.commit(change)
      reach('commit returned')
      return outcome
    },
    async reserve(tenant, counter, n) {
      const first = await store.reserve(tenant, counter, n)
      reach('numbers reserved')
      return first
    },
    async claim(queue, request) {
      const claims = await store.claim(queue, request)
      if (claims.length > 0) reach(queue === 'timer' ? 'timers claimed' : 'deliveries claimed')
      return claims
    },
    async settle(claim, settlement) {
      const isSettled = await store.settle(claim, settlement)
      reach('task settled')
      return isSettled
    },
  }
}
