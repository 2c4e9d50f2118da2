/** Each metric: what starts it, what pauses it, what ends it. */
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../hours.ts'
import { hours, on, play, said, t, told } from './play.ts'

const asOf = t('Fri 12:00')

describe('firstReply', () => {
  const metrics = hours('firstReply', 4)

  it('starts when a customer opens the ticket, and ends with the first public human message', () => {
    const events = [on('Mon 10:00', 'created'), on('Mon 11:30', 'agentMessage'), on('Mon 12:00', 'agentMessage')]
    const { clocks, cycles } = play({ metrics, events, asOf })
    expect(clocks.firstReply).toMatchObject({
      state: 'met',
      startedAt: t('Mon 10:00'),
      dueAt: t('Mon 14:00'),
      stoppedAt: t('Mon 11:30'),
      elapsed: 90 * MINUTE,
      remaining: 150 * MINUTE,
    })
    expect(cycles.firstReply).toHaveLength(1)
  })

  it('starts with the first customer message of a ticket that an agent opened', () => {
    const opened = [on('Mon 10:00', 'created', { by: 'agent' }), on('Mon 10:00', 'agentMessage')]
    expect(play({ metrics, events: [...opened, on('Mon 11:00', 'agentMessage')], asOf }).clocks).toEqual({})
    const answered = [...opened, on('Tue 09:00', 'customerMessage'), on('Tue 10:00', 'agentMessage')]
    const { clocks } = play({ metrics, events: answered, asOf })
    expect(clocks.firstReply).toMatchObject({ state: 'met', startedAt: t('Tue 09:00'), elapsed: HOUR })
  })

  it('is paused by no status, not even when nobody works on the ticket', () => {
    const events = [
      on('Mon 10:00', 'created'),
      on('Mon 11:00', 'status', { status: 'pending' }),
      on('Mon 12:00', 'status', { status: 'hold' }),
    ]
    expect(play({ metrics, events, asOf: t('Mon 13:00') }).clocks.firstReply).toMatchObject({
      state: 'running',
      elapsed: 3 * HOUR,
      dueAt: t('Mon 14:00'),
    })
  })

  it('is stopped by no note, no automatic message and no bot', () => {
    for (const type of ['note', 'autoMessage', 'botMessage', 'customerMessage'] as const) {
      const events = [on('Mon 10:00', 'created'), on('Mon 11:00', type)]
      expect(play({ metrics, events, asOf: t('Mon 12:00') }).clocks.firstReply).toMatchObject({ state: 'running' })
    }
  })

  it('is met at once by an answer in the instant of the opening', () => {
    const events = [on('Mon 10:00', 'created'), on('Mon 10:00', 'agentMessage')]
    const replayed = play({ metrics, events, asOf })
    expect(replayed.clocks.firstReply).toMatchObject({ state: 'met', elapsed: 0, stoppedAt: t('Mon 10:00') })
    expect(told(replayed)).toEqual(['firstReply started Mon 10:00', 'firstReply met Mon 10:00'])
  })
})

describe('nextReply', () => {
  const metrics = hours('nextReply', 2)
  const replied = [on('Mon 09:00', 'created'), on('Mon 09:30', 'agentMessage')]

  it('does not exist before a first reply', () => {
    const events = [on('Mon 09:00', 'created'), on('Mon 10:00', 'customerMessage')]
    expect(play({ metrics, events, asOf }).clocks).toEqual({})
  })

  it('runs from the oldest unanswered customer message to the next public agent message', () => {
    const events = [
      ...replied,
      on('Mon 10:00', 'customerMessage'),
      on('Mon 10:30', 'customerMessage'),
      on('Mon 11:00', 'agentMessage'),
    ]
    const { cycles, happened } = play({ metrics, events, asOf })
    expect(cycles.nextReply).toMatchObject([{ cycle: 1, state: 'met', startedAt: t('Mon 10:00'), elapsed: HOUR }])
    expect(happened.filter(({ name }) => name === 'sla.met')).toHaveLength(1)
  })

  it('has one cycle a turn, and reports each', () => {
    const events = [
      ...replied,
      on('Mon 10:00', 'customerMessage'),
      on('Mon 10:30', 'agentMessage'),
      on('Mon 10:40', 'agentMessage'),
      on('Mon 12:00', 'customerMessage'),
      on('Mon 15:00', 'agentMessage'),
      on('Mon 16:00', 'customerMessage'),
    ]
    const { cycles, clocks } = play({ metrics, events, asOf: t('Mon 17:00') })
    expect(cycles.nextReply?.map(({ cycle, state, elapsed }) => [cycle, state, elapsed])).toEqual([
      [1, 'met', 30 * MINUTE],
      [2, 'metLate', 3 * HOUR],
      [3, 'running', HOUR],
    ])
    expect(clocks.nextReply?.cycle).toBe(3)
  })

  it('follows a late reply to a customer whose ticket was solved unanswered', () => {
    const events = [
      on('Mon 09:00', 'created'),
      on('Mon 10:00', 'status', { status: 'solved' }),
      on('Mon 11:00', 'agentMessage'),
      on('Mon 12:00', 'customerMessage'),
      on('Mon 12:00', 'status', { status: 'open' }),
    ]
    const { clocks } = play({ metrics: { ...metrics, ...hours('firstReply', 4) }, events, asOf: t('Mon 12:30') })
    expect(clocks.nextReply).toMatchObject({ state: 'running', startedAt: t('Mon 12:00') })
    expect(clocks.firstReply).toMatchObject({ state: 'cancelled', reason: 'solved' })
  })
})

describe('periodicUpdate and pausableUpdate', () => {
  const metrics = { ...hours('periodicUpdate', 4), ...hours('pausableUpdate', 4) }
  const replied = [on('Mon 09:00', 'created'), on('Mon 10:00', 'agentMessage')]

  it('start with each public agent message and end with the next', () => {
    const events = [...replied, on('Mon 12:00', 'agentMessage'), on('Mon 18:00', 'agentMessage')]
    const { cycles } = play({ metrics, events, asOf: t('Mon 19:00') })
    const states = cycles.periodicUpdate?.map(({ state, elapsed }) => [state, elapsed / HOUR])
    expect(states).toEqual([
      ['met', 2],
      ['metLate', 6],
      ['running', 1],
    ])
    expect(cycles.pausableUpdate?.map(({ state, elapsed }) => [state, elapsed / HOUR])).toEqual(states)
  })

  it('differ in pending: the one runs on, the other stands still', () => {
    const events = [...replied, on('Mon 11:00', 'status', { status: 'pending' })]
    const { clocks } = play({ metrics, events, asOf: t('Mon 13:00') })
    expect(clocks.periodicUpdate).toMatchObject({ state: 'running', elapsed: 3 * HOUR, dueAt: t('Mon 14:00') })
    expect(clocks.pausableUpdate).toMatchObject({ state: 'paused', elapsed: HOUR, dueAt: null })
  })

  it('end when the ticket is solved, and begin with the first public message after it is reopened', () => {
    const events = [
      ...replied,
      on('Mon 11:00', 'status', { status: 'solved' }),
      on('Tue 09:00', 'status', { status: 'open' }),
    ]
    const reopened = play({ metrics, events, asOf: t('Tue 10:00') })
    expect(reopened.clocks.periodicUpdate).toMatchObject({ state: 'cancelled', reason: 'solved', cycle: 1 })
    const answered = play({ metrics, events: [...events, on('Tue 10:00', 'agentMessage')], asOf: t('Tue 11:00') })
    expect(answered.clocks.periodicUpdate).toMatchObject({ cycle: 2, startedAt: t('Tue 10:00'), elapsed: HOUR })
  })

  it('are started by no message on a solved ticket, but by one that reopens it', () => {
    const solved = [...replied, on('Mon 11:00', 'status', { status: 'solved' })]
    const thanks = play({ metrics, events: [...solved, on('Mon 12:00', 'agentMessage')], asOf })
    expect(thanks.clocks.periodicUpdate).toMatchObject({ state: 'cancelled' })
    const reopening = [on('Mon 12:00', 'agentMessage'), on('Mon 12:00', 'status', { status: 'open' })]
    const reopened = play({ metrics, events: [...solved, ...reopening], asOf: t('Mon 13:00') })
    expect(reopened.clocks.periodicUpdate).toMatchObject({ state: 'running', startedAt: t('Mon 12:00') })
  })
})

describe('resolution and its variants', () => {
  const life = [
    on('Mon 08:00', 'created'),
    on('Mon 09:00', 'status', { status: 'open' }),
    on('Mon 10:00', 'status', { status: 'pending' }),
    on('Mon 13:00', 'status', { status: 'open' }),
    on('Mon 14:00', 'status', { status: 'hold' }),
    on('Mon 19:00', 'status', { status: 'open' }),
    on('Mon 20:00', 'status', { status: 'solved' }),
  ]
  const metrics = {
    ...hours('resolution', 24),
    ...hours('requesterWait', 24),
    ...hours('agentWork', 24),
    ...hours('totalResolution', 24),
    ...hours('firstResolution', 24),
  }

  it('count the time in the categories that do not pause them', () => {
    const { clocks } = play({ metrics, events: life, asOf })
    const elapsed = Object.entries(clocks).map(([metric, { elapsed, state }]) => [metric, state, elapsed / HOUR])
    expect(elapsed).toEqual([
      ['resolution', 'met', 4],
      ['requesterWait', 'met', 9],
      ['agentWork', 'met', 4],
      ['totalResolution', 'met', 12],
      ['firstResolution', 'met', 4],
    ])
    expect(clocks.resolution?.paused).toEqual({ wall: 8 * HOUR, working: 8 * HOUR })
  })

  it('pause on what the policy says instead, statuses of the host’s own included', () => {
    const policy = { name: 'Own', metrics: hours('resolution', 24, { pauseOn: ['waiting-for-parts'] }) }
    const events = [
      on('Mon 08:00', 'created'),
      on('Mon 09:00', 'status', { status: 'pending' }),
      on('Mon 11:00', 'status', { status: 'waiting-for-parts', category: 'hold' }),
      on('Mon 15:00', 'status', { status: 'hold' }),
    ]
    const { clocks } = play({ policy, events, asOf: t('Mon 16:00') })
    expect(clocks.resolution).toMatchObject({ elapsed: 4 * HOUR, paused: { wall: 4 * HOUR } })
  })

  it('resume with the time kept when the ticket is reopened; time in solved is neither run nor paused', () => {
    const events = [...life, on('Tue 08:00', 'status', { status: 'open' })]
    const { clocks, cycles } = play({ metrics, events, asOf: t('Tue 10:00') })
    expect(cycles.resolution?.map(({ state, elapsed, dueAt }) => [state, elapsed / HOUR, said(dueAt)])).toEqual([
      ['met', 4, 'Tue 16:00'],
      ['running', 6, 'Wed 04:00'],
    ])
    expect(clocks.resolution?.paused.wall).toBe(8 * HOUR)
    expect(clocks.totalResolution).toMatchObject({ state: 'running', elapsed: 14 * HOUR })
  })

  it('end when the ticket is closed as when it is solved', () => {
    const events = [on('Mon 08:00', 'created'), on('Mon 09:00', 'status', { status: 'closed' })]
    expect(play({ metrics, events, asOf }).clocks.resolution).toMatchObject({ state: 'met', elapsed: HOUR })
  })

  it('are met at once by a ticket that is solved in the instant of its opening', () => {
    const events = [on('Mon 08:00', 'created'), on('Mon 08:00', 'status', { status: 'solved' })]
    const { clocks } = play({ metrics, events, asOf })
    expect(clocks.resolution).toMatchObject({ state: 'met', elapsed: 0 })
    expect(clocks.firstResolution).toMatchObject({ state: 'met', elapsed: 0 })
  })
})

describe('firstResolution', () => {
  it('ends with the first solve for good, however often the ticket is reopened', () => {
    const events = [
      on('Mon 08:00', 'created'),
      on('Mon 10:00', 'status', { status: 'solved' }),
      on('Mon 12:00', 'status', { status: 'open' }),
      on('Mon 14:00', 'status', { status: 'solved' }),
    ]
    const metrics = { ...hours('firstResolution', 8), ...hours('resolution', 8) }
    const { cycles } = play({ metrics, events, asOf })
    expect(cycles.firstResolution).toMatchObject([{ state: 'met', elapsed: 2 * HOUR, stoppedAt: t('Mon 10:00') }])
    expect(cycles.resolution?.map(({ elapsed }) => elapsed / HOUR)).toEqual([2, 4])
  })
})

describe('teamTime', () => {
  const metrics = hours('teamTime', 4)
  const opened = [on('Mon 08:00', 'created'), on('Mon 09:00', 'team', { teamId: 'first' })]

  it('has a clock of its own for each stay in a team', () => {
    const events = [
      ...opened,
      on('Mon 11:00', 'team', { teamId: 'second' }),
      on('Mon 16:00', 'team', { teamId: 'first' }),
      on('Mon 17:00', 'team', { teamId: null }),
    ]
    const { cycles } = play({ metrics, events, asOf })
    expect(
      cycles.teamTime?.map(({ cycle, state, startedAt, elapsed }) => [cycle, state, said(startedAt), elapsed / HOUR]),
    ).toEqual([
      [1, 'met', 'Mon 09:00', 2],
      [2, 'metLate', 'Mon 11:00', 5],
      [3, 'met', 'Mon 16:00', 1],
    ])
  })

  it('starts with the ticket when it is opened in a team', () => {
    const events = [on('Mon 08:00', 'created', { record: { teamId: 'first' } })]
    expect(play({ metrics, events, asOf: t('Mon 09:00') }).clocks.teamTime).toMatchObject({ elapsed: HOUR })
  })

  it('ends when the ticket is solved, and goes on in the same stay when it is reopened', () => {
    const events = [
      ...opened,
      on('Mon 10:00', 'status', { status: 'solved' }),
      on('Mon 15:00', 'status', { status: 'open' }),
    ]
    const { cycles } = play({ metrics, events, asOf: t('Mon 16:00') })
    expect(cycles.teamTime?.map(({ state, elapsed }) => [state, elapsed / HOUR])).toEqual([
      ['met', 1],
      ['running', 2],
    ])
  })

  it('pauses as its policy says, and in nothing unless it says', () => {
    const events = [...opened, on('Mon 10:00', 'status', { status: 'hold' })]
    expect(play({ metrics, events, asOf: t('Mon 12:00') }).clocks.teamTime).toMatchObject({ elapsed: 3 * HOUR })
    const pausing = hours('teamTime', 4, { pauseOn: ['hold'] })
    expect(play({ metrics: pausing, events, asOf: t('Mon 12:00') }).clocks.teamTime).toMatchObject({ elapsed: HOUR })
  })

  it('is not moved by being given to the team that has it already', () => {
    const events = [...opened, on('Mon 10:00', 'team', { teamId: 'first' })]
    expect(play({ metrics, events, asOf: t('Mon 11:00') }).cycles.teamTime).toMatchObject([{ elapsed: 2 * HOUR }])
  })
})

describe('bots', () => {
  const events = [
    on('Mon 09:00', 'created'),
    on('Mon 09:01', 'botMessage'),
    on('Mon 10:00', 'customerMessage'),
    on('Mon 10:01', 'botMessage'),
  ]
  const metrics = { ...hours('firstReply', 4), ...hours('nextReply', 4) }

  it('answer nobody, unless the policy counts them', () => {
    expect(play({ metrics, events, asOf }).clocks).toMatchObject({ firstReply: { state: 'breached' } })
    const policy = { name: 'With bots', metrics, repliers: ['agent', 'bot'] as const }
    expect(play({ policy, events, asOf }).clocks).toMatchObject({
      firstReply: { state: 'met', elapsed: MINUTE },
      nextReply: { state: 'met', elapsed: MINUTE },
    })
  })
})

describe('a metric without a promise for the priority', () => {
  const metrics = { firstReply: { target: { P1: '1h', P2: '4h' } as const } }

  it('has no clock, and gets one when the priority is one of those that are promised', () => {
    const events = [on('Mon 10:00', 'created', { priority: 'P4' })]
    expect(play({ metrics, events, asOf }).clocks).toEqual({})
    const raised = [...events, on('Mon 11:00', 'priority', { priority: 'P2' })]
    expect(play({ metrics, events: raised, asOf: t('Mon 12:00') }).clocks.firstReply).toMatchObject({
      startedAt: t('Mon 10:00'),
      dueAt: t('Mon 14:00'),
      elapsed: 2 * HOUR,
    })
  })

  it('has the one that is for all others', () => {
    const otherwise = { firstReply: { target: { P1: '1h', otherwise: '8h' } as const } }
    for (const priority of ['P9', 'toString', '__proto__', undefined]) {
      const events = [on('Mon 10:00', 'created', priority === undefined ? {} : { priority })]
      expect(play({ metrics: otherwise, events, asOf }).clocks.firstReply?.target).toBe(8 * HOUR)
    }
  })
})
