/** Escalations in a desk: started and ended in the commit of what sets them off, rung once, told in the journal. */
import type { DeskEvent, HostPolicies } from 'deskwright'
import { describe, expect, it } from 'vitest'
import { codeOf, HOUR, MINUTE, MONDAY, openWorld } from './world.ts'

const START = Date.parse(MONDAY)
const at = (minute: number) => new Date(START + minute * MINUTE).toISOString()

/** A desk with three agents and a team, under policies that name them. */
async function escalating(policiesOf: (people: { ann: string; bob: string; cy: string; team: string }) => object) {
  const world = await openWorld()
  const team = await world.system.team.create({ name: 'Tier 2' })
  const ann = await world.agent(['agent'], { name: 'Ann' })
  const bob = await world.agent(['agent'], { name: 'Bob', teamIds: [team.id] })
  const cy = await world.agent(['admin'], { name: 'Cy', teamIds: [team.id] })
  const named = { ann: ann.id, bob: bob.id, cy: cy.id, team: team.id }
  for (const [name, document] of Object.entries(policiesOf(named)).sort(([a], [b]) => (a > b ? -1 : 1)))
    await world.system.policy.publish({ name, document } as never)
  const said = (name: string) => world.events.filter((event) => event.name === name)
  return {
    ...world,
    ...{ ann, bob, cy, team },
    /** Minute and people of each telling. */
    told: () =>
      (said('escalation.told') as DeskEvent<'escalation.told'>[]).map(({ data }) => [
        (Date.parse(data.happenedAt) - START) / MINUTE,
        ...data.people.map(({ person }) => Object.entries(named).find(([, id]) => id === person)?.[0]),
      ]),
    said,
  }
}

const LADDER =
  (rest: object = {}) =>
  ({ ann, bob }: { ann: string; bob: string }): HostPolicies => ({
    escalation: {
      policies: [
        {
          name: 'standard',
          steps: [
            { targets: [{ agent: ann }], delay: '15m' },
            { targets: [{ agent: bob }], delay: '30m' },
          ],
          ...rest,
        },
      ],
    },
  })

describe('an escalation by hand', () => {
  it('tells the first step in its own commit, and the others when they are due', async () => {
    const { system, desk, open, told, store } = await escalating(LADDER())
    const { id: ticketId } = await open()
    const escalation = await system.escalation.start({ ticketId, policy: 'standard' })
    expect(escalation).toMatchObject({ status: 'triggered', step: 1, loop: 1, nextAt: at(15), ticketId, run: 1 })
    expect(await system.ticket.get({ ticketId })).toMatchObject({
      escalation: 'triggered',
      escalations: [{ id: escalation.id, policy: 'standard', metric: null, status: 'triggered' }],
    })
    await desk.tick(at(120))
    expect(told()).toEqual([
      [0, 'ann'],
      [15, 'bob'],
    ])
    expect(await system.escalation.get({ escalationId: escalation.id })).toMatchObject({
      status: 'exhausted',
      nextAt: null,
      tellings: 2,
    })
    expect(await system.ticket.find({ where: { field: 'escalation', is: 'exhausted' } })).toMatchObject({
      items: [{ id: ticketId }],
    })
    expect(await store.nextDue('timer')).toBeNull()
    expect(await desk.verify()).toMatchObject({ ok: true, findings: [] })
  })

  it('is silent while one with the same key runs, whatever the ticket, and begins anew once it is resolved', async () => {
    const { system, open, told, said } = await escalating(LADDER())
    const [first, other] = [await open(), await open()]
    const start = (ticketId: typeof first.id) => system.escalation.start({ ticketId, policy: 'standard', key: 'db-1' })
    const one = await start(first.id)
    expect(await start(other.id)).toMatchObject({ id: one.id, ticketId: first.id, repeats: 1 })
    expect(told()).toHaveLength(1)
    expect(said('escalation.repeated')).toHaveLength(1)
    await system.escalation.resolve({ escalationId: one.id })
    expect(await start(other.id)).toMatchObject({ id: one.id, ticketId: other.id, run: 2, repeats: 0 })
    expect(await system.ticket.get({ ticketId: first.id })).toMatchObject({ escalation: null, escalations: [] })
  })

  it('leaves its key to other tickets once it is over, also to those who do not see the ticket that had it', async () => {
    const { system, ann, open } = await escalating(LADDER())
    const [gone, other] = [await open(), await open()]
    const start = (ticketId: typeof gone.id) => ann.desk.escalation.start({ ticketId, policy: 'standard', key: 'db-1' })
    await start(gone.id)
    await system.ticket.delete({ ticketId: gone.id })
    expect(await start(other.id)).toMatchObject({ ticketId: other.id, run: 2, status: 'triggered' })
  })

  it('of low urgency tells the first step and sets no timer', async () => {
    const { system, open, store } = await escalating(LADDER({ acknowledgeTimeout: '5m' }))
    const { id: ticketId } = await open()
    const { id: escalationId } = await system.escalation.start({ ticketId, policy: 'standard', urgency: 'low' })
    expect(await system.escalation.acknowledge({ escalationId })).toMatchObject({
      status: 'acknowledged',
      nextAt: null,
    })
    expect(await store.nextDue('timer')).toBeNull()
  })
})

describe('an acknowledgement', () => {
  it('halts, runs out, and tells the current step again', async () => {
    const { system, ann, desk, open, told, clock } = await escalating(LADDER({ acknowledgeTimeout: '60m' }))
    const { id: ticketId } = await open()
    const { id: escalationId } = await system.escalation.start({ ticketId, policy: 'standard' })
    clock.set(at(5))
    const answered = await ann.desk.escalation.acknowledge({ escalationId })
    expect(answered).toMatchObject({
      status: 'acknowledged',
      acknowledgedBy: [ann.id],
      answeredAt: at(5),
      nextAt: at(65),
    })
    await desk.tick(at(70))
    expect(told()).toEqual([
      [0, 'ann'],
      [65, 'ann'],
    ])
    expect(await system.escalation.get({ escalationId })).toMatchObject({
      status: 'triggered',
      cycle: 2,
      nextAt: at(80),
    })
  })

  it('that comes after a step was due, and before a worker looked, tells that step first', async () => {
    const { system, bob, open, told, clock } = await escalating(LADDER())
    const { id: ticketId } = await open()
    const { id: escalationId } = await system.escalation.start({ ticketId, policy: 'standard' })
    clock.set(at(20))
    await bob.desk.escalation.acknowledge({ escalationId })
    expect(told()).toEqual([
      [0, 'ann'],
      [15, 'bob'],
    ])
    expect(await system.escalation.log({ escalationId })).toMatchObject([
      { says: 'Started by hand.' },
      { at: at(0) },
      { at: at(15), writtenAt: at(20) },
      { at: at(20), says: `${bob.id} acknowledged.` },
    ])
  })
})

describe('an acknowledgement in the very moment of a step', () => {
  it('halts that step, also after a worker looked at that moment', async () => {
    const { system, ann, desk, open, told, clock } = await escalating(LADDER())
    const { id: ticketId } = await open()
    const { id: escalationId } = await system.escalation.start({ ticketId, policy: 'standard' })
    clock.set(at(15))
    await desk.tick()
    await ann.desk.escalation.acknowledge({ escalationId })
    await desk.tick(at(60))
    expect(told()).toEqual([[0, 'ann']])
  })
})

describe('by hand', () => {
  it('it goes one step on, is taken back, and is refused where nothing would change', async () => {
    const { system, open, told, clock } = await escalating(LADDER())
    const { id: ticketId } = await open()
    const { id: escalationId } = await system.escalation.start({ ticketId, policy: 'standard' })
    expect(await codeOf(system.escalation.unacknowledge({ escalationId }))).toBe('escalation.not-acknowledged')
    clock.set(at(1))
    await system.escalation.escalate({ escalationId })
    clock.set(at(2))
    await system.escalation.acknowledge({ escalationId })
    clock.set(at(3))
    await system.escalation.unacknowledge({ escalationId })
    expect(told()).toEqual([
      [0, 'ann'],
      [1, 'bob'],
      [3, 'bob'],
    ])
    await system.escalation.escalate({ escalationId })
    expect(await codeOf(system.escalation.escalate({ escalationId }))).toBe('escalation.exhausted')
    await system.escalation.resolve({ escalationId })
    expect(await codeOf(system.escalation.acknowledge({ escalationId }))).toBe('escalation.resolved')
    expect(await codeOf(system.escalation.start({ ticketId, policy: 'no' }))).toBe('escalation.unknown-policy')
    await system.ticket.solve({ ticketId })
    expect(await codeOf(system.escalation.start({ ticketId, policy: 'standard' }))).toBe('escalation.ticket-done')
    expect(await codeOf(system.escalation.acknowledge({ escalationId: 'esc_0' }))).toBe('escalation.not-found')
  })
})

describe('a ticket that is done', () => {
  it.each(['solve', 'delete', 'merge'])('by %s ends its escalations in that commit', async (how) => {
    const { system, open, store, during } = await escalating(LADDER())
    const { id: ticketId } = await open()
    const { id: escalationId } = await system.escalation.start({ ticketId, policy: 'standard' })
    const into = (await open()).id
    const events = await during(async () => {
      if (how === 'solve') await system.ticket.solve({ ticketId })
      else if (how === 'delete') await system.ticket.delete({ ticketId })
      else await system.ticket.merge({ ticketId, intoId: into })
    })
    expect(events).toContain('escalation.resolved')
    expect(await system.escalation.get({ escalationId })).toMatchObject({ status: 'resolved', nextAt: null })
    const due = await store.nextDue('timer')
    expect(due === null || due > at(60)).toBe(true)
  })
})

const SLA = {
  sla: {
    policies: [{ name: 'sla', metrics: { firstReply: { target: '60m', warn: [0.5] }, resolution: { target: '4h' } } }],
  },
} satisfies HostPolicies

describe('a clock', () => {
  const starts =
    (...all: object[]) =>
    (people: { ann: string; bob: string }) => ({ ...SLA, ...LADDER({ starts: all })(people) })

  it('sets an escalation off when it warns, at its own instant, and ends it when it is met', async () => {
    const { desk, system, ann, open, told, said, clock } = await escalating(
      starts({ clock: 'firstReply', on: 'warning', level: 0.5 }),
    )
    const { id: ticketId } = await open()
    await desk.tick(at(40))
    expect(told()).toEqual([[30, 'ann']])
    expect(said('escalation.started')).toMatchObject([
      { data: { startedBy: { kind: 'warning', metric: 'firstReply' } } },
    ])
    clock.set(at(41))
    await ann.desk.ticket.reply({ ticketId, body: 'Hello' })
    expect(said('escalation.resolved')).toMatchObject([{ data: { why: 'sla.met' } }])
    expect(await system.ticket.get({ ticketId })).toMatchObject({ escalation: null })
  })

  it('that breached hours ago, while no worker ran, is caught up with in order', async () => {
    const { desk, open, told } = await escalating(starts({ clock: 'firstReply', on: 'breach' }))
    await open()
    await desk.tick(at(240))
    expect(told()).toEqual([
      [60, 'ann'],
      [75, 'bob'],
    ])
  })

  it('that was late already when its policy attached is left out where the start says so', async () => {
    const world = await escalating(LADDER({ starts: [{ clock: 'firstReply', on: 'breach', retroactive: 'skip' }] }))
    const { id: ticketId } = await world.open()
    world.clock.set(at(90))
    await world.system.policy.publish({ name: 'sla', document: SLA.sla })
    await world.system.sla.recompute({ ticketId })
    expect(world.said('sla.breached')).toMatchObject([{ data: { retroactive: true } }])
    expect(world.told()).toEqual([])
  })

  it('that is met in the commit in which its breach is noticed sets nothing off: it is over', async () => {
    const { ann, open, told, said, clock } = await escalating(starts({ clock: 'firstReply', on: 'breach' }))
    const { id: ticketId } = await open()
    clock.set(at(61))
    await ann.desk.ticket.reply({ ticketId, body: 'Hello' })
    expect(said('sla.breached')).toHaveLength(1)
    expect(told()).toEqual([])
  })
})

describe('a condition', () => {
  it('sets an escalation off when a ticket comes to meet it, once', async () => {
    const starts = [{ when: { field: 'priority', is: 'P1' } }, { when: { field: 'reopenCount', gte: 2 } }] as const
    const { system, open, told, said } = await escalating(LADDER({ starts }))
    const { id: ticketId } = await open()
    expect(told()).toEqual([])
    await system.ticket.change({ ticketId, priority: 'P1' })
    await system.ticket.tag({ ticketId, add: ['vip'] })
    expect(told()).toHaveLength(1)
    await open('bob@example.org', { priority: 'P1' })
    expect(told()).toHaveLength(2)
    expect(said('escalation.repeated')).toEqual([])
  })

  it('that must last is watched by a timer, which goes when the ticket no longer meets it', async () => {
    const starts = [{ when: { field: 'assigneeId', is: null }, for: '30m' }] as const
    const { system, desk, ann, open, told } = await escalating(LADDER({ starts }))
    const [lonely, taken] = [await open(), await open()]
    await system.ticket.assign({ ticketId: taken.id, assigneeId: ann.id })
    await desk.tick(at(40))
    expect(told()).toEqual([[30, 'ann']])
    expect(await system.escalation.find({ of: lonely.id })).toMatchObject({ items: [{ status: 'triggered' }] })
    await desk.tick(at(200))
    expect(await desk.dead({ of: 'timer' })).toEqual([])
  })

  it('of silence is counted anew from each word of ours', async () => {
    const { ann, desk, open, told, clock } = await escalating(LADDER({ starts: [{ silentFor: '60m' }] }))
    const { id: ticketId } = await open()
    clock.set(at(50))
    await ann.desk.ticket.note({ ticketId, body: 'I look at it' })
    await desk.tick(at(109))
    expect(told()).toEqual([])
    await desk.tick(at(111))
    expect(told()).toEqual([[110, 'ann']])
  })
})

describe('targets of a desk', () => {
  const one =
    (targets: object[], rest: object = {}) =>
    () => ({
      escalation: { policies: [{ name: 'standard', steps: [{ targets, delay: '15m' }], ...rest }] },
    })

  it('are the agents of a team, those with a role in it, the assignee, and whoever is on call', async () => {
    const { system, ann, bob, open, told, team } = await escalating(
      (people) =>
        ({
          ...one([
            { role: 'admin', within: 'team' },
            { onCall: 'primary' },
            { ticket: 'assignee' },
            { team: people.team },
          ])(),
          onCall: {
            schedules: {
              primary: {
                timeZone: 'UTC',
                layers: [{ people: [people.ann], turn: 'daily', start: '2026-03-01T00:00' }],
              },
            },
            contacts: { [people.ann]: { order: ['push', 'sms'] } },
          },
        }) as HostPolicies,
    )
    const { id: ticketId } = await open('ada@example.org', { teamId: team.id, assigneeId: bob.id })
    const { id } = await system.escalation.start({ ticketId, policy: 'standard' })
    expect(told()).toEqual([[0, 'cy', 'ann', 'bob']])
    const [, entry] = await system.escalation.log({ escalationId: id })
    expect(entry?.event.data).toMatchObject({
      people: [{}, { person: ann.id, contact: ['push', 'sms'] }, {}],
      missing: [],
    })
  })

  it('may have roles that are called as what every object has', async () => {
    const { system, agent, open, said } = await escalating(() => ({
      ...one([{ role: 'constructor' }])(),
      roles: { roles: { constructor: { 'ticket.get': 'own' } } },
    }))
    const dee = await agent(['constructor'])
    const { id: ticketId } = await open()
    await system.escalation.start({ ticketId, policy: 'standard' })
    expect(said('escalation.told')).toMatchObject([{ data: { people: [{ person: dee.id }], missing: [] } }])
  })

  it('who are gone stand for nobody: the fallback is told, and the log says so', async () => {
    const { system, bob, open, told } = await escalating(({ ann, bob: second }) =>
      one([{ agent: second }], { fallback: [{ agent: ann }] })(),
    )
    await system.agent.change({ agentId: bob.id, accepting: false })
    await system.agent.deactivate({ agentId: bob.id })
    const { id: ticketId } = await open()
    const { id: escalationId } = await system.escalation.start({ ticketId, policy: 'standard' })
    expect(told()).toEqual([[0, 'ann']])
    const [, entry] = await system.escalation.log({ escalationId })
    expect(entry?.says).toContain(`there is nobody for agent ${bob.id}`)
  })

  it('may be commands: the ticket moves on to the next tier in that commit, its history and clocks stay', async () => {
    const { system, team, open, during, said } = await escalating((people) => ({
      ...SLA,
      ...one([
        { command: 'ticket.assign', input: { teamId: people.team } },
        { command: 'ticket.change', input: { priority: 'P1' } },
        { agent: people.bob },
      ])(),
    }))
    const { id: ticketId } = await open()
    const before = await system.sla.get({ ticketId })
    const events = await during(() => system.escalation.start({ ticketId, policy: 'standard' }))
    expect(events.slice(0, 2)).toEqual(['ticket.assigned', 'ticket.changed'])
    expect(await system.ticket.get({ ticketId })).toMatchObject({
      teamId: team.id,
      priority: 'P1',
      escalation: 'triggered',
    })
    expect(said('escalation.told')).toMatchObject([
      {
        data: {
          commands: [
            { command: 'ticket.assign', refused: null },
            { command: 'ticket.change', refused: null },
          ],
        },
      },
    ])
    const after = await system.sla.get({ ticketId })
    expect(after.clocks.map(({ startedAt }) => startedAt)).toEqual(before.clocks.map(({ startedAt }) => startedAt))
  })

  it('whose command is refused are told of it, and the others are told all the same', async () => {
    const { system, bob, open, said } = await escalating(({ ann, bob: second }) =>
      one([{ command: 'ticket.assign', input: { assigneeId: second } }, { agent: ann }])(),
    )
    await system.agent.change({ agentId: bob.id, accepting: false })
    const { id: ticketId } = await open()
    await system.escalation.start({ ticketId, policy: 'standard' })
    expect(said('escalation.told')).toMatchObject([
      { data: { commands: [{ refused: 'ticket.bad-assignee' }], people: [{}] } },
    ])
  })
})

describe('a policy that changes', () => {
  it('changes nothing for an escalation that runs by the version before', async () => {
    const { system, desk, open, told } = await escalating(LADDER())
    const { id: ticketId } = await open()
    await system.escalation.start({ ticketId, policy: 'standard' })
    await system.policy.publish({ name: 'escalation', document: { policies: [] } })
    await desk.tick(at(60))
    expect(told()).toHaveLength(2)
  })

  const LONELY = { when: { field: 'assigneeId', is: null }, for: '30m' } as const
  const BREACH = { clock: 'resolution', on: 'breach' } as const
  it.each<[string, readonly object[], number[]]>([
    ['longer than it waits', [{ ...LONELY, for: '4h' }], []],
    ['a clock that is not late', [BREACH], []],
    ['another condition that the ticket meets', [{ when: { field: 'tags', has: 'vip' }, for: '30m' }], []],
    ['the same behind another', [BREACH, LONELY], [30]],
    ['the same twice', [LONELY, LONELY], [30]],
  ])('lets a start that waits begin only while it has it: %s', async (_, starts, minutes) => {
    const policies = LADDER({ starts: [LONELY] })
    const { system, desk, ann, bob, open, told } = await escalating((people) => ({ ...SLA, ...policies(people) }))
    await open('ada@example.org', { tags: ['vip'] })
    const { escalation } = LADDER({ starts })({ ann: ann.id, bob: bob.id })
    await system.policy.publish({ name: 'escalation', document: escalation as never })
    await desk.tick(at(31))
    expect(told().map(([minute]) => minute)).toEqual(minutes)
    expect(await desk.dead({ of: 'timer' })).toEqual([])
  })

  it.each<[string, object, string]>([
    ['a bad ladder', { escalation: { policies: [{ name: 'x', steps: [] }] } }, 'escalation.malformed'],
    [
      'a schedule that is not there',
      { escalation: { policies: [{ name: 'x', steps: [{ targets: [{ onCall: 'x' }], delay: '1m' }] }] } },
      'escalation.unknown-name',
    ],
    [
      'a command that a step may not do',
      { escalation: { policies: [{ name: 'x', steps: [{ targets: [{ command: 'ticket.delete' }], delay: '1m' }] }] } },
      'escalation.unknown-name',
    ],
    [
      'an input that the command does not take',
      {
        escalation: {
          policies: [{ name: 'x', steps: [{ targets: [{ command: 'ticket.tag', input: { add: 1 } }], delay: '1m' }] }],
        },
      },
      'escalation.malformed',
    ],
    [
      'an agent who is not there',
      { escalation: { policies: [{ name: 'x', steps: [{ targets: [{ agent: 'agt_01JNONE' }], delay: '1m' }] }] } },
      'reference.unknown',
    ],
    [
      'a turn of nothing',
      {
        onCall: {
          schedules: { x: { timeZone: 'UTC', layers: [{ people: ['agt_0'], turn: 0, start: '2026-03-01T00:00' }] } },
        },
      },
      'onCall.bad-turn',
    ],
    [
      'a turn of nobody who is there',
      {
        onCall: {
          schedules: {
            x: { timeZone: 'UTC', layers: [{ people: ['agt_0'], turn: 'daily', start: '2026-03-01T00:00' }] },
          },
        },
      },
      'reference.unknown',
    ],
  ])('is refused for %s', async (_, documents, code) => {
    const { system } = await openWorld()
    const [[name, document] = []] = Object.entries(documents)
    expect(await codeOf(system.policy.publish({ name, document } as never))).toBe(code)
  })
})

describe('reads', () => {
  it('count how soon people answer', async () => {
    const { system, ann, open, clock, desk } = await escalating(LADDER())
    for (const minutes of [4, 8]) {
      const { id: ticketId } = await open()
      const { id: escalationId } = await system.escalation.start({ ticketId, policy: 'standard' })
      clock.set(new Date(clock.now() + minutes * MINUTE).toISOString())
      await ann.desk.escalation.acknowledge({ escalationId })
    }
    const { id: ticketId } = await open()
    await system.escalation.start({ ticketId, policy: 'standard' })
    await desk.tick(at(120))
    const period = { from: at(0), until: at(120) }
    expect(await system.escalation.times(period)).toEqual([
      { policy: 'standard', started: 3, acknowledged: 2, exhausted: 1, meanMs: 6 * MINUTE },
    ])
    expect(await system.escalation.times({ from: at(100), until: at(120) })).toEqual([])
  })

  it('count a run that comes to its end again after an acknowledgement once, and the next run anew', async () => {
    const { system, ann, open, clock, desk, said } = await escalating(LADDER({ acknowledgeTimeout: '10m' }))
    const { id: ticketId } = await open()
    for (const start of [0, 300]) {
      clock.set(at(start))
      const { id: escalationId } = await system.escalation.start({ ticketId, policy: 'standard' })
      await desk.tick(at(start + 60))
      clock.set(at(start + 60))
      await ann.desk.escalation.acknowledge({ escalationId })
      await desk.tick(at(start + 200))
      clock.set(at(start + 200))
      await system.escalation.resolve({ escalationId })
    }
    expect(said('escalation.exhausted')).toHaveLength(4)
    expect(await system.escalation.times({ from: at(0), until: at(600) })).toMatchObject([{ started: 2, exhausted: 2 }])
  })

  it('show a ladder before it runs, with the names of people, and who is on call', async () => {
    const { system, ann, open } = await escalating((people) => ({
      ...LADDER()(people),
      onCall: {
        schedules: {
          primary: {
            timeZone: 'UTC',
            layers: [
              {
                people: [people.ann, people.bob],
                turn: 'daily',
                start: '2026-03-01T09:00',
                hours: { mon: [['09:00', '12:00']] },
              },
            ],
          },
        },
      },
    }))
    const { id: ticketId } = await open()
    const preview = await system.escalation.preview({ policy: 'standard', of: ticketId, at: at(0) })
    expect(preview).toMatchObject({
      policy: 'standard',
      rungs: [{ step: 1 }, { step: 2 }],
      exhaustedAt: START + 45 * MINUTE,
    })
    expect(preview.text).toContain('Ann')
    expect(preview.svg).toContain('<svg')
    expect(await system.escalation.onCall({ schedule: 'primary' })).toEqual([{ id: expect.any(String), name: 'Bob' }])
    const { gaps } = await system.escalation.coverage({ schedule: 'primary', from: at(-30), until: at(24 * 60) })
    expect(gaps).toEqual([{ from: '2026-03-02T12:00:00.000Z', until: at(24 * 60), people: [] }])
    expect(await system.escalation.feed({ agentId: ann.id, from: at(0), until: at(60 * 24 * 28) })).toContain(
      'BEGIN:VEVENT',
    )
    expect((await system.escalation.check({})).map(({ code }) => code)).toEqual(['onCall.gap'])
    expect(await codeOf(system.escalation.onCall({ schedule: 'x' }))).toBe('escalation.unknown-schedule')
  })

  it('show an agent whose right reaches some tickets only the escalations of those', async () => {
    const { system, as, open, team, agent } = await escalating((people) => ({
      ...LADDER()(people),
      roles: {
        roles: {
          own: {
            'ticket.get': 'own',
            'escalation.get': 'own',
            'escalation.find': 'own',
            'escalation.start': 'own',
            'escalation.acknowledge': 'own',
          },
        },
      },
    }))
    const dee = await agent(['own'])
    const [mine, other] = [
      await open('a@example.org', { followerIds: [dee.id] }),
      await open('b@example.org', { teamId: team.id }),
    ]
    const start = async (ticketId: typeof mine.id) =>
      (await system.escalation.start({ ticketId, policy: 'standard' })).id
    const ids = [await start(mine.id), await start(other.id)] as const
    expect(await dee.desk.escalation.get({ escalationId: ids[0] })).toMatchObject({ ticketId: mine.id })
    expect(await codeOf(dee.desk.escalation.get({ escalationId: ids[1] }))).toBe('escalation.not-found')
    await expect(dee.desk.escalation.acknowledge({ escalationId: ids[1] })).rejects.toMatchObject({
      code: 'escalation.not-found',
      data: { id: ids[1] },
    })
    expect(await dee.desk.escalation.acknowledge({ escalationId: ids[0] })).toMatchObject({ status: 'acknowledged' })
    await system.escalation.start({ ticketId: other.id, policy: 'standard', key: 'db-1' })
    const taken = dee.desk.escalation.start({ ticketId: mine.id, policy: 'standard', key: 'db-1' })
    expect(await codeOf(taken)).toBe('escalation.key-elsewhere')
    expect(await codeOf(dee.desk.escalation.find({}))).toBe('access.forbidden')
    expect((await dee.desk.escalation.find({ of: mine.id })).items).toHaveLength(1)
    expect(await codeOf(as({ kind: 'customer', id: mine.requesterId }).escalation.get({ escalationId: ids[0] }))).toBe(
      'access.forbidden',
    )
  })

  it('leave out escalations of tickets that are deleted, and fill the page with others', async () => {
    const { system, ann, open, clock } = await escalating(LADDER())
    const ids: string[] = []
    for (let n = 0; n < 6; n++) {
      clock.advance(MINUTE)
      const { id: ticketId } = await open()
      ids.unshift((await system.escalation.start({ ticketId, policy: 'standard' })).id)
      if (n % 2 === 0) await system.ticket.delete({ ticketId })
    }
    const seen = ids.filter((_, n) => n % 2 === 0)
    const first = await ann.desk.escalation.find({ limit: 2 })
    expect(first.items.map(({ id }) => id)).toEqual(seen.slice(0, 2))
    const rest = await ann.desk.escalation.find({ limit: 2, after: first.next as string })
    expect(rest).toMatchObject({ items: [{ id: seen[2] }], next: null })
    expect((await system.escalation.find({})).items.map(({ id }) => id)).toEqual(ids)
  })
})

describe('a check', () => {
  it('finds starts by clocks and warnings that no SLA policy has', async () => {
    const starts = [
      { clock: 'firstReply', on: 'warning', level: 0.5 },
      { clock: 'firstReply', on: 'warning', level: 0.8 },
      { clock: 'nextReply', on: 'breach' },
      { clock: 'resolution', on: 'warning' },
    ]
    const { system } = await escalating((people) => ({ ...SLA, ...LADDER({ starts })(people) }))
    const found = await system.escalation.check({})
    expect(found.map(({ code, place }) => [code, place])).toEqual([
      ['escalation.never-starts', 'policies.standard.starts[1]'],
      ['escalation.never-starts', 'policies.standard.starts[2]'],
      ['escalation.never-starts', 'policies.standard.starts[3]'],
    ])
  })
})

describe('an hour of many', () => {
  it('keeps to one timer for each escalation', async () => {
    const { system, open, store } = await escalating(LADDER())
    for (let n = 0; n < 5; n++) await system.escalation.start({ ticketId: (await open()).id, policy: 'standard' })
    const due = await store.claim('timer', { now: at(60), limit: 100, leaseMs: HOUR })
    expect(due).toHaveLength(5)
  })
})
