/** Transport cases on the order of a record's changes, on deliveries at once, and on an other side that goes away. */
import { equal, holds, rejected } from './expectation.ts'
import { ticketId } from './fixtures.ts'
import type { Arrival, OpenedTransport } from './transport-case.ts'
import { transportCasesAbout } from './transport-case.ts'
import { deliveryOf } from './transport-delivery.ts'

const three = [{ step: 'one' }, { step: 'two' }, { step: 'three' }]

/** The ids of events in the order in which the other side first saw them. */
function firstSights(arrivals: readonly Arrival[]): readonly string[] {
  return [...new Set(arrivals.flatMap(({ events }) => events.map(({ id }) => id)))]
}

function idsOf(...deliveries: readonly ReturnType<typeof deliveryOf>[]): readonly string[] {
  return deliveries.flatMap(({ events }) => events.map(({ id }) => id))
}

export const transportOrderCases = transportCasesAbout('order', [
  {
    id: 'transport.order.versions',
    title: 'changes of a record arrive in the order in which they are delivered',
    async run({ open }) {
      const { transport, received } = await open()
      const changes = Array.from({ length: 20 }, (_, n) => deliveryOf({ version: n + 1 }))
      for (const change of changes) await transport.deliver(change)
      equal(firstSights(await received()), idsOf(...changes), 'the ids, as first seen')
    },
  },
  {
    id: 'transport.order.within',
    title: 'events of a change arrive in their order',
    async run({ open }) {
      const { transport, received } = await open()
      const change = deliveryOf({
        data: Array.from({ length: 20 }, (_, n) => ({ n, pad: 'x'.repeat((20 - n) * 500) })),
      })
      await transport.deliver(change)
      equal(firstSights(await received()), idsOf(change), 'the ids, as first seen')
    },
  },
  {
    id: 'transport.order.after-refusal',
    title: 'events of a change that was refused once are first seen in their order',
    async run({ open }) {
      const { transport, received, refuse } = await open()
      await refuse(1)
      await rejected(transport.deliver(deliveryOf({ data: three })), 'the first try')
      await transport.deliver(deliveryOf({ data: three, attempts: 1 }))
      await transport.deliver(deliveryOf({ version: 2 }))
      equal(
        firstSights(await received()),
        idsOf(deliveryOf({ data: three }), deliveryOf({ version: 2 })),
        'the ids, as first seen',
      )
    },
  },
  {
    id: 'transport.order.interleaved',
    title: 'records that take turns keep their own order each',
    async run({ open }) {
      const { transport, received } = await open()
      const changes = [1, 2, 3].flatMap((version) => [1, 2].map((n) => deliveryOf({ id: ticketId(n), version })))
      for (const change of changes) await transport.deliver(change)
      equal(firstSights(await received()), idsOf(...changes), 'the ids, as first seen')
    },
  },
])

/** What was promised, per delivery, against what is there. */
async function agrees({ transport, received }: OpenedTransport, deliveries: readonly ReturnType<typeof deliveryOf>[]) {
  const outcomes = await Promise.allSettled(deliveries.map((delivery) => transport.deliver(delivery)))
  const arrived = new Set(firstSights(await received()).map((id) => id))
  const promised = deliveries.filter((_, n) => outcomes[n]?.status === 'fulfilled')
  const missing = idsOf(...promised).filter((id) => !arrived.has(id))
  equal(missing, [], 'what was resolved and has not arrived')
  return outcomes.filter(({ status }) => status === 'rejected').length
}

export const concurrencyCases = transportCasesAbout('concurrency', [
  {
    id: 'transport.parallel.all',
    title: 'deliveries at once all arrive, once each',
    async run({ open }) {
      const opened = await open()
      const deliveries = Array.from({ length: 25 }, (_, n) => deliveryOf({ id: ticketId(n) }))
      equal(await agrees(opened, deliveries), 0, 'how many were rejected')
      equal((await opened.received()).length, 25, 'how many messages arrived')
    },
  },
  {
    id: 'transport.parallel.one-refused',
    title: 'of deliveries at once, those that are not taken are rejected, and no others',
    async run({ open }) {
      const opened = await open()
      await opened.refuse(3)
      const deliveries = Array.from({ length: 12 }, (_, n) => deliveryOf({ id: ticketId(n) }))
      equal(await agrees(opened, deliveries), 3, 'how many were rejected')
    },
  },
  {
    id: 'transport.parallel.tenants',
    title: 'deliveries at once keep each event with its own tenant',
    async run({ open }) {
      const { transport, received } = await open()
      const tenants = Array.from({ length: 10 }, (_, n) => `tenant-${n}`)
      await Promise.all(tenants.map((tenant) => transport.deliver(deliveryOf({ tenant, data: [{ tenant }] }))))
      const events = (await received()).flatMap((arrival) => arrival.events)
      equal(events.map(({ tenant }) => tenant).sort(), tenants, 'the tenants that arrived')
      holds(
        events.every(({ tenant, data }) => (data as unknown as { tenant: string }).tenant === tenant),
        'each event carries its own data',
      )
    },
  },
])

export const outageCases = transportCasesAbout('outage', [
  {
    id: 'transport.outage.recovers',
    title: 'a transport that was refused often works again by itself',
    async run({ open }) {
      const { transport, received, refuse } = await open()
      await refuse(5)
      for (let attempts = 0; attempts < 5; attempts++)
        await rejected(transport.deliver(deliveryOf({ attempts })), `try ${attempts + 1}`)
      await transport.deliver(deliveryOf({ id: ticketId(2) }))
      equal(firstSights(await received()), idsOf(deliveryOf({ id: ticketId(2) })), 'what arrived')
    },
  },
  {
    id: 'transport.outage.gone',
    title: 'nothing is swallowed once the other side is gone',
    async run({ open }) {
      const { transport, close } = await open()
      await transport.deliver(deliveryOf())
      await close()
      const error = await rejected(transport.deliver(deliveryOf({ version: 2 })), 'a delivery to nobody')
      holds(error instanceof Error && error.message !== '', 'the rejection is an error with a message')
    },
  },
  {
    id: 'transport.outage.never-there',
    title: 'a first delivery to an other side that is gone is rejected',
    async run({ open }) {
      const { transport, close } = await open()
      await close()
      await rejected(transport.deliver(deliveryOf()), 'a delivery to nobody')
    },
  },
  {
    id: 'transport.name.lasting',
    title: 'the name is one word that stays, also when the transport is made anew',
    async run({ open }) {
      const { transport, refuse } = await open()
      const { name } = transport
      holds(/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name), `the name ${JSON.stringify(name)} is one word`)
      await refuse(1)
      await rejected(transport.deliver(deliveryOf()), 'a refused delivery')
      equal(transport.name, name, 'the name after a refusal')
      equal((await open()).transport.name, name, 'the name when made anew')
    },
  },
])
