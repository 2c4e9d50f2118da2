/** The rules of the ladder, one by one. */
import { type EscalationPolicyDefinition, type ReplayEscalationInput, replayEscalation } from 'deskwright/escalation'
import { describe, expect, it } from 'vitest'

const START = Date.parse('2026-03-02T10:00:00Z')
const at = (minute: number) => START + minute * 60_000
const trigger = { at: START, type: 'trigger' } as const

const TWO: EscalationPolicyDefinition = {
  name: 'two',
  steps: [
    { name: 'tier 1', targets: [{ agent: 'ann' }], delay: '15m' },
    { name: 'tier 2', targets: [{ agent: 'bob' }], delay: '30m' },
  ],
}

function play(rest: Partial<ReplayEscalationInput>) {
  const replayed = replayEscalation({ policy: TWO, events: [trigger], asOf: at(600), ...rest })
  const told = replayed.tellings.map(({ at: when, people, because, loop, step, cycle }) => ({
    minute: (when - START) / 60_000,
    people: people.map(({ person }) => person).join(' '),
    because,
    place: `${loop}.${step}.${cycle}`,
  }))
  return { ...replayed, told }
}

describe('a ladder that nobody answers', () => {
  it('tells the first step at the trigger, the others after the delay of the one before, and is exhausted after the last', () => {
    const { told, state, exhausted, nextAt } = play({})
    expect(told).toEqual([
      { minute: 0, people: 'ann', because: 'trigger', place: '1.1.1' },
      { minute: 15, people: 'bob', because: 'delay', place: '1.2.1' },
    ])
    expect({ state, exhausted, nextAt }).toEqual({ state: 'exhausted', exhausted: true, nextAt: null })
  })

  it('says when it goes on', () => {
    expect(play({ asOf: at(20) })).toMatchObject({ state: 'triggered', loop: 1, step: 2, nextAt: at(45) })
  })

  it('can be acknowledged when it is exhausted, and tells the last step again when that runs out', () => {
    const policy = { ...TWO, acknowledgeTimeout: '10m' } as const
    const { told, state } = play({ policy, events: [trigger, { at: at(100), type: 'acknowledge', by: 'cy' }] })
    expect(told.slice(2)).toEqual([{ minute: 110, people: 'bob', because: 'acknowledgeTimeout', place: '1.2.2' }])
    expect(state).toBe('exhausted')
  })

  it('counts a delay in working time', () => {
    const calendars = {
      office: { timeZone: 'UTC', weekly: { mon: [['09:00', '10:10']], tue: [['09:00', '17:00']] } },
    } as const
    const steps = TWO.steps.map((step) => ({ ...step, delay: { working: '15m', calendar: 'office' } as const }))
    const { told } = play({ calendars, policy: { ...TWO, steps }, asOf: at(60 * 24) })
    expect(told.map(({ minute }) => minute)).toEqual([0, 23 * 60 + 5])
  })
})

describe('an acknowledgement', () => {
  it('beats the step that is due at the same instant', () => {
    const { told, state, acknowledgedBy } = play({ events: [trigger, { at: at(15), type: 'acknowledge', by: 'ann' }] })
    expect({ told: told.length, state, acknowledgedBy }).toEqual({
      told: 1,
      state: 'acknowledged',
      acknowledgedBy: ['ann'],
    })
  })

  it('comes too late for a step that was due a moment before', () => {
    const { told } = play({ events: [trigger, { at: at(15) + 1, type: 'acknowledge', by: 'ann' }] })
    expect(told.map(({ people }) => people)).toEqual(['ann', 'bob'])
  })

  it('of one among those who must all answer halts nothing', () => {
    const steps = [{ targets: [{ agent: 'ann' }, { agent: 'bob' }], delay: '15m', acknowledge: 'everyone' }] as const
    const one = { at: at(1), type: 'acknowledge', by: 'ann' } as const
    const other = { at: at(2), type: 'acknowledge', by: 'bob' } as const
    const policy = { name: 'all', steps, repeat: 1 } as const
    expect(play({ policy, events: [trigger, one], asOf: at(20) }).told).toHaveLength(2)
    expect(play({ policy, events: [trigger, one, other], asOf: at(20) })).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: ['ann', 'bob'],
      tellings: [{ loop: 1 }],
    })
  })

  it('taken back tells the current step again, and goes on from there', () => {
    const events = [
      trigger,
      { at: at(20), type: 'acknowledge' },
      { at: at(50), type: 'unacknowledge', by: 'bob' },
    ] as const
    expect(play({ events }).told.slice(1)).toEqual([
      { minute: 15, people: 'bob', because: 'delay', place: '1.2.1' },
      { minute: 50, people: 'bob', because: 'unacknowledged', place: '1.2.2' },
    ])
  })
})

describe('by hand', () => {
  it('it goes one step on, also from an acknowledgement', () => {
    const events = [trigger, { at: at(3), type: 'acknowledge' }, { at: at(5), type: 'escalate', by: 'ann' }] as const
    expect(play({ events, asOf: at(10) })).toMatchObject({
      state: 'triggered',
      step: 2,
      nextAt: at(35),
      acknowledgedBy: [],
    })
  })

  it('it is exhausted when there is no step left', () => {
    const hand = (minute: number) => ({ at: at(minute), type: 'escalate' }) as const
    expect(play({ events: [trigger, hand(1), hand(2), hand(3)], asOf: at(3) })).toMatchObject({
      state: 'exhausted',
      tellings: [{ step: 1 }, { step: 2 }],
    })
  })

  it('it ends, and begins anew with the next trigger', () => {
    const events = [trigger, { at: at(1), type: 'resolve' }, { at: at(90), type: 'trigger' }] as const
    const { tellings, state } = play({ events, asOf: at(91) })
    expect(tellings.map(({ run, loop, step }) => ({ run, loop, step }))).toEqual([
      { run: 1, loop: 1, step: 1 },
      { run: 2, loop: 1, step: 1 },
    ])
    expect(state).toBe('triggered')
  })

  it('nothing moves what was never triggered, or is resolved', () => {
    const events = [
      { at: START, type: 'acknowledge' },
      { at: START, type: 'escalate' },
      { at: START, type: 'resolve' },
    ] as const
    expect(play({ events })).toMatchObject({ state: 'idle', tellings: [], events: [] })
  })
})

describe('targets', () => {
  const step = (targets: EscalationPolicyDefinition['steps'][number]['targets']) =>
    ({ name: 'one', steps: [{ targets, delay: '15m' }] }) as const

  it('tell a person once, by the first target that stands for them', () => {
    const directory = { teams: { t: ['bob', 'ann'] }, assignee: 'ann' }
    const { tellings } = play({ policy: step([{ ticket: 'assignee' }, { team: 't' }]), directory })
    expect(tellings[0]?.people).toEqual([
      { person: 'ann', via: 'ticket assignee', contact: null },
      { person: 'bob', via: 'team t', contact: null },
    ])
  })

  it('that stand for nobody bring in the fallback, and are named', () => {
    const policy = { ...step([{ ticket: 'assignee' }, { agent: 'ann' }]), fallback: [{ agent: 'boss' }] } as const
    const { tellings } = play({ policy })
    expect(tellings[0]?.people.map(({ person }) => person)).toEqual(['ann', 'boss'])
    expect(tellings[0]?.missing).toEqual(['ticket assignee'])
  })

  it('pass over whoever has quiet hours without a way to be reached', () => {
    const quiet = (order: string[]) => ({ timeZone: 'UTC', hours: { mon: [['09:00', '11:00']] as const }, order })
    const contacts = {
      ann: { order: ['push'], quiet: quiet([]) },
      bob: { order: ['push', 'sms'], quiet: quiet(['mail']) },
      cy: { order: ['voice'] },
    }
    const policy = step([{ agent: 'ann' }, { agent: 'bob' }, { agent: 'cy' }])
    const { tellings } = play({ policy, contacts })
    expect(tellings[0]).toMatchObject({
      people: [
        { person: 'bob', contact: ['mail'] },
        { person: 'cy', contact: ['voice'] },
      ],
      missing: ['agent ann'],
    })
  })

  it('hand webhooks and commands over as they are', () => {
    const raise = { command: 'ticket.change', input: { priority: 'P1' } } as const
    const { tellings } = play({ policy: step([{ webhook: 'pager' }, raise, { webhook: 'pager' }]) })
    expect(tellings[0]).toMatchObject({ people: [], webhooks: ['pager'], commands: [raise] })
  })

  it('nobody of whom is there make no storm: the end of the steps waits its delay', () => {
    const policy = { ...step([{ onCall: 'gap' }]), repeat: 2 }
    const schedules = { gap: { timeZone: 'UTC', layers: [] } }
    const { events } = play({ policy, schedules })
    expect(events.map(({ name, at: when }) => [name, (when - START) / 60_000])).toEqual([
      ['started', 0],
      ['passed', 0],
      ['passed', 15],
      ['passed', 30],
      ['exhausted', 45],
    ])
  })
})

describe('conditions and jumps', () => {
  const when = { field: 'priority', is: 'P1' } as const
  const policy: EscalationPolicyDefinition = {
    name: 'vip',
    steps: [
      { targets: [{ agent: 'ann' }], delay: '5m', jump: { to: 'managers', when } },
      { targets: [{ agent: 'bob' }], delay: '5m' },
      { name: 'managers', targets: [{ agent: 'meg' }], delay: '5m' },
      { targets: [{ agent: 'ceo' }], delay: '5m', when },
    ],
  }

  it('lead past steps where the ticket meets them', () => {
    const whom = (priority: string) => play({ policy, record: { priority } }).told.map(({ people }) => people)
    expect(whom('P1')).toEqual(['ann', 'meg', 'ceo'])
    expect(whom('P3')).toEqual(['ann', 'bob', 'meg'])
  })

  it('can lead to the end', () => {
    const short = { ...policy, steps: [{ ...policy.steps[0]!, jump: { to: 'end', when } }, policy.steps[1]!] }
    expect(play({ policy: short, record: { priority: 'P1' } })).toMatchObject({
      state: 'exhausted',
      tellings: [{ step: 1 }],
    })
  })
})
