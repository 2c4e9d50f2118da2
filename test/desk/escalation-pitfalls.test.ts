/** What went wrong with escalations elsewhere, tried here. */
import type { DeskEvent, HostPolicies } from 'deskwright'
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, openWorld } from './world.ts'

// Monday 17:00 in London.
const START = Date.parse('2026-03-02T17:00:00.000Z')
const at = (minute: number) => new Date(START + minute * MINUTE).toISOString()
const DAY = [['08:00', '18:00']] as const

async function late(policies: (ids: { agent: string; other: string }) => HostPolicies) {
  const world = await openWorld()
  world.clock.set(at(0))
  const agent = await world.agent()
  const other = await world.agent()
  for (const [name, document] of Object.entries(policies({ agent: agent.id, other: other.id })))
    await world.system.policy.publish({ name, document } as never)
  const told = () =>
    world.events
      .filter((event): event is DeskEvent<'escalation.told'> => event.name === 'escalation.told')
      .map(({ data }) => [data.happenedAt, data.policy, data.run])
  return { ...world, agent, other, told }
}

const ladder = (name: string, agent: string, rest: object) =>
  ({ name, steps: [{ targets: [{ agent }], delay: '30m' }], ...rest }) as const

describe('an hour before due', () => {
  // glpi PR#22678: the warning landed at midnight, since the offset was taken from the due instant on the wall.
  it('is an hour of working time before, in the hours of the clock', async () => {
    const { desk, open, told } = await late(({ agent }) => ({
      calendars: { office: { timeZone: 'Europe/London', weekly: { mon: DAY, tue: DAY } } },
      sla: {
        policies: [
          { name: 's', calendar: 'office', metrics: { resolution: { target: '4h', warn: [{ before: '1h' }] } } },
        ],
      },
      escalation: {
        policies: [
          ladder('soon', agent, { starts: [{ clock: 'resolution', on: 'warning', level: { before: '1h' } }] }),
        ],
      },
    }))
    await open()
    await desk.tick(at(24 * 60))
    expect(told()).toEqual([['2026-03-03T10:00:00.000Z', 'soon', 1]])
  })
})

describe('two clocks of one ticket', () => {
  // glpi#2184: a level of one clock was counted by another.
  it('set off each its own ladder, and end each its own', async () => {
    const breach = (clock: string) => ({ starts: [{ clock, on: 'breach' }] })
    const { desk, agent, open, told, system, clock } = await late(({ agent: first, other }) => ({
      sla: { policies: [{ name: 's', metrics: { firstReply: { target: '1h' }, resolution: { target: '2h' } } }] },
      escalation: {
        policies: [ladder('reply', first, breach('firstReply')), ladder('end', other, breach('resolution'))],
      },
    }))
    const { id: ticketId } = await open()
    await desk.tick(at(61))
    clock.set(at(70))
    await agent.desk.ticket.reply({ ticketId, body: 'Hello' })
    await desk.tick(at(125))
    expect(told().map(([when, policy]) => [when, policy])).toEqual([
      [at(60), 'reply'],
      [at(120), 'end'],
    ])
    const { items } = await system.escalation.find({ of: ticketId })
    expect(items.map(({ policy, status }) => `${policy} ${status}`).sort()).toEqual(['end triggered', 'reply resolved'])
  })
})

describe('a clock that runs a second time', () => {
  // zammad#4348: a key of the day swallowed the second reminder. glpi#2408: one breach brought hundreds of mails.
  it('sets the ladder off a second time the same day, and each time once', async () => {
    const { desk, agent, open, told, system, clock, as } = await late(({ agent: first }) => ({
      sla: { policies: [{ name: 's', metrics: { nextReply: { target: '1h' } } }] },
      escalation: { policies: [ladder('answer', first, { starts: [{ clock: 'nextReply', on: 'breach' }] })] },
    }))
    const { id: ticketId, requesterId } = await open()
    const asks = () => as({ kind: 'customer', id: requesterId }).ticket.reply({ ticketId, body: 'And?' })
    await agent.desk.ticket.reply({ ticketId, body: 'Hello' })
    for (const start of [10, 200]) {
      clock.set(at(start))
      await asks()
      for (let minute = start; minute < start + 130; minute += 5) await desk.tick(at(minute))
      clock.set(at(start + 140))
      await agent.desk.ticket.reply({ ticketId, body: 'Now' })
    }
    expect(told()).toEqual([
      [at(70), 'answer', 1],
      [at(260), 'answer', 2],
    ])
    expect(await system.ticket.get({ ticketId })).toMatchObject({ escalation: null })
  })
})

describe('what was acknowledged', () => {
  // oncall#3111: an item that was acknowledged was paged months later.
  it('tells nobody for as long as the ticket is open', async () => {
    const { desk, open, told, system } = await late(({ agent }) => ({
      escalation: { policies: [ladder('p', agent, {})] },
    }))
    const { id: ticketId } = await open()
    const { id: escalationId } = await system.escalation.start({ ticketId, policy: 'p' })
    await system.escalation.acknowledge({ escalationId })
    await desk.tick(at(90 * 24 * 60))
    expect(told()).toHaveLength(1)
  })
})

describe('ladders that set each other off', () => {
  it('come to an end: a policy that runs for a ticket is not started again', async () => {
    const tags = (add: string) => [{ command: 'ticket.tag', input: { add: [add] } }] as const
    const when = (has: string) => [{ when: { field: 'tags', has } }] as const
    const { open, events, system } = await late(() => ({
      escalation: {
        policies: [
          { name: 'a', starts: when('x'), steps: [{ targets: tags('y'), delay: '1h' }] },
          { name: 'b', starts: when('y'), steps: [{ targets: tags('x'), delay: '1h' }] },
        ],
      },
    }))
    const { id: ticketId } = await open()
    await system.ticket.tag({ ticketId, add: ['x'] })
    expect(events.filter(({ name }) => name === 'escalation.started')).toHaveLength(2)
    expect(await system.ticket.get({ ticketId })).toMatchObject({ tags: ['x', 'y'], escalations: [{}, {}] })
  })
})

describe('a command that is tried again', () => {
  it('under its id does it once, and gives the first answer', async () => {
    const { open, told, system, clock } = await late(({ agent }) => ({
      escalation: { policies: [ladder('p', agent, {})] },
    }))
    const { id: ticketId } = await open()
    const start = () => system.escalation.start({ ticketId, policy: 'p' }, { commandId: 'alarm-1' })
    const first = await start()
    await system.escalation.acknowledge({ escalationId: first.id })
    clock.advance(HOUR)
    expect(await start()).toEqual(first)
    expect(told()).toHaveLength(1)
  })
})
