/** When a clock is due, when it is late, and what it warns of before. */
import { describe, expect, it } from 'vitest'
import type { CalendarDefinition } from '../../../src/sla/sla.ts'
import { HOUR, MINUTE } from '../hours.ts'
import { hours, on, play, said, t, told } from './play.ts'

const created = on('Mon 10:00', 'created')

describe('a due instant', () => {
  it('is where the working time of the calendar reaches the target', () => {
    const due = (calendar: 'office 9-17' | 'office 8-18', at: string, target: number) =>
      said(
        play({ metrics: hours('resolution', target), calendar, events: [on(at, 'created')], asOf: t(at) }).clocks
          .resolution?.dueAt,
      )
    expect(due('office 9-17', 'Fri 16:30', 1)).toBe('Mon2 09:30')
    expect(due('office 8-18', 'Fri 17:00', 4)).toBe('Mon2 11:00')
    expect(due('office 9-17', 'Mon 09:00', 8)).toBe('Mon 17:00')
    expect(due('office 9-17', 'Sat 12:00', 1)).toBe('Mon2 10:00')
  })

  it('is unknown while the clock is paused, and moves by the pause', () => {
    const paused = [created, on('Mon 12:00', 'status', { status: 'pending' })]
    const metrics = hours('resolution', 4)
    expect(play({ metrics, events: paused, asOf: t('Mon 20:00') }).clocks.resolution).toMatchObject({
      state: 'paused',
      dueAt: null,
      elapsed: 2 * HOUR,
      remaining: 2 * HOUR,
      paused: { wall: 8 * HOUR },
      breached: false,
    })
    const resumed = [...paused, on('Mon 20:00', 'status', { status: 'open' })]
    expect(play({ metrics, events: resumed, asOf: t('Mon 20:00') }).clocks.resolution).toMatchObject({
      state: 'running',
      dueAt: t('Mon 22:00'),
    })
  })

  it('of a clock that was late before it was paused is the instant at which it was reached', () => {
    const events = [created, on('Mon 16:00', 'status', { status: 'pending' })]
    const { clocks } = play({ metrics: hours('resolution', 4), events, asOf: t('Tue 10:00') })
    expect(clocks.resolution).toMatchObject({ state: 'paused', dueAt: t('Mon 14:00'), breachedAt: t('Mon 14:00') })
  })

  it('stays with a stopped clock as it was in force at the stop', () => {
    const events = [created, on('Mon 11:00', 'agentMessage'), on('Mon 12:00', 'priority', { priority: 'P1' })]
    const metrics = { firstReply: { target: { P1: '1h', otherwise: '4h' } as const } }
    expect(play({ metrics, events, asOf: t('Tue 10:00') }).clocks.firstReply).toMatchObject({
      state: 'met',
      target: 4 * HOUR,
      dueAt: t('Mon 14:00'),
    })
  })

  it('never comes in a calendar without hours: the clock runs, and no time passes in it', () => {
    const closed: CalendarDefinition = { timeZone: 'UTC', weekly: {} }
    const metrics = hours('resolution', 1, { calendar: 'closed', warn: [0.5, { before: '30m' }] })
    const replayed = play({ metrics, calendars: { closed }, events: [created], asOf: t('Fri2 10:00') })
    expect(replayed.clocks.resolution).toMatchObject({ state: 'running', dueAt: null, elapsed: 0, breached: false })
    expect(told(replayed)).toEqual(['resolution started Mon 10:00'])
  })
})

describe('a clock that ends', () => {
  const metrics = hours('firstReply', 4)
  const endedAt = (at: string | number) =>
    play({ metrics, events: [created, on(at, 'agentMessage')], asOf: t('Tue 10:00') }).clocks.firstReply

  it('at its due instant is in time, and one millisecond later is late', () => {
    expect(endedAt('Mon 14:00')).toMatchObject({ state: 'met', breached: false, remaining: 0 })
    expect(endedAt(t('Mon 14:00') + 1)).toMatchObject({
      state: 'metLate',
      breached: true,
      breachedAt: t('Mon 14:00'),
      remaining: -1,
    })
  })

  it('is judged by instants: due at closing time and answered in the evening is late', () => {
    const events = [on('Mon 13:00', 'created'), on('Mon 20:00', 'agentMessage')]
    const { clocks } = play({ metrics, calendar: 'office 9-17', events, asOf: t('Tue 10:00') })
    expect(clocks.firstReply).toMatchObject({
      state: 'metLate',
      dueAt: t('Mon 17:00'),
      breachedAt: t('Mon 17:00'),
      elapsed: 4 * HOUR,
      remaining: 0,
    })
  })

  it('is late when it was paused at its due instant and resumed after it', () => {
    const events = [
      created,
      on('Mon 14:00', 'status', { status: 'pending' }),
      on('Mon 20:00', 'status', { status: 'solved' }),
    ]
    const { clocks } = play({ metrics: hours('resolution', 4), events, asOf: t('Tue 10:00') })
    expect(clocks.resolution).toMatchObject({ state: 'metLate', breachedAt: t('Mon 14:00'), elapsed: 4 * HOUR })
  })
})

describe('a breach', () => {
  const metrics = hours('resolution', 4)

  it('happens at the due instant, whoever notices it when', () => {
    const noticed = play({ metrics, events: [created, on('Thu 03:07', 'note')], asOf: t('Fri 10:00') })
    expect(told(noticed)).toEqual(['resolution started Mon 10:00', 'resolution breached Mon 14:00'])
    expect(noticed.clocks.resolution).toMatchObject({ state: 'breached', breachedAt: t('Mon 14:00') })
  })

  it('has not happened at the due instant itself', () => {
    expect(play({ metrics, events: [created], asOf: t('Mon 14:00') }).clocks.resolution).toMatchObject({
      state: 'running',
      breached: false,
    })
  })

  it('is never undone, by no pause, no longer target and no reopening', () => {
    const events = [
      created,
      on('Mon 15:00', 'status', { status: 'pending' }),
      on('Mon 16:00', 'status', { status: 'open' }),
      on('Mon 17:00', 'policy', { policy: { name: 'Longer', metrics: hours('resolution', 100) } }),
      on('Mon 18:00', 'status', { status: 'solved' }),
      on('Mon 19:00', 'status', { status: 'open' }),
    ]
    const replayed = play({ metrics, events, asOf: t('Tue 10:00') })
    expect(replayed.cycles.resolution).toMatchObject([
      { state: 'metLate', breachedAt: t('Mon 14:00'), retroactive: false, target: 100 * HOUR },
      { state: 'running', breached: false },
    ])
    expect(told(replayed).filter((line) => line.includes('breached'))).toEqual(['resolution breached Mon 14:00'])
  })
})

describe('a pause', () => {
  it('does not count, in real and in working time apart', () => {
    const events = [
      on('Fri 15:00', 'created'),
      on('Fri 16:00', 'status', { status: 'hold' }),
      on('Mon2 10:00', 'status', { status: 'open' }),
    ]
    const { clocks } = play({ metrics: hours('resolution', 4), calendar: 'office 9-17', events, asOf: t('Mon2 11:00') })
    expect(clocks.resolution).toMatchObject({
      elapsed: 2 * HOUR,
      paused: { wall: 66 * HOUR, working: 2 * HOUR },
      dueAt: t('Mon2 13:00'),
    })
  })

  it('is one pause over two statuses that both pause', () => {
    const events = [
      created,
      on('Mon 11:00', 'status', { status: 'pending' }),
      on('Mon 12:00', 'status', { status: 'hold' }),
      on('Mon 13:00', 'status', { status: 'open' }),
    ]
    const replayed = play({ metrics: hours('resolution', 4), events, asOf: t('Mon 13:30') })
    expect(told(replayed)).toEqual([
      'resolution started Mon 10:00',
      'resolution paused Mon 11:00',
      'resolution resumed Mon 13:00',
    ])
    expect(replayed.clocks.resolution).toMatchObject({ elapsed: 1.5 * HOUR, paused: { wall: 2 * HOUR } })
  })

  it('begins a clock that starts in it', () => {
    const events = [on('Mon 10:00', 'created', { status: 'pending' }), on('Mon 12:00', 'status', { status: 'open' })]
    const replayed = play({ metrics: hours('resolution', 4), events, asOf: t('Mon 13:00') })
    expect(told(replayed)).toEqual([
      'resolution started Mon 10:00',
      'resolution paused Mon 10:00',
      'resolution resumed Mon 12:00',
    ])
    expect(replayed.clocks.resolution).toMatchObject({ elapsed: HOUR, paused: { wall: 2 * HOUR } })
  })
})

describe('warnings', () => {
  it('come at shares of the target, in working time', () => {
    const metrics = hours('resolution', 8, { warn: [0.5, 0.75] })
    const events = [on('Mon 13:00', 'created')]
    const replayed = play({ metrics, calendar: 'office 9-17', events, asOf: t('Tue 17:00') })
    expect(told(replayed)).toEqual([
      'resolution started Mon 13:00',
      'resolution warned Mon 17:00 at 0.5',
      'resolution warned Tue 11:00 at 0.75',
      'resolution breached Tue 13:00',
    ])
  })

  it('come at offsets before due, walking the calendar back', () => {
    const metrics = hours('resolution', 4, { warn: [{ before: '1h' }, { before: '3h' }] })
    const replayed = play({
      metrics,
      calendar: 'office 8-18',
      events: [on('Mon 17:00', 'created')],
      asOf: t('Tue 11:00'),
    })
    expect(replayed.clocks.resolution?.dueAt).toBe(t('Tue 11:00'))
    expect(told(replayed)).toEqual([
      'resolution started Mon 17:00',
      `resolution warned Tue 08:00 at -${3 * HOUR}`,
      `resolution warned Tue 10:00 at -${HOUR}`,
    ])
  })

  it('wait with the clock while it is paused', () => {
    const events = [
      created,
      on('Mon 11:00', 'status', { status: 'pending' }),
      on('Mon 16:00', 'status', { status: 'open' }),
    ]
    const metrics = hours('resolution', 4, { warn: [0.5, { before: '1h' }] })
    expect(told(play({ metrics, events, asOf: t('Mon 18:30') }), 'resolution').slice(3)).toEqual([
      'warned Mon 17:00 at 0.5',
      `warned Mon 18:00 at -${HOUR}`,
    ])
  })

  it('are given once each, however often the clock stops at them', () => {
    const events = [
      created,
      on('Mon 12:30', 'status', { status: 'pending' }),
      on('Mon 13:00', 'status', { status: 'open' }),
      on('Mon 13:30', 'due', { metric: 'resolution', dueAt: t('Mon 20:00') }),
    ]
    const metrics = hours('resolution', 4, { warn: [0.5, { before: '90m' }] })
    const lines = told(play({ metrics, events, asOf: t('Tue 10:00') }), 'resolution').filter((line) =>
      line.startsWith('warned'),
    )
    expect(lines).toEqual(['warned Mon 12:00 at 0.5', `warned Mon 13:00 at -${90 * MINUTE}`])
  })

  it('are not given after the breach, nor by a clock that ended before them', () => {
    const metrics = hours('resolution', 4, { warn: [0.9] })
    const early = [created, on('Mon 10:30', 'due', { metric: 'resolution', dueAt: t('Mon 12:00') })]
    expect(told(play({ metrics, events: early, asOf: t('Tue 10:00') }), 'resolution')).toEqual([
      'started Mon 10:00',
      'changed Mon 10:30',
      'breached Mon 12:00',
    ])
    const solved = [created, on('Mon 11:00', 'status', { status: 'solved' })]
    expect(told(play({ metrics, events: solved, asOf: t('Tue 10:00') }), 'resolution')).toEqual([
      'started Mon 10:00',
      'met Mon 11:00',
    ])
  })
})
