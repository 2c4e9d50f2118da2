/** Another priority, policy or calendar while a clock runs: what it keeps, what it takes on, what it says. */
import { describe, expect, it } from 'vitest'
import type { ClockEvent, MetricDefinition, SlaPolicyDefinition } from '../../../src/sla/sla.ts'
import { HOUR, MINUTE, office } from '../hours.ts'
import { hours, on, play, said, t, told } from './play.ts'

const byPriority = (rest: Partial<MetricDefinition> = {}): SlaPolicyDefinition['metrics'] => ({
  resolution: { target: { high: '2h', medium: '3h', low: '8h' }, ...rest },
})
const created = (priority = 'medium') => on('Mon 10:00', 'created', { priority })
const to = (at: string, priority: string) => on(at, 'priority', { priority })
const resolution = (metrics: SlaPolicyDefinition['metrics'], events: readonly ClockEvent[], asOf: number) =>
  play({ metrics, events, asOf }).clocks.resolution

describe('a change of priority', () => {
  it('carries the time that was spent under the new target', () => {
    const clock = resolution(byPriority(), [created(), to('Mon 11:00', 'high')], t('Mon 11:00'))
    expect(clock).toMatchObject({ dueAt: t('Mon 12:00'), elapsed: HOUR, cycle: 1, startedAt: t('Mon 10:00') })
  })

  it('may make a clock due in the past: late at once, and said to be so in hindsight', () => {
    const replayed = play({
      metrics: byPriority(),
      events: [created('low'), to('Mon 15:00', 'high')],
      asOf: t('Mon 16:00'),
    })
    expect(replayed.clocks.resolution).toMatchObject({
      state: 'breached',
      dueAt: t('Mon 12:00'),
      breachedAt: t('Mon 12:00'),
      retroactive: true,
    })
    expect(told(replayed, 'resolution')).toEqual([
      'started Mon 10:00',
      'changed Mon 15:00',
      'breached Mon 12:00 retroactive',
    ])
  })

  it('makes a paused clock late that has run too long already', () => {
    const events = [created('low'), on('Mon 13:00', 'status', { status: 'pending' }), to('Mon 14:00', 'high')]
    expect(resolution(byPriority(), events, t('Mon 16:00'))).toMatchObject({
      state: 'paused',
      dueAt: t('Mon 12:00'),
      breachedAt: t('Mon 12:00'),
      retroactive: true,
    })
    const notYet = [created('low'), on('Mon 12:00', 'status', { status: 'pending' }), to('Mon 14:00', 'high')]
    expect(resolution(byPriority(), notYet, t('Mon 16:00'))).toMatchObject({ state: 'paused', breached: false })
  })

  it('restarts the clock in a new cycle where the policy says so', () => {
    const replayed = play({
      metrics: byPriority({ onChange: 'restart' }),
      events: [created(), to('Mon 11:00', 'high')],
      asOf: t('Mon 12:00'),
    })
    expect(replayed.cycles.resolution).toMatchObject([
      { cycle: 1, state: 'cancelled', reason: 'restarted', elapsed: HOUR },
      { cycle: 2, state: 'running', startedAt: t('Mon 11:00'), dueAt: t('Mon 13:00'), elapsed: HOUR },
    ])
    expect(told(replayed, 'resolution')).toEqual([
      'started Mon 10:00',
      'cancelled Mon 11:00 by restarted',
      'started Mon 11:00',
    ])
  })

  it('warns anew after a restart, and leaves the late cycle late', () => {
    const replayed = play({
      metrics: byPriority({ onChange: 'restart', warn: [0.5] }),
      events: [created(), to('Mon 14:00', 'high')],
      asOf: t('Mon 15:30'),
    })
    expect(told(replayed, 'resolution')).toEqual([
      'started Mon 10:00',
      'warned Mon 11:30 at 0.5',
      'breached Mon 13:00',
      'cancelled Mon 14:00 by restarted',
      'started Mon 14:00',
      'warned Mon 15:00 at 0.5',
    ])
    expect(replayed.cycles.resolution).toMatchObject([
      { breached: true, breachedAt: t('Mon 13:00') },
      { state: 'running', breached: false },
    ])
  })

  it('restarts under the due instant that was set by hand', () => {
    const due = on('Mon 10:30', 'due', { metric: 'resolution', dueAt: t('Fri 10:00') })
    const events = [created(), due, to('Mon 11:00', 'high')]
    expect(resolution(byPriority({ onChange: 'restart' }), events, t('Mon 11:00'))).toMatchObject({
      cycle: 2,
      dueAt: t('Fri 10:00'),
    })
  })

  it('restarts a paused clock as a paused one', () => {
    const events = [created(), on('Mon 11:00', 'status', { status: 'pending' }), to('Mon 12:00', 'high')]
    const metrics = byPriority({ onChange: 'restart' })
    expect(resolution(metrics, events, t('Mon 13:00'))).toMatchObject({
      state: 'paused',
      cycle: 2,
      elapsed: 0,
      paused: { wall: HOUR },
    })
    const resumed = [...events, on('Mon 14:00', 'status', { status: 'open' })]
    expect(resolution(metrics, resumed, t('Mon 15:00'))).toMatchObject({ elapsed: HOUR, dueAt: t('Mon 16:00') })
  })

  it('keeps the stricter promise where the policy says so, in both directions', () => {
    const metrics = byPriority({ onChange: 'keepStricter' })
    const relaxed = [created('high'), to('Mon 11:00', 'low')]
    expect(resolution(metrics, relaxed, t('Mon 11:30'))).toMatchObject({ target: 2 * HOUR, dueAt: t('Mon 12:00') })
    const pressed = [created('low'), to('Mon 11:00', 'high')]
    expect(resolution(metrics, pressed, t('Mon 11:30'))).toMatchObject({ target: 2 * HOUR, dueAt: t('Mon 12:00') })
    const paused = [created('high'), on('Mon 10:30', 'status', { status: 'pending' }), to('Mon 11:00', 'low')]
    expect(resolution(metrics, paused, t('Mon 11:30'))).toMatchObject({ target: 2 * HOUR, dueAt: null })
  })

  it('that keeps the stricter promise says nothing, and weighs it once', () => {
    const events = [created('high'), to('Mon 11:00', 'low'), on('Mon 11:10', 'note'), on('Mon 11:20', 'note')]
    const replayed = play({ metrics: byPriority({ onChange: 'keepStricter' }), events, asOf: t('Mon 11:30') })
    expect(told(replayed, 'resolution')).toEqual(['started Mon 10:00'])
  })

  it('does not warn of what lies behind under the new target', () => {
    const metrics = byPriority({ warn: [0.25, 0.9, { before: '30m' }] })
    const replayed = play({ metrics, events: [created('low'), to('Mon 11:00', 'high')], asOf: t('Mon 13:00') })
    expect(told(replayed, 'resolution')).toEqual([
      'started Mon 10:00',
      'changed Mon 11:00',
      `warned Mon 11:30 at -${30 * MINUTE}`,
      'warned Mon 11:48 at 0.9',
      'breached Mon 12:00',
    ])
  })

  it('brings back, in the cycle of a reopening, a warning that the longer target puts ahead', () => {
    const events = [
      created('high'),
      on('Mon 11:30', 'status', { status: 'solved' }),
      to('Mon 12:00', 'low'),
      on('Mon 12:00', 'status', { status: 'open' }),
    ]
    const replayed = play({ metrics: byPriority({ warn: [0.5] }), events, asOf: t('Mon 16:00') })
    expect(told(replayed, 'resolution')).toEqual([
      'started Mon 10:00',
      'warned Mon 11:00 at 0.5',
      'met Mon 11:30',
      'started Mon 12:00',
      'warned Mon 14:30 at 0.5',
    ])
  })

  it('to one without a promise cancels the clock; back again it is measured from its start', () => {
    const metrics = { resolution: { target: { high: '8h' } as const } }
    const events = [created('high'), to('Mon 11:00', 'low'), to('Mon 13:00', 'high')]
    const { cycles } = play({ metrics, events, asOf: t('Mon 14:00') })
    expect(cycles.resolution).toMatchObject([
      { state: 'cancelled', reason: 'policy' },
      { cycle: 2, state: 'running', elapsed: 4 * HOUR, dueAt: t('Mon 18:00') },
    ])
  })
})

describe('a change of policy', () => {
  const policies: readonly SlaPolicyDefinition[] = [
    {
      name: 'Gold',
      match: { field: 'tags', has: 'gold' },
      metrics: { ...hours('firstReply', 1), ...hours('resolution', 4) },
    },
    { name: 'Basic', metrics: { ...hours('resolution', 8), ...hours('teamTime', 2) } },
  ]
  const tag = (at: string, ...tags: string[]) => on(at, 'change', { record: { tags } })

  it('comes with the first policy whose condition the ticket meets, and is recorded', () => {
    const events = [on('Mon 10:00', 'created')]
    expect(play({ policy: policies, events, asOf: t('Mon 11:00') }).policy).toBe('Basic')
    const golden = play({ policy: policies, events: [...events, tag('Mon 12:00', 'gold')], asOf: t('Mon 13:00') })
    expect(golden.policy).toBe('Gold')
    expect(golden.clocks.resolution).toMatchObject({ policy: 'Gold', target: 4 * HOUR, dueAt: t('Mon 14:00') })
  })

  it('starts what only the new one promises, from where it should have started, late at once if need be', () => {
    const events = [on('Mon 10:00', 'created'), tag('Mon 12:00', 'gold')]
    const replayed = play({ policy: policies, events, asOf: t('Mon 13:00') })
    expect(replayed.clocks.firstReply).toMatchObject({
      state: 'breached',
      startedAt: t('Mon 10:00'),
      breachedAt: t('Mon 11:00'),
      retroactive: true,
    })
    expect(told(replayed, 'firstReply')).toEqual(['started Mon 12:00', 'breached Mon 11:00 retroactive'])
  })

  it('cancels what only the old one promised', () => {
    const events = [on('Mon 10:00', 'created', { record: { teamId: 'a' } }), tag('Mon 11:00', 'gold')]
    expect(play({ policy: policies, events, asOf: t('Mon 13:00') }).clocks.teamTime).toMatchObject({
      state: 'cancelled',
      reason: 'policy',
      stoppedAt: t('Mon 11:00'),
    })
  })

  it('keeps the pauses of the ticket’s own timeline', () => {
    const events = [
      on('Mon 10:00', 'created'),
      on('Mon 11:00', 'status', { status: 'pending' }),
      tag('Mon 12:00', 'gold'),
      on('Mon 13:00', 'status', { status: 'open' }),
      tag('Mon 14:00'),
    ]
    const { clocks } = play({ policy: policies, events, asOf: t('Mon 14:00') })
    expect(clocks.resolution).toMatchObject({ elapsed: 2 * HOUR, paused: { wall: 2 * HOUR }, dueAt: t('Mon 20:00') })
    // A metric that starts late has the pauses of before it started.
    const late = [
      on('Mon 10:00', 'created'),
      on('Mon 11:00', 'status', { status: 'pending' }),
      on('Mon 12:00', 'status', { status: 'open' }),
      on('Mon 12:30', 'status', { status: 'solved' }),
      on('Mon 14:30', 'status', { status: 'open' }),
      on('Mon 15:00', 'policy', { policy: { name: 'Late', metrics: hours('agentWork', 4) } }),
    ]
    const attached = play({ metrics: hours('teamTime', 1), events: late, asOf: t('Mon 16:00') })
    expect(attached.clocks.agentWork).toMatchObject({
      elapsed: 3 * HOUR,
      paused: { wall: HOUR },
      dueAt: t('Mon 17:00'),
    })
  })

  it('that attaches in the instant in which a pause ends finds the clock running', () => {
    const events = [
      on('Mon 10:00', 'created'),
      on('Mon 11:00', 'status', { status: 'pending' }),
      on('Mon 12:00', 'status', { status: 'open' }),
      on('Mon 12:00', 'policy', { policy: { name: 'Late', metrics: hours('agentWork', 4) } }),
    ]
    const { clocks } = play({ metrics: hours('teamTime', 1), events, asOf: t('Mon 13:00') })
    expect(clocks.agentWork).toMatchObject({ state: 'running', elapsed: 2 * HOUR, paused: { wall: HOUR } })
  })

  it('moves a clock into and out of pause by what the new one pauses on', () => {
    const policy = (pauseOn: readonly string[]) => ({ name: 'P', metrics: hours('resolution', 8, { pauseOn }) })
    const events = [
      on('Mon 10:00', 'created'),
      on('Mon 11:00', 'status', { status: 'hold' }),
      on('Mon 12:00', 'policy', { policy: policy(['pending']) }),
      on('Mon 14:00', 'policy', { policy: policy(['hold']) }),
    ]
    const replayed = play({ policy: policy(['hold']), events, asOf: t('Mon 15:00') })
    expect(told(replayed, 'resolution')).toEqual([
      'started Mon 10:00',
      'paused Mon 11:00',
      'resumed Mon 12:00',
      'paused Mon 14:00',
    ])
    expect(replayed.clocks.resolution).toMatchObject({ elapsed: 3 * HOUR, paused: { wall: 2 * HOUR } })
  })

  it('brings new levels of warning, and none of those that lie behind', () => {
    const more = { name: 'More', metrics: hours('resolution', 4, { warn: [0.25, 0.75] }) }
    const events = [on('Mon 10:00', 'created'), on('Mon 12:00', 'policy', { policy: more })]
    const replayed = play({ metrics: hours('resolution', 4), events, asOf: t('Mon 15:00') })
    expect(told(replayed, 'resolution')).toEqual([
      'started Mon 10:00',
      'changed Mon 12:00',
      'warned Mon 13:00 at 0.75',
      'breached Mon 14:00',
    ])
  })

  it('may swap the calendar: time spent stays spent, what follows is in the new hours', () => {
    const policy = (calendar: string) => ({ name: calendar, calendar, metrics: hours('resolution', 4) })
    const events = [on('Mon 16:00', 'created'), on('Mon 18:00', 'policy', { policy: policy('office 9-17') })]
    const replayed = play({ policy: policy('24/7'), events, asOf: t('Tue 10:00') })
    expect(replayed.clocks.resolution).toMatchObject({ elapsed: 3 * HOUR, dueAt: t('Tue 11:00') })
    const back = [...events, on('Tue 10:30', 'policy', { policy: policy('24/7') })]
    expect(play({ policy: policy('24/7'), events: back, asOf: t('Tue 10:30') }).clocks.resolution).toMatchObject({
      elapsed: 3.5 * HOUR,
      dueAt: t('Tue 11:00'),
    })
  })

  it('may keep the stricter of two calendars, weighed at the change and not again', () => {
    const policy = (calendar: string, target: number): SlaPolicyDefinition => ({
      name: calendar,
      calendar,
      metrics: hours('resolution', target, { onChange: 'keepStricter' }),
    })
    const events = [
      on('Mon 16:00', 'created'),
      on('Mon 16:30', 'policy', { policy: policy('office 9-17', 1) }),
      on('Mon 20:00', 'note'),
      on('Tue 09:10', 'note'),
    ]
    const clock = play({ policy: policy('24/7', 10), events, asOf: t('Tue 09:10') }).clocks.resolution
    expect(said(clock?.dueAt)).toBe('Mon 17:00')
  })

  it('to none at all cancels every clock', () => {
    const policy = { name: 'Gold', match: { field: 'tags', has: 'gold' }, metrics: hours('resolution', 4) } as const
    const events = [on('Mon 10:00', 'created', { record: { tags: ['gold'] } }), tag('Mon 11:00')]
    const replayed = play({ policy, events, asOf: t('Mon 12:00') })
    expect(replayed.policy).toBeNull()
    expect(replayed.clocks.resolution).toMatchObject({ state: 'cancelled', reason: 'policy' })
  })
})

describe('a new version of a calendar', () => {
  const metrics = hours('resolution', 8)
  const edit = (at: string, start: string, end: string) =>
    on(at, 'calendar', { name: 'office 9-17', calendar: office('UTC', start, end) })

  it('counts from its own instant on, and history is not walked again', () => {
    const events = [on('Mon 13:00', 'created'), edit('Tue 08:00', '11:00', '15:00')]
    const replayed = play({ metrics, calendar: 'office 9-17', events, asOf: t('Tue 12:00') })
    expect(replayed.clocks.resolution).toMatchObject({ elapsed: 5 * HOUR, dueAt: t('Tue 15:00') })
    expect(told(replayed, 'resolution')).toEqual(['started Mon 13:00', 'changed Tue 08:00'])
    const again = [...events, edit('Tue 13:00', '09:00', '17:00')]
    expect(
      play({ metrics, calendar: 'office 9-17', events: again, asOf: t('Tue 13:00') }).clocks.resolution,
    ).toMatchObject({
      elapsed: 6 * HOUR,
      dueAt: t('Tue 15:00'),
    })
  })

  it('is not foreseen: a clock that stopped before it keeps the due instant of its time', () => {
    const events = [
      on('Mon 13:00', 'created'),
      on('Mon 14:00', 'status', { status: 'solved' }),
      edit('Mon 18:00', '12:00', '13:00'),
    ]
    const replayed = play({ metrics, calendar: 'office 9-17', events, asOf: t('Fri 12:00') })
    expect(replayed.clocks.resolution).toMatchObject({ state: 'met', dueAt: t('Tue 13:00') })
    expect(said(replayed.happened[0]?.dueAt)).toBe('Tue 13:00')
  })

  it('may bring the due instant forward or put it off before a breach is noticed', () => {
    const played = (start: string, end: string) =>
      told(
        play({
          metrics,
          calendar: 'office 9-17',
          events: [on('Mon 13:00', 'created'), edit('Tue 08:00', start, end), on('Thu 12:00', 'note')],
          asOf: t('Fri 12:00'),
        }),
        'resolution',
      ).at(-1)
    expect([played('09:00', '17:00'), played('08:00', '20:00'), played('16:00', '17:00')]).toEqual([
      'breached Tue 13:00',
      'breached Tue 12:00',
      'changed Tue 08:00',
    ])
  })

  it('that changes nothing for a clock says nothing of it', () => {
    const events = [
      on('Mon 10:00', 'created'),
      edit('Mon 12:00', '09:00', '17:00'),
      on('Mon 12:30', 'calendar', { name: 'other', calendar: office('UTC', '01:00', '02:00') }),
    ]
    expect(told(play({ metrics, calendar: 'office 9-17', events, asOf: t('Mon 13:00') }))).toEqual([
      'resolution started Mon 10:00',
    ])
  })

  it('moves the pause of a paused clock from its own instant on, too', () => {
    const events = [
      on('Mon 13:00', 'created'),
      on('Mon 14:00', 'status', { status: 'pending' }),
      edit('Tue 08:00', '11:00', '15:00'),
      on('Tue 13:00', 'status', { status: 'open' }),
    ]
    expect(play({ metrics, calendar: 'office 9-17', events, asOf: t('Tue 13:00') }).clocks.resolution).toMatchObject({
      elapsed: HOUR,
      paused: { wall: 23 * HOUR, working: 5 * HOUR },
    })
  })
})
