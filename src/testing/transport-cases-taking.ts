/** Transport cases on the core promise: resolved means taken, rejected means tried again, and a repeat is known by its key. */
import { equal, holds, rejected } from './expectation.ts'
import type { Arrival, OpenedTransport } from './transport-case.ts'
import { transportCasesAbout } from './transport-case.ts'
import { deliveryOf } from './transport-delivery.ts'

const idsOf = (arrivals: readonly Arrival[]) => arrivals.flatMap(({ events }) => events.map(({ id }) => id))
const three = [{ step: 'one' }, { step: 'two' }, { step: 'three' }]

export const takingCases = transportCasesAbout('taking', [
  {
    id: 'transport.take.arrived',
    title: 'what is resolved has arrived',
    async run({ open }) {
      const { transport, received } = await open()
      await transport.deliver(deliveryOf())
      equal(idsOf(await received()), [deliveryOf().events[0]?.id], 'the ids that arrived')
    },
  },
  {
    id: 'transport.take.many-events',
    title: 'every event of a change arrives',
    async run({ open }) {
      const { transport, received } = await open()
      const delivery = deliveryOf({ data: Array.from({ length: 100 }, (_, n) => ({ n })) })
      await transport.deliver(delivery)
      equal(
        (await received()).flatMap(({ events }) => events),
        delivery.events,
        'the events that arrived',
      )
    },
  },
  {
    id: 'transport.take.refused',
    title: 'what the other side does not take is rejected, with the reason as an error',
    async run({ open }) {
      const { transport, received, refuse } = await open()
      await refuse(1)
      const error = await rejected(transport.deliver(deliveryOf()), 'a delivery that is not taken')
      holds(error instanceof Error && error.message !== '', 'the rejection is an error with a message')
      equal(await received(), [], 'what arrived')
    },
  },
  {
    id: 'transport.take.after-refusal',
    title: 'a delivery that was refused arrives when it is tried again',
    async run({ open }) {
      const { transport, received, refuse } = await open()
      await refuse(2)
      await rejected(transport.deliver(deliveryOf()), 'the first try')
      await rejected(transport.deliver(deliveryOf({ attempts: 1 })), 'the second try')
      await transport.deliver(deliveryOf({ attempts: 2 }))
      equal(idsOf(await received()), [deliveryOf().events[0]?.id], 'the ids that arrived')
    },
  },
  {
    id: 'transport.take.refused-in-part',
    title: 'a change of which a part is refused is rejected',
    async run({ open }) {
      const { transport, refuse } = await open()
      await refuse(1)
      await rejected(transport.deliver(deliveryOf({ data: three })), 'a delivery of which one message is not taken')
    },
  },
  {
    id: 'transport.take.late-attempt',
    title: 'a late attempt is worth as much as the first',
    async run({ open }) {
      const { transport, received } = await open()
      await transport.deliver(deliveryOf({ attempts: 79 }))
      equal((await received()).length, 1, 'how many messages arrived')
    },
  },
])

async function keysAfter(
  { transport, received }: OpenedTransport,
  deliveries: readonly Parameters<typeof deliveryOf>[0][],
) {
  for (const changes of deliveries) await transport.deliver(deliveryOf(changes))
  return (await received()).map(({ key }) => key)
}

export const repetitionCases = transportCasesAbout('repetition', [
  {
    id: 'transport.repeat.key',
    title: 'a repeated delivery carries the key of the first, whatever came between',
    async run({ open }) {
      const opened = await open()
      const keys = await keysAfter(opened, [{ version: 1 }, { version: 2 }, { version: 1, attempts: 3 }])
      equal(new Set(keys).size, 2, 'how many keys there are for two changes')
      holds(keys.length === 2 || keys[2] === keys[0], 'the repeated change has its first key')
    },
  },
  {
    id: 'transport.repeat.body',
    title: 'a repeated delivery is the same to the byte',
    async run({ open }) {
      const { transport, received } = await open()
      await transport.deliver(deliveryOf())
      await transport.deliver(deliveryOf({ attempts: 7 }))
      equal(new Set((await received()).map(({ body }) => body)).size, 1, 'how many bodies there are for one change')
    },
  },
  {
    id: 'transport.repeat.anew',
    title: 'a transport that is made anew gives a change the same key',
    async run({ open }) {
      const before = await keysAfter(await open(), [{}])
      const after = await keysAfter(await open(), [{}])
      equal(after, before, 'the keys')
    },
  },
  {
    id: 'transport.repeat.lost-answer',
    title: 'a message whose answer got lost is rejected, and repeated under its key',
    needs: 'loseAnswers',
    async run({ open }) {
      const { transport, received, loseAnswers } = await open()
      await loseAnswers?.(1)
      await rejected(transport.deliver(deliveryOf()), 'a delivery without an answer')
      await transport.deliver(deliveryOf({ attempts: 1 }))
      const keys = (await received()).map(({ key }) => key)
      holds(keys.length >= 1, 'it arrived')
      equal(new Set(keys).size, 1, 'how many keys there are for one change')
    },
  },
  {
    id: 'transport.key.versions',
    title: 'changes of one record have keys of their own, also where digits run together',
    async run({ open }) {
      const ticket = { id: 'tkt_A' }
      const keys = await keysAfter(await open(), [
        { ...ticket, version: 1 },
        { ...ticket, version: 11 },
        { id: 'tkt_A1', version: 1 },
        { ...ticket, version: 2 },
      ])
      equal(new Set(keys).size, 4, 'how many keys there are for four changes')
    },
  },
  {
    id: 'transport.key.events',
    title: 'messages of one change have keys of their own',
    async run({ open }) {
      const { transport, received } = await open()
      await transport.deliver(deliveryOf({ data: three }))
      const arrivals = await received()
      equal(new Set(arrivals.map(({ key }) => key)).size, arrivals.length, 'how many keys there are')
      equal(idsOf(arrivals).length, 3, 'how many events arrived')
    },
  },
  {
    id: 'transport.key.kinds',
    title: 'records of two kinds with one id have keys of their own',
    async run({ open }) {
      const keys = await keysAfter(await open(), [
        { id: 'current', kind: 'policies' },
        { id: 'current', kind: 'team' },
      ])
      equal(new Set(keys).size, 2, 'how many keys there are for two records')
    },
  },
  {
    id: 'transport.key.tenants',
    title:
      'tenants with records of one id have keys of their own, also where names only run together or differ in case',
    async run({ open }) {
      const keys = await keysAfter(await open(), [
        { tenant: 'a', id: 'b.c' },
        { tenant: 'a.b', id: 'c' },
        { tenant: 'a', id: 'B.c' },
        { tenant: 'A', id: 'b.c' },
        { tenant: 'a-b', id: 'c' },
        { tenant: 'a:b', id: 'c' },
        { tenant: 'a_b', id: 'c' },
      ])
      equal(new Set(keys).size, 7, 'how many keys there are for seven records')
    },
  },
])
