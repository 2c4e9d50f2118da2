/** What is refused: each wrong policy and event with its code and its place. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDeskError } from '../../../src/domain/fault.ts'
import { checkPolicies, replayClocks } from '../../../src/sla/sla.ts'
import { codeAndPlace } from './code-and-place.ts'
import { on, t } from './play.ts'

const good = { name: 'Standard', metrics: { resolution: { target: '8h' } } }
const resolution = (rest: object) => [{ ...good, metrics: { resolution: { target: '8h', ...rest } } }]
const target = (value: unknown) => resolution({ target: value })
const metric = (name: string, rest: object) => [{ ...good, metrics: { [name]: { target: '8h', ...rest } } }]
const policy = (rest: object) => [{ ...good, ...rest }]
const parsed = (text: string): unknown => JSON.parse(text)
const at = 'policies[0].metrics.resolution'

const POLICIES: readonly (readonly [wrong: unknown, code: string, place: string])[] = [
  [undefined, 'sla.not-a-list', 'policies'],
  [null, 'sla.not-a-list', 'policies'],
  [good, 'sla.not-a-list', 'policies'],
  ['Standard', 'sla.not-a-list', 'policies'],
  [Array.from({ length: 201 }, (_, n) => ({ ...good, name: `${n}` })), 'sla.too-many', 'policies'],
  [[null], 'sla.not-an-object', 'policies[0]'],
  [['Standard'], 'sla.not-an-object', 'policies[0]'],
  [[[]], 'sla.not-an-object', 'policies[0]'],
  [[new Map()], 'sla.not-an-object', 'policies[0]'],
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested.
  [[good, , good], 'sla.not-an-object', 'policies[1]'],
  [policy({ title: 'x' }), 'sla.unknown-key', 'policies[0].title'],
  [[parsed('{"name":"a","metrics":{},"__proto__":1}')], 'sla.unknown-key', 'policies[0].__proto__'],
  [policy({ name: undefined }), 'sla.bad-name', 'policies[0].name'],
  [policy({ name: 7 }), 'sla.bad-name', 'policies[0].name'],
  [policy({ name: ' ' }), 'sla.bad-name', 'policies[0].name'],
  [policy({ name: 'x'.repeat(101) }), 'sla.bad-name', 'policies[0].name'],
  [[good, good], 'sla.name-twice', 'policies[1].name'],
  [policy({ calendar: 'moon' }), 'sla.unknown-calendar', 'policies[0].calendar'],
  [policy({ calendar: 24 }), 'sla.unknown-calendar', 'policies[0].calendar'],
  [policy({ calendar: '' }), 'sla.unknown-calendar', 'policies[0].calendar'],
  [policy({ metrics: undefined }), 'sla.not-an-object', 'policies[0].metrics'],
  [policy({ metrics: [] }), 'sla.not-an-object', 'policies[0].metrics'],
  [policy({ metrics: {} }), 'sla.no-metrics', 'policies[0].metrics'],
  [policy({ metrics: { firstResponse: { target: '1h' } } }), 'sla.unknown-key', 'policies[0].metrics.firstResponse'],
  [policy({ metrics: { toString: { target: '1h' } } }), 'sla.unknown-key', 'policies[0].metrics.toString'],
  [policy({ metrics: { resolution: null } }), 'sla.not-an-object', at],
  [policy({ metrics: { resolution: '8h' } }), 'sla.not-an-object', at],
  [policy({ metrics: { resolution: {} } }), 'sla.bad-duration', `${at}.target`],
  [target('1d'), 'sla.bad-duration', `${at}.target`],
  [target('2 weeks'), 'sla.bad-duration', `${at}.target`],
  [target('8'), 'sla.bad-duration', `${at}.target`],
  [target('8 h'), 'sla.bad-duration', `${at}.target`],
  [target('1h30m'), 'sla.bad-duration', `${at}.target`],
  [target('-1h'), 'sla.bad-duration', `${at}.target`],
  [target(0), 'sla.bad-duration', `${at}.target`],
  [target('0m'), 'sla.bad-duration', `${at}.target`],
  [target(0.2), 'sla.bad-duration', `${at}.target`],
  [target(-5), 'sla.bad-duration', `${at}.target`],
  [target(Number.NaN), 'sla.bad-duration', `${at}.target`],
  [target(Number.POSITIVE_INFINITY), 'sla.bad-duration', `${at}.target`],
  [target(1e17), 'sla.bad-duration', `${at}.target`],
  [target(true), 'sla.bad-duration', `${at}.target`],
  [target(8n), 'sla.bad-duration', `${at}.target`],
  [target(null), 'sla.bad-duration', `${at}.target`],
  [target(['8h']), 'sla.not-an-object', `${at}.target`],
  [target({}), 'sla.no-targets', `${at}.target`],
  [target({ P1: '1h', P2: 'soon' }), 'sla.bad-duration', `${at}.target.P2`],
  [target({ P1: '1h', otherwise: '1d' }), 'sla.bad-duration', `${at}.target.otherwise`],
  [target({ P1: undefined }), 'sla.bad-duration', `${at}.target.P1`],
  [target(parsed('{"__proto__":"1h"}')), 'sla.unknown-key', `${at}.target.__proto__`],
  [target(parsed('{"constructor":"1h"}')), 'sla.unknown-key', `${at}.target.constructor`],
  [target(Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`p${n}`, 1]))), 'sla.too-many', `${at}.target`],
  [resolution({ calendar: 'mars' }), 'sla.unknown-calendar', `${at}.calendar`],
  [resolution({ calendar: null }), 'sla.unknown-calendar', `${at}.calendar`],
  [resolution({ warn: 0.8 }), 'sla.not-a-list', `${at}.warn`],
  [resolution({ warn: Array.from({ length: 21 }, (_, n) => (n + 1) / 100) }), 'sla.too-many', `${at}.warn`],
  [resolution({ warn: [0] }), 'sla.bad-level', `${at}.warn[0]`],
  [resolution({ warn: [0.5, 1] }), 'sla.bad-level', `${at}.warn[1]`],
  [resolution({ warn: [80] }), 'sla.bad-level', `${at}.warn[0]`],
  [resolution({ warn: [-0.5] }), 'sla.bad-level', `${at}.warn[0]`],
  [resolution({ warn: [Number.NaN] }), 'sla.bad-level', `${at}.warn[0]`],
  [resolution({ warn: ['80%'] }), 'sla.not-an-object', `${at}.warn[0]`],
  [resolution({ warn: [null] }), 'sla.not-an-object', `${at}.warn[0]`],
  [resolution({ warn: [{ after: '1h' }] }), 'sla.unknown-key', `${at}.warn[0].after`],
  [resolution({ warn: [{}] }), 'sla.bad-duration', `${at}.warn[0].before`],
  [resolution({ warn: [{ before: '1d' }] }), 'sla.bad-duration', `${at}.warn[0].before`],
  [resolution({ warn: [{ before: '0m' }] }), 'sla.bad-duration', `${at}.warn[0].before`],
  [resolution({ warn: [{ before: '8h' }] }), 'sla.level-before-start', `${at}.warn[0].before`],
  [
    resolution({ target: { P1: '1h', P2: '9h' }, warn: [{ before: '2h' }] }),
    'sla.level-before-start',
    `${at}.warn[0].before`,
  ],
  [resolution({ warn: [0.5, 0.5] }), 'sla.name-twice', `${at}.warn[1]`],
  [resolution({ warn: [{ before: '1h' }, { before: '60m' }] }), 'sla.name-twice', `${at}.warn[1]`],
  [resolution({ pauseOn: 'pending' }), 'sla.not-a-list', `${at}.pauseOn`],
  [resolution({ pauseOn: ['pendng'] }), 'sla.bad-pause', `${at}.pauseOn[0]`],
  [resolution({ pauseOn: ['pending', 'solved'] }), 'sla.bad-pause', `${at}.pauseOn[1]`],
  [resolution({ pauseOn: ['closed'] }), 'sla.bad-pause', `${at}.pauseOn[0]`],
  [resolution({ pauseOn: [''] }), 'sla.bad-pause', `${at}.pauseOn[0]`],
  [resolution({ pauseOn: [null] }), 'sla.bad-pause', `${at}.pauseOn[0]`],
  [resolution({ pauseOn: Array.from({ length: 201 }, () => 'pending') }), 'sla.too-many', `${at}.pauseOn`],
  [metric('firstReply', { pauseOn: ['pending'] }), 'sla.not-for-metric', 'policies[0].metrics.firstReply.pauseOn'],
  [
    metric('totalResolution', { pauseOn: ['hold'] }),
    'sla.not-for-metric',
    'policies[0].metrics.totalResolution.pauseOn',
  ],
  [resolution({ onChange: 'keep' }), 'sla.bad-mode', `${at}.onChange`],
  [resolution({ onChange: null }), 'sla.bad-mode', `${at}.onChange`],
  [resolution({ onSolve: 'met' }), 'sla.not-for-metric', `${at}.onSolve`],
  [metric('nextReply', { onSolve: 'stop' }), 'sla.bad-mode', 'policies[0].metrics.nextReply.onSolve'],
  [policy({ repliers: 'agent' }), 'sla.not-a-list', 'policies[0].repliers'],
  [policy({ repliers: [] }), 'sla.bad-replier', 'policies[0].repliers'],
  [policy({ repliers: ['bot'] }), 'sla.bad-replier', 'policies[0].repliers'],
  [policy({ repliers: ['agent', 'customer'] }), 'sla.bad-replier', 'policies[0].repliers[1]'],
  [policy({ match: {} }), 'condition.', 'policies[0].match'],
  [policy({ match: null }), 'condition.', 'policies[0].match'],
  [policy({ match: { field: 'moon', is: 1 } }), 'condition.', 'policies[0].match'],
  [policy({ match: { field: 'priority', like: 'P%' } }), 'condition.', 'policies[0].match'],
]

const opened = { at: t('Mon 10:00'), type: 'created' }
const then = (event: object) => [opened, { at: t('Mon 11:00'), ...event }]

const EVENTS: readonly (readonly [wrong: unknown, code: string, place: string])[] = [
  [null, 'sla.not-a-list', 'events'],
  ['created', 'sla.not-a-list', 'events'],
  [[null], 'sla.bad-event', 'events[0].type'],
  [['created'], 'sla.bad-event', 'events[0].type'],
  [[{ ...opened, type: 'opened' }], 'sla.bad-event', 'events[0].type'],
  [[{ ...opened, type: 'toString' }], 'sla.bad-event', 'events[0].type'],
  [[{ type: 'created' }], 'sla.bad-event', 'events[0].at'],
  [[{ ...opened, at: 'yesterday' }], 'sla.bad-event', 'events[0].at'],
  [[{ ...opened, at: '2026-03-02 10:00' }], 'sla.bad-event', 'events[0].at'],
  [[{ ...opened, at: Number.NaN }], 'sla.bad-event', 'events[0].at'],
  [[{ ...opened, at: new Date('never') }], 'sla.bad-event', 'events[0].at'],
  [[{ ...opened, at: '1799-12-31T23:59:59Z' }], 'sla.bad-event', 'events[0].at'],
  [[{ ...opened, at: '2400-01-01T00:00:00Z' }], 'sla.bad-event', 'events[0].at'],
  [[{ at: t('Mon 10:00'), type: 'note' }], 'sla.bad-event', 'events[0].type'],
  [
    [
      { at: t('Mon 10:00'), type: 'note' },
      { ...opened, at: t('Mon 11:00') },
    ],
    'sla.bad-event',
    'events[1].type',
  ],
  [then({ type: 'created' }), 'sla.bad-event', 'events[1].type'],
  [[opened, opened], 'sla.bad-event', 'events[1].type'],
  [[opened, { at: t('Mon 09:59'), type: 'note' }], 'sla.out-of-order', 'events[1].at'],
  [[{ ...opened, by: 'bot' }], 'sla.bad-event', 'events[0].by'],
  [[{ ...opened, priority: 1 }], 'sla.bad-event', 'events[0].priority'],
  [[{ ...opened, status: 7 }], 'sla.bad-event', 'events[0].status'],
  [[{ ...opened, category: 'waiting' }], 'sla.bad-event', 'events[0].category'],
  [[{ ...opened, record: 'tags' }], 'sla.bad-event', 'events[0].record'],
  [[{ ...opened, record: { status: 'open' } }], 'sla.bad-event', 'events[0].record.status'],
  [[{ ...opened, record: { priority: 'P1' } }], 'sla.bad-event', 'events[0].record.priority'],
  [then({ type: 'status' }), 'sla.bad-event', 'events[1].status'],
  [then({ type: 'status', status: '' }), 'sla.bad-event', 'events[1].category'],
  [then({ type: 'status', status: 'waiting' }), 'sla.bad-event', 'events[1].category'],
  [then({ type: 'status', status: 'waiting', category: 'wait' }), 'sla.bad-event', 'events[1].category'],
  [then({ type: 'priority', priority: 2 }), 'sla.bad-event', 'events[1].priority'],
  [then({ type: 'priority', priority: '' }), 'sla.bad-event', 'events[1].priority'],
  [then({ type: 'team', teamId: 5 }), 'sla.bad-event', 'events[1].teamId'],
  [then({ type: 'team' }), 'sla.bad-event', 'events[1].teamId'],
  [then({ type: 'change' }), 'sla.bad-event', 'events[1].record'],
  [then({ type: 'change', record: ['x'] }), 'sla.bad-event', 'events[1].record'],
  [then({ type: 'change', record: { teamId: 'a' } }), 'sla.bad-event', 'events[1].record.teamId'],
  [then({ type: 'change', record: { category: 'open' } }), 'sla.bad-event', 'events[1].record.category'],
  [then({ type: 'calendar', name: 4, calendar: { timeZone: 'UTC', weekly: {} } }), 'sla.bad-event', 'events[1].name'],
  [then({ type: 'calendar', name: 'x', calendar: { timeZone: 'Mars/Olympus', weekly: {} } }), 'calendar.', 'timeZone'],
  [then({ type: 'policy', policy: { name: 'x' } }), 'sla.not-an-object', 'policies[0].metrics'],
  [then({ type: 'policy', policy: [good, good] }), 'sla.name-twice', 'policies[1].name'],
  [then({ type: 'due', metric: 'sleep', dueAt: null }), 'sla.bad-event', 'events[1].metric'],
  [then({ type: 'due', metric: 'resolution', dueAt: 'soon' }), 'sla.bad-event', 'events[1].dueAt'],
  [then({ type: 'due', metric: 'resolution' }), 'sla.bad-event', 'events[1].dueAt'],
  [then({ type: 'due', metric: 'resolution', dueAt: '3000-01-01T00:00:00Z' }), 'sla.bad-event', 'events[1].dueAt'],
]

const references = { calendars: new Set(['office']) }

describe('a policy that is not right', () => {
  it.each(POLICIES.map(([wrong, code, place], n) => [n, place, code, wrong] as const))(
    '%i is refused at %s with %s',
    (_, place, code, wrong) => {
      const refused = codeAndPlace(() => checkPolicies(wrong, references))
      expect([refused.code.startsWith(code), refused.place.startsWith(place)]).toEqual([true, true])
    },
  )

  it('says in its message where it is, what it is and what to write instead', () => {
    expect(codeAndPlace(() => checkPolicies(target('1d'), references)).message).toMatch(/target is "1d"\..*hours/)
    expect(codeAndPlace(() => checkPolicies(policy({ calendar: 'moon' }), references)).message).toContain(
      '24/7, office',
    )
  })
})

describe('an event that is not right', () => {
  it.each(EVENTS.map(([wrong, code, place], n) => [n, place, code, wrong] as const))(
    '%i is refused at %s with %s',
    (_, place, code, wrong) => {
      const input = { policy: good, events: wrong, asOf: t('Fri 10:00') } as unknown as Parameters<
        typeof replayClocks
      >[0]
      const refused = codeAndPlace(() => replayClocks(input))
      expect([refused.code.startsWith(code), refused.place.startsWith(place)]).toEqual([true, true])
    },
  )
})

describe('whatever is given', () => {
  it('has more than a hundred ways to be wrong, all of them different', () => {
    const all = [...POLICIES, ...EVENTS]
    expect(all.length).toBeGreaterThan(120)
    const texts = all.map(([wrong]) =>
      JSON.stringify(wrong, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)),
    )
    expect(new Set(texts).size).toBeGreaterThan(110)
  })

  it('is a policy or is refused with a code, and never anything else', () => {
    const something = fc.anything({
      withBigInt: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
      withDate: true,
    })
    const almost = fc.array(
      fc.record(
        {
          name: fc.oneof(fc.string(), something),
          calendar: fc.oneof(fc.constant('office'), something),
          match: fc.oneof(fc.constant({ field: 'priority', is: 'P1' }), something),
          repliers: fc.oneof(fc.constant(['agent']), something),
          metrics: fc.dictionary(
            fc.constantFrom('firstReply', 'resolution', 'pausableUpdate', '__proto__'),
            fc.oneof(
              something,
              fc.record(
                {
                  target: fc.oneof(
                    fc.nat(),
                    fc.constant('8h'),
                    fc.dictionary(fc.string(), fc.oneof(fc.nat(), something)),
                    something,
                  ),
                  warn: fc.oneof(
                    fc.array(fc.oneof(fc.double(), fc.record({ before: fc.nat() }), something)),
                    something,
                  ),
                  pauseOn: fc.oneof(fc.array(fc.oneof(fc.constant('pending'), something)), something),
                  onChange: fc.oneof(fc.constant('carry'), something),
                  onSolve: fc.oneof(fc.constant('keep'), something),
                },
                { requiredKeys: ['target'] },
              ),
            ),
          ),
        },
        { requiredKeys: ['name', 'metrics'] },
      ),
    )
    fc.assert(
      fc.property(fc.oneof(something, almost), (given) => {
        try {
          for (const one of checkPolicies(given, references)) expect(one.name.trim()).not.toBe('')
        } catch (error) {
          if (!isDeskError(error)) throw error
          expect(error.data.place).toMatch(/^policies/)
        }
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 2000) },
    )
  })

  it('as events is a history or is refused with a code, and never anything else', () => {
    const type = fc.constantFrom(
      'created',
      'customerMessage',
      'status',
      'priority',
      'team',
      'change',
      'calendar',
      'policy',
      'due',
      'merged',
      'x',
    )
    const something = fc.anything({ withNullPrototype: true, withBigInt: true })
    const event = fc.record(
      {
        at: fc.oneof({ weight: 9, arbitrary: fc.constant(t('Mon 11:00')) }, { weight: 1, arbitrary: something }),
        type,
        by: something,
        status: fc.oneof(fc.constant('open'), something),
        category: fc.oneof(fc.constant('open'), something),
        priority: fc.oneof(fc.string(), something),
        teamId: fc.oneof(fc.string(), something),
        record: fc.oneof(fc.dictionary(fc.string(), something), something),
        metric: fc.constantFrom('resolution', 'nothing'),
        dueAt: fc.oneof(fc.constant(t('Tue 10:00')), something),
        policy: something,
        calendar: something,
        name: fc.string(),
      },
      { requiredKeys: ['at', 'type'] },
    )
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 9, arbitrary: event }, { weight: 1, arbitrary: something })), (later) => {
        try {
          const events = [on('Mon 10:00', 'created'), ...later] as never
          replayClocks({ policy: good as never, events, asOf: t('Fri 10:00') })
        } catch (error) {
          if (!isDeskError(error)) throw error
        }
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 2000) },
    )
  })
})
