/** Whatever is wrong in a policy, a schedule or a history is refused with a code and the place where it stands. */
import { checkEscalations, coverage, lintSchedules, replayEscalation, whoIsOnCall } from 'deskwright/escalation'
import { describe, expect, it } from 'vitest'
import { codeAndPlace } from '../sla/clocks/code-and-place.ts'

const STEP = { targets: [{ agent: 'ann' }], delay: '5m' }
const policy = (rest: object) => [{ name: 'p', steps: [STEP], ...rest }]
const steps = (...rest: object[]) => policy({ steps: rest.map((one) => ({ ...STEP, ...one })) })
const KNOWN = {
  calendars: new Set(['office']),
  schedules: new Set(['primary']),
  people: new Set(['ann']),
  teams: new Set(['ops']),
  roles: new Set(['lead']),
  commands: new Set(['ticket.change']),
}

describe('a policy', () => {
  it.each<[string, unknown, string, string]>([
    ['no list', {}, 'escalation.malformed', 'policies'],
    ['no object', [1], 'escalation.malformed', 'policies[0]'],
    ['a strange prototype', [new Map()], 'escalation.malformed', 'policies[0]'],
    ['an unknown key', policy({ loops: 1 }), 'escalation.unknown-key', 'policies[0].loops'],
    ['no name', policy({ name: ' ' }), 'escalation.malformed', 'policies[0].name'],
    ['a name twice', [...policy({}), ...policy({})], 'escalation.name-twice', 'policies[1].name'],
    ['no steps', policy({ steps: [] }), 'escalation.malformed', 'policies[0].steps'],
    ['a list with a hole', policy({ steps: new Array(1) }), 'escalation.malformed', 'policies[0].steps[0]'],
    ['ten repeats', policy({ repeat: 10 }), 'escalation.malformed', 'policies[0].repeat'],
    ['half a repeat', policy({ repeat: 0.5 }), 'escalation.malformed', 'policies[0].repeat'],
    ['a day as a delay', steps({ delay: '1d' }), 'escalation.bad-delay', 'policies[0].steps[0].delay'],
    ['no delay', steps({ delay: undefined }), 'escalation.bad-delay', 'policies[0].steps[0].delay'],
    [
      'an unknown calendar',
      steps({ delay: { working: '1h', calendar: 'x' } }),
      'escalation.unknown-name',
      'policies[0].steps[0].delay.calendar',
    ],
    [
      'an acknowledgement for no time',
      policy({ acknowledgeTimeout: 0 }),
      'escalation.bad-delay',
      'policies[0].acknowledgeTimeout',
    ],
    ['half an answer', steps({ acknowledge: 'half' }), 'escalation.malformed', 'policies[0].steps[0].acknowledge'],
    ['no targets', steps({ targets: [] }), 'escalation.malformed', 'policies[0].steps[0].targets'],
    ['a target of no kind', steps({ targets: [{}] }), 'escalation.malformed', 'policies[0].steps[0].targets[0]'],
    [
      'a target of two kinds',
      steps({ targets: [{ agent: 'ann', team: 'ops' }] }),
      'escalation.malformed',
      'policies[0].steps[0].targets[0]',
    ],
    [
      'an unknown person',
      steps({ targets: [{ agent: 'zed' }] }),
      'escalation.unknown-name',
      'policies[0].steps[0].targets[0].agent',
    ],
    [
      'an unknown team',
      steps({ targets: [{ team: 'zed' }] }),
      'escalation.unknown-name',
      'policies[0].steps[0].targets[0].team',
    ],
    [
      'an unknown role',
      steps({ targets: [{ role: 'zed' }] }),
      'escalation.unknown-name',
      'policies[0].steps[0].targets[0].role',
    ],
    [
      'an unknown schedule',
      steps({ targets: [{ onCall: 'zed' }] }),
      'escalation.unknown-name',
      'policies[0].steps[0].targets[0].onCall',
    ],
    [
      'an unknown command',
      steps({ targets: [{ command: 'ticket.delete' }] }),
      'escalation.unknown-name',
      'policies[0].steps[0].targets[0].command',
    ],
    [
      'another part of the ticket',
      steps({ targets: [{ ticket: 'boss' }] }),
      'escalation.malformed',
      'policies[0].steps[0].targets[0].ticket',
    ],
    [
      'an input for a person',
      steps({ targets: [{ agent: 'ann', input: {} }] }),
      'escalation.unknown-key',
      'policies[0].steps[0].targets[0].input',
    ],
    [
      'an unknown fallback',
      policy({ fallback: [{ agent: 'zed' }] }),
      'escalation.unknown-name',
      'policies[0].fallback[0].agent',
    ],
    [
      'a bad condition',
      steps({ when: { field: 'nothing', is: 1 } }),
      'condition.unknown-field',
      'policies[0].steps[0].when',
    ],
    ['a start of no kind', policy({ starts: [{}] }), 'escalation.malformed', 'policies[0].starts[0]'],
    [
      'an unknown clock',
      policy({ starts: [{ clock: 'x', on: 'breach' }] }),
      'escalation.malformed',
      'policies[0].starts[0].clock',
    ],
    [
      'a whole as a level',
      policy({ starts: [{ clock: 'firstReply', on: 'warning', level: 1 }] }),
      'escalation.malformed',
      'policies[0].starts[0].level',
    ],
    [
      'a silence of no time',
      policy({ starts: [{ silentFor: 0 }] }),
      'escalation.bad-delay',
      'policies[0].starts[0].silentFor',
    ],
    [
      'a start of two kinds',
      policy({ starts: [{ silentFor: '1h', on: 'breach' }] }),
      'escalation.unknown-key',
      'policies[0].starts[0].on',
    ],
    ['a jump to nowhere', steps({ jump: { to: 'zed' } }), 'escalation.unknown-name', 'policies[0].steps[0].jump.to'],
    [
      'a jump to itself',
      steps({ name: 'a', jump: { to: 'a' } }),
      'escalation.jump-loop',
      'policies[0].steps[0].jump.to',
    ],
    [
      'a loop of jumps',
      steps({ name: 'a' }, { jump: { to: 'a' } }),
      'escalation.jump-loop',
      'policies[0].steps[1].jump.to',
    ],
    [
      'a step that is jumped past',
      steps({ jump: { to: 'c' } }, {}, { name: 'c' }),
      'escalation.unreachable-step',
      'policies[0].steps[1]',
    ],
    [
      'a step behind the end',
      steps({ jump: { to: 'end' } }, {}),
      'escalation.unreachable-step',
      'policies[0].steps[1]',
    ],
    ['a step called end', steps({ name: 'end' }), 'escalation.name-twice', 'policies[0].steps[0].name'],
    [
      'a storm',
      [{ name: 'p', repeat: 9, steps: [{ ...STEP, delay: 0 }] }],
      'escalation.zero-repeat',
      'policies[0].steps[0].delay',
    ],
    [
      'a storm by a jump to the end',
      [
        {
          name: 'p',
          repeat: 1,
          steps: [{ ...STEP, delay: 0, jump: { to: 'end', when: { field: 'priority', is: 'P1' } } }, STEP],
        },
      ],
      'escalation.zero-repeat',
      'policies[0].steps[0].delay',
    ],
  ])('with %s is refused', (_, given, code, place) => {
    expect(codeAndPlace(() => checkEscalations(given, KNOWN))).toMatchObject({ code, place })
  })

  it('may tell several steps at one instant when it is not repeated', () => {
    expect(checkEscalations(steps({ delay: 0 }, { delay: 0 }), KNOWN)).toHaveLength(1)
  })
})

describe('a schedule', () => {
  const layer = { people: ['ann'], turn: 'daily', start: '2026-03-02T09:00' }
  const schedule = (rest: object) => ({ timeZone: 'UTC', layers: [layer], ...rest })
  it.each<[string, object, string, string]>([
    ['an unknown zone', { timeZone: 'Mars/Base' }, 'calendar.unknown-zone', 'schedule.timeZone'],
    ['no people', { layers: [{ ...layer, people: [] }] }, 'escalation.malformed', 'schedule.layers[0].people'],
    ['a turn of nothing', { layers: [{ ...layer, turn: 0 }] }, 'onCall.bad-turn', 'schedule.layers[0].turn'],
    ['a turn of half a minute', { layers: [{ ...layer, turn: '30s' }] }, 'onCall.bad-turn', 'schedule.layers[0].turn'],
    [
      'a start with a zone',
      { layers: [{ ...layer, start: '2026-03-02T09:00Z' }] },
      'onCall.bad-wall-time',
      'schedule.layers[0].start',
    ],
    [
      'a date that is none',
      { layers: [{ ...layer, start: '2026-02-30T09:00' }] },
      'onCall.bad-wall-time',
      'schedule.layers[0].start',
    ],
    [
      'an end before its start',
      { layers: [{ ...layer, until: '2026-03-01T09:00' }] },
      'onCall.bad-interval',
      'schedule.layers[0].until',
    ],
    [
      'an override of no time',
      { overrides: [{ from: 0, until: 0, person: 'ann' }] },
      'onCall.bad-interval',
      'schedule.overrides[0]',
    ],
    ['another overlap', { overlap: 'first' }, 'escalation.malformed', 'schedule.overlap'],
  ])('with %s is refused', (_, rest, code, place) => {
    expect(codeAndPlace(() => whoIsOnCall(schedule(rest) as never, 0))).toMatchObject({ code, place })
  })

  it('is not asked for more than ten years at once', () => {
    const asked = () => coverage(schedule({}) as never, '2000-01-01T00:00:00Z', '2020-01-01T00:00:00Z')
    expect(asked).toThrow(expect.objectContaining({ code: 'onCall.too-long' }))
  })

  it('with gaps is a warning', () => {
    const nights = {
      timeZone: 'UTC',
      layers: [{ ...layer, turn: 'daily' as const, hours: { mon: [['18:00', '08:00']] as const } }],
    }
    const found = lintSchedules({ nights }, { from: '2026-03-02T00:00:00Z', until: '2026-03-09T00:00:00Z' })
    expect(found).toEqual([
      {
        code: 'onCall.gap',
        place: 'schedules.nights',
        message: 'Nobody is on call 2 times, the first from 2026-03-02T00:00:00.000Z until 2026-03-02T18:00:00.000Z.',
      },
    ])
  })

  it('in which two stand in at once is a warning, unless it asks for that', () => {
    const override = { from: '2026-03-03T00:00:00Z', until: '2026-03-04T00:00:00Z', person: 'bob' }
    const twice = {
      timeZone: 'UTC',
      layers: [{ ...layer, turn: 'daily' as const, start: '2026-03-01T00:00' }],
      overrides: [override, { ...override, person: 'cy' }],
    }
    const time = { from: '2026-03-02T00:00:00Z', until: '2026-03-09T00:00:00Z' }
    expect(lintSchedules({ twice }, time).map(({ code }) => code)).toEqual(['onCall.double-cover'])
    expect(lintSchedules({ twice: { ...twice, overlap: 'all' } }, time)).toEqual([])
  })
})

describe('a history', () => {
  it('that goes back is refused', () => {
    const events = [
      { at: 1000, type: 'trigger' },
      { at: 999, type: 'acknowledge' },
    ] as const
    const asked = () => replayEscalation({ policy: { name: 'p', steps: [STEP] } as never, events, asOf: 2000 })
    expect(codeAndPlace(asked)).toMatchObject({ code: 'escalation.out-of-order', place: 'events[1].at' })
  })
})
