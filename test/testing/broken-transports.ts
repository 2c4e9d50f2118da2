/** Transports that break a promise on purpose, over an other side that lives in memory. */
import type { DeskEvent } from '../../src/desk/events.ts'
import type { Delivery, Transport } from '../../src/desk/transport.ts'
import type { Arrival, OpenedTransport } from '../../src/testing/transport-case.ts'

/** The other side: takes a message, or throws. */
export type Take = (key: string, events: readonly DeskEvent[], body?: string) => Promise<void>

const keyOf = ({ tenant }: Delivery, { kind, id, version }: DeskEvent['record']) =>
  JSON.stringify([tenant, kind, id, version])

/** One message for each event, as to a message broker. */
const eachEvent = async (take: Take, delivery: Delivery, from = 0) => {
  for (const event of delivery.events.slice(from))
    await take(`${keyOf(delivery, event.record)}.${event.record.n}`, [event])
}

/** One message for a whole change, as to a webhook. */
const wholeChange = (take: Take, delivery: Delivery) =>
  take(keyOf(delivery, (delivery.events[0] as DeskEvent).record), delivery.events)

/** Opens an other side in memory for a way of delivering. `making` counts how often a transport was made. */
export function openFake(
  deliver: (take: Take, delivery: Delivery, making: number) => Promise<unknown>,
  name = () => 'fake',
): () => OpenedTransport {
  let makings = 0
  return () => {
    const arrivals: Arrival[] = []
    let [refusing, losing, isGone] = [0, 0, false]
    const making = makings++
    const take: Take = async (key, events, body = JSON.stringify(events)) => {
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (isGone) throw new Error('there is nobody')
      if (refusing-- > 0) throw new Error('not now')
      arrivals.push({ key, body, events: JSON.parse(body) as DeskEvent[] })
      if (losing-- > 0) throw new Error('the answer got lost')
    }
    const transport: Transport = {
      name: name(),
      deliver: async (delivery) => void (await deliver(take, delivery, making)),
    }
    return {
      transport,
      // Looks late, so that what is still on its way has come: it is the refusals that tell who does not wait.
      async received() {
        await new Promise<void>((resolve) => setImmediate(resolve))
        return [...arrivals]
      },
      refuse(times) {
        refusing = times
      },
      loseAnswers(times) {
        losing = times
      },
      close() {
        isGone = true
      },
    }
  }
}

export const soundTransports = {
  'one message for each event': openFake((take, delivery) => eachEvent(take, delivery)),
  'one message for a change': openFake(wholeChange),
}

export interface BrokenTransport {
  /** What is wrong with it, as the rest of a sentence on "a transport that". */
  readonly that: string
  readonly open: () => OpenedTransport
  /** Cases that have to reject it, by id. There may be more. */
  readonly rejectedBy: readonly string[]
}

const broken = (
  that: string,
  deliver: Parameters<typeof openFake>[0],
  rejectedBy: readonly string[],
): BrokenTransport => ({ that, open: openFake(deliver), rejectedBy })

const odd = (text: string) => text.normalize('NFC')

let serial = 0
let isBusy = false

export const brokenTransports: readonly BrokenTransport[] = [
  broken(
    'does not wait for the other side',
    async (take, delivery) => {
      wholeChange(take, delivery).catch(() => {})
    },
    ['transport.take.refused', 'transport.take.refused-in-part', 'transport.outage.gone'],
  ),
  broken('swallows what is refused', (take, delivery) => wholeChange(take, delivery).catch(() => {}), [
    'transport.take.refused',
    'transport.take.refused-in-part',
    'transport.outage.gone',
    'transport.repeat.lost-answer',
  ]),
  broken(
    'swallows refusals of all but the first event',
    async (take, delivery) => {
      const [first, ...others] = delivery.events
      for (const event of others)
        await take(`${keyOf(delivery, event.record)}.${event.record.n}`, [event]).catch(() => {})
      if (first) await take(`${keyOf(delivery, first.record)}.${first.record.n}`, [first])
    },
    ['transport.take.refused-in-part', 'transport.order.within'],
  ),
  broken(
    'rejects with a bare text',
    (take, delivery) =>
      wholeChange(take, delivery).catch((error) => {
        throw error.message
      }),
    ['transport.take.refused', 'transport.outage.gone'],
  ),
  broken(
    'carries the first event only',
    (take, delivery) => wholeChange(take, { ...delivery, events: delivery.events.slice(0, 1) }),
    ['transport.take.many-events', 'transport.order.within'],
  ),
  broken('has a new key at each try', (take, delivery) => take(`message-${serial++}`, delivery.events), [
    'transport.repeat.key',
    'transport.repeat.lost-answer',
    'transport.repeat.anew',
  ]),
  broken(
    'puts the number of the try into the body',
    (take, delivery) =>
      take(
        keyOf(delivery, (delivery.events[0] as DeskEvent).record),
        delivery.events,
        `${' '.repeat(delivery.attempts)}${JSON.stringify(delivery.events)}`,
      ),
    ['transport.repeat.body'],
  ),
  broken(
    'counts its messages from one when it is made anew, and keys them so',
    (take, delivery, making) =>
      take(`${making}/${keyOf(delivery, (delivery.events[0] as DeskEvent).record)}`, delivery.events),
    ['transport.repeat.anew'],
  ),
  broken(
    'keys by the event alone, which is unique in a tenant only',
    (take, delivery) => take((delivery.events[0] as DeskEvent).id, delivery.events),
    ['transport.key.tenants', 'transport.key.kinds'],
  ),
  broken(
    'joins the parts of a key without a border',
    (take, delivery) => {
      const { kind, id, version } = (delivery.events[0] as DeskEvent).record
      return take(`${delivery.tenant}${kind}${id}${version}`, delivery.events)
    },
    ['transport.key.versions'],
  ),
  broken(
    'joins tenant and id by a full stop, which both may hold',
    (take, delivery) => {
      const { kind, id, version } = (delivery.events[0] as DeskEvent).record
      return take(`${kind}.${delivery.tenant}.${id}.${version}`, delivery.events)
    },
    ['transport.key.tenants'],
  ),
  broken(
    'gives all events of a change one key, in messages of their own',
    async (take, delivery) => {
      for (const event of delivery.events) await take(keyOf(delivery, event.record), [event])
    },
    ['transport.key.events'],
  ),
  broken(
    'sends the events of a change at the same time',
    async (take, delivery) => {
      const sent = delivery.events.map((event) => take(`${keyOf(delivery, event.record)}.${event.record.n}`, [event]))
      const failed = (await Promise.allSettled(sent)).find(({ status }) => status === 'rejected')
      if (failed) throw (failed as PromiseRejectedResult).reason
    },
    ['transport.order.after-refusal'],
  ),
  broken(
    'sends the latest event first',
    (take, delivery) => eachEvent(take, { ...delivery, events: [...delivery.events].reverse() }),
    ['transport.order.within', 'transport.take.many-events'],
  ),
  broken(
    'goes on behind the event that failed, as if the first part had been all',
    (take, delivery) => eachEvent(take, delivery, delivery.attempts > 0 ? 1 : 0),
    ['transport.take.after-refusal', 'transport.take.late-attempt'],
  ),
  broken(
    'drops what comes while it is at work',
    async (take, delivery) => {
      if (isBusy) return
      isBusy = true
      await wholeChange(take, delivery).finally(() => {
        isBusy = false
      })
    },
    ['transport.parallel.all', 'transport.parallel.one-refused'],
  ),
  broken(
    'holds every other change back, and sends it behind the next',
    (() => {
      const held = new WeakMap<Take, Delivery>()
      return async (take: Take, delivery: Delivery) => {
        const earlier = held.get(take)
        held.delete(take)
        if (earlier === undefined) return void held.set(take, delivery)
        await wholeChange(take, delivery)
        await wholeChange(take, earlier)
      }
    })(),
    ['transport.order.versions', 'transport.order.interleaved', 'transport.take.arrived'],
  ),
  broken(
    'gives up for good after a refusal',
    (() => {
      const broken = new Set<Take>()
      return async (take: Take, delivery: Delivery) => {
        if (broken.has(take)) throw new Error('closed')
        await wholeChange(take, delivery).catch((error) => {
          broken.add(take)
          throw error
        })
      }
    })(),
    ['transport.outage.recovers', 'transport.take.after-refusal'],
  ),
  broken(
    'keeps the latest tenant in a place that all deliveries share',
    (() => {
      let latest = ''
      return async (take: Take, delivery: Delivery) => {
        latest = delivery.tenant
        await Promise.resolve()
        const events = delivery.events.map((event) => ({ ...event, tenant: latest }))
        await take(keyOf(delivery, (delivery.events[0] as DeskEvent).record), events)
      }
    })(),
    ['transport.parallel.tenants'],
  ),
  broken(
    'normalises texts',
    (take, delivery) =>
      take(
        keyOf(delivery, (delivery.events[0] as DeskEvent).record),
        delivery.events,
        odd(JSON.stringify(delivery.events)),
      ),
    ['transport.content.odd-texts'],
  ),
  broken(
    'makes numbers into texts',
    (take, delivery) =>
      take(
        keyOf(delivery, (delivery.events[0] as DeskEvent).record),
        delivery.events,
        JSON.stringify(delivery.events, (key, value) =>
          typeof value === 'number' && key !== 'n' ? `${value}` : value,
        ),
      ),
    ['transport.content.numbers'],
  ),
  broken(
    'leaves out what is empty',
    (take, delivery) =>
      take(
        keyOf(delivery, (delivery.events[0] as DeskEvent).record),
        delivery.events,
        JSON.stringify(delivery.events, (_, value) => (value === null || value === '' ? undefined : value)),
      ),
    ['transport.content.kinds', 'transport.content.event'],
  ),
  broken(
    'cuts at 64 KB, and calls it sent',
    async (take, delivery) => {
      if (JSON.stringify(delivery.events).length < 65_536) await wholeChange(take, delivery)
    },
    ['transport.content.large'],
  ),
  broken(
    'writes tenants in small letters',
    (take, delivery) =>
      wholeChange(take, {
        ...delivery,
        events: delivery.events.map((event) => ({ ...event, tenant: event.tenant.toLowerCase() })),
      }),
    ['transport.content.tenant-2'],
  ),
  {
    that: 'has a name for each making',
    open: openFake(wholeChange, () => `fake-${serial++}`),
    rejectedBy: ['transport.name.lasting'],
  },
]
