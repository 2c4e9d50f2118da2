/** The door `deskwright/notifier`: carries what escalations tell to people, by the host's own ways, in the order that each person wants. */
import type { DeskEvent } from '../../desk/events.ts'
import type { Delivery, Transport } from '../../desk/transport.ts'

type Told = DeskEvent<'escalation.told'>['data']

/** A request to tell one person, once. It holds ids and facts; names, addresses and subjects are the host's to look up. */
export interface Notification {
  /** The same at every try: a provider that takes an idempotency key tells nobody twice. */
  readonly id: string
  readonly kind: 'escalation'
  readonly tenant: string
  /** The agent. */
  readonly person: string
  /** The target that stands for them: `onCall primary`. */
  readonly via: string
  readonly ticketId: string
  readonly escalationId: string
  readonly policy: string
  readonly run: number
  readonly loop: number
  readonly step: number
  readonly cycle: number
  /** Why this step is told now. */
  readonly because: Told['because']
  /** What set the escalation off. */
  readonly startedBy: Told['startedBy']
  /** When the step was due. */
  readonly at: string
}

/** One way to reach a person, such as mail or push. A rejection leads to the next way, and after the last to a later try. */
export type Way = (notification: Notification) => void | Promise<void>

export interface NotifierOptions {
  /** Names the queue, for good. Default `notifier`. */
  readonly name?: string
  /** Ways by name. A person who said nothing of their own is reached by the first that works, in this order. */
  readonly ways: Readonly<Record<string, Way>>
  /** For targets `{ webhook: name }`: the transport that has that name here gets the events, such as `webhooks({ … })`. */
  readonly webhooks?: Readonly<Record<string, Pick<Transport, 'deliver'>>>
  /** Asked before each try; `'drop'` sends nothing. Here a host sees whether somebody has acknowledged since. */
  readonly ask?: (notification: Notification) => 'send' | 'drop' | Promise<'send' | 'drop'>
}

const WEBHOOK = 'webhook:'

/**
 * A transport that tells people. Each person and each webhook of a change has a delivery of its own: one who cannot be
 * reached holds nobody up, and makes nobody be told again.
 *
 * @example
 * ```ts
 * import { createDesk } from 'deskwright'
 * import { memoryStore } from 'deskwright/memory'
 * import { consoleWay, notifier } from 'deskwright/notifier'
 *
 * const desk = await createDesk({ store: memoryStore(), transports: [notifier({ ways: { console: consoleWay } })] })
 * await desk.close()
 * ```
 */
export function notifier({ name = 'notifier', ways, webhooks = {}, ask = () => 'send' }: NotifierOptions): Transport {
  const deliverTo = async (delivery: Delivery, person: string) => {
    for (const event of toldIn(delivery))
      for (const { contact, via } of event.data.people.filter((one) => one.person === person)) {
        const notification = notificationOf(delivery.tenant, event, { person, via })
        if ((await ask(notification)) === 'send') await firstThatWorks(wanted(ways, contact), notification)
      }
  }
  return {
    name,
    routes: async (delivery) => routesOf(delivery, webhooks),
    deliver: async (delivery) => {
      for (const route of delivery.route === undefined ? routesOf(delivery, webhooks) : [delivery.route]) {
        if (!route.startsWith(WEBHOOK)) await deliverTo(delivery, route)
        else {
          const { route: _, ...rest } = delivery
          const events = toldIn(delivery).filter(({ data }) => data.webhooks.includes(route.slice(WEBHOOK.length)))
          await webhooks[route.slice(WEBHOOK.length)]?.deliver({ ...rest, events })
        }
      }
    },
  }
}

function toldIn({ events }: Delivery): DeskEvent<'escalation.told'>[] {
  return events.filter((event): event is DeskEvent<'escalation.told'> => event.name === 'escalation.told')
}

function routesOf(delivery: Delivery, webhooks: NonNullable<NotifierOptions['webhooks']>): string[] {
  const told = toldIn(delivery)
  const people = told.flatMap(({ data }) => data.people.map(({ person }) => person))
  const names = told.flatMap(({ data }) => data.webhooks.filter((name) => Object.hasOwn(webhooks, name)))
  return [...new Set([...people, ...names.map((name) => `${WEBHOOK}${name}`)])]
}

function notificationOf(
  tenant: string,
  { id, record, data }: DeskEvent<'escalation.told'>,
  { person, via }: { readonly person: string; readonly via: string },
): Notification {
  const { ticketId, policy, run, loop, step, cycle, because, startedBy, happenedAt: at } = data
  return {
    ...{ id: `${id}:${person}`, kind: 'escalation', tenant, person, via, ticketId, escalationId: record.id },
    ...{ policy, run, loop, step, cycle, because, startedBy, at },
  }
}

/** A person's own order, as far as the host has these ways; `null`: the host's. */
function wanted(ways: NotifierOptions['ways'], contact: readonly string[] | null): Way[] {
  const names = contact ?? Object.keys(ways)
  return names.flatMap((name) => (Object.hasOwn(ways, name) ? [ways[name] as Way] : []))
}

async function firstThatWorks(ways: readonly Way[], notification: Notification): Promise<void> {
  const errors: unknown[] = []
  for (const way of ways) {
    try {
      await way(notification)
      return
    } catch (error) {
      errors.push(error)
    }
  }
  const { person } = notification
  if (errors.length > 0) throw new AggregateError(errors, `No way led to ${person}; it is tried again.`)
  // People see it among the dead deliveries: no later try would find a way.
  throw Object.assign(new Error(`${person} has no way that this notifier knows.`), { isFinal: true })
}

/** Writes to the console: for development, and for the first look at a policy. */
export function consoleWay(notification: Notification): void {
  const { person, via, ticketId, policy, loop, step, because, at } = notification
  // biome-ignore lint/suspicious/noConsole: it is what this is for.
  console.log(
    `${at} ${policy}, step ${step}${loop > 1 ? `, time ${loop}` : ''} (${because}): tell ${person} (${via}) of ${ticketId}`,
  )
}
