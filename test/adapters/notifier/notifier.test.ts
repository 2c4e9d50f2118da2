/** Each person is told by the first way that works, in the order they want; one who cannot be reached holds nobody up. */
import { createDesk, type Delivery } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { consoleWay, type Notification, notifier } from 'deskwright/notifier'
import { manualClock } from 'deskwright/testing'
import { expect, it, vi } from 'vitest'
import { MINUTE, MONDAY } from '../../desk/world.ts'

const later = (minutes: number) => new Date(Date.parse(MONDAY) + minutes * MINUTE).toISOString()

async function calling(broken: readonly string[], rest: Partial<Parameters<typeof notifier>[0]> = {}) {
  const sent: [way: string, notification: Notification][] = []
  const down = new Set(broken)
  const way = (name: string) => async (notification: Notification) => {
    if (down.has(name)) throw new Error(`${name} is down`)
    sent.push([name, notification])
  }
  const clock = manualClock(MONDAY)
  const transports = [notifier({ ways: { push: way('push'), sms: way('sms') }, ...rest })]
  const desk = await createDesk({ store: memoryStore(), clock, transports, report: () => {} })
  const me = desk.as({ by: { kind: 'system', id: 'test' } })
  const [ann, bob] = [await me.agent.create({ name: 'Ann' }), await me.agent.create({ name: 'Bob' })]
  const targets = [{ agent: ann.id }, { agent: bob.id }, { webhook: 'pager' }]
  const document = { policies: [{ name: 'p', steps: [{ targets, delay: '1h' as const }] }] }
  const contacts = { [bob.id]: { order: ['sms', 'push'] } }
  await me.policy.publish({ name: 'onCall', document: { contacts } })
  await me.policy.publish({ name: 'escalation', document })
  const ticket = await me.ticket.open({ requester: { email: 'ada@example.org' }, subject: 'Secret', body: 'Secret' })
  const escalation = await me.escalation.start({ ticketId: ticket.id, policy: 'p' })
  return { desk, me, clock, sent, down, ann, bob, ticket, escalation }
}

it('tells each by their own order, and says nothing personal', async () => {
  const { desk, sent, ann, bob, ticket, escalation } = await calling([])
  await desk.tick(later(1))
  await desk.tick(later(1))
  expect(sent.map(([way, { person }]) => [way, person])).toEqual([
    ['push', ann.id],
    ['sms', bob.id],
  ])
  const [[, first] = []] = sent
  expect(first).toMatchObject({
    ...{ kind: 'escalation', tenant: 'main', ticketId: ticket.id, escalationId: escalation.id, policy: 'p' },
    ...{ run: 1, loop: 1, step: 1, cycle: 1, because: 'trigger', startedBy: { kind: 'hand' }, at: MONDAY },
  })
  expect(JSON.stringify(sent)).not.toContain('Secret')
})

it('goes on to the next way, and tries again where none works, for that person alone', async () => {
  const { desk, sent, ann, bob } = await calling(['push'])
  await desk.tick(later(1))
  expect(sent.map(([way, { person }]) => `${way} ${person}`).sort()).toEqual([`sms ${ann.id}`, `sms ${bob.id}`].sort())
  const both = await calling(['push', 'sms'])
  await both.desk.tick(later(1))
  expect(both.sent).toEqual([])
  both.down.clear()
  both.clock.set(later(2))
  await both.desk.tick(later(2))
  expect(both.sent.map(([, { id }]) => id)).toHaveLength(2)
  expect(new Set(both.sent.map(([, { id }]) => id)).size).toBe(2)
})

it('sends nothing any more when the host says that it is over', async () => {
  const asked: string[] = []
  const ask = ({ escalationId }: Notification) => {
    asked.push(escalationId)
    return 'drop' as const
  }
  const { desk, sent, escalation } = await calling([], { ask })
  await desk.tick(later(1))
  expect({ asked: new Set(asked), sent }).toEqual({ asked: new Set([escalation.id]), sent: [] })
})

it('hands webhooks to the transport of that name', async () => {
  const got: Delivery[] = []
  const pager = { deliver: async (delivery: Delivery) => void got.push(delivery) }
  const { desk } = await calling([], { webhooks: { pager } })
  await desk.tick(later(1))
  await desk.tick(later(1))
  expect(got.map(({ events, route }) => [events.map(({ name }) => name), route])).toEqual([
    [['escalation.told'], undefined],
  ])
})

it('writes a line to the console', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  consoleWay({
    ...{ id: 'i', kind: 'escalation', tenant: 'main', person: 'agt_1', via: 'onCall primary', ticketId: 'tkt_1' },
    ...{ escalationId: 'esc_1', policy: 'p', run: 1, loop: 2, step: 1, cycle: 1, because: 'delay' },
    ...{ startedBy: { kind: 'hand', metric: null }, at: MONDAY },
  })
  expect(log.mock.calls).toEqual([[`${MONDAY} p, step 1, time 2 (delay): tell agt_1 (onCall primary) of tkt_1`]])
  log.mockRestore()
})
