/** How clocks end otherwise: solving unanswered, tickets set aside and brought back, and due instants set by hand. */
import { describe, expect, it } from 'vitest'
import type { ClockEvent, MetricDefinition } from '../../../src/sla/sla.ts'
import { HOUR } from '../hours.ts'
import { hours, on, play, t, told } from './play.ts'

const created = on('Mon 10:00', 'created')
const solved = (at: string) => on(at, 'status', { status: 'solved' })
const open = (at: string) => on(at, 'status', { status: 'open' })

describe('solving a ticket with an unanswered message', () => {
  const events = [created, solved('Mon 11:00'), on('Mon 13:00', 'agentMessage')]
  const firstReply = (onSolve?: 'met' | 'cancel' | 'keep', more: readonly ClockEvent[] = events) =>
    play({ metrics: hours('firstReply', 4, onSolve ? { onSolve } : {}), events: more, asOf: t('Tue 10:00') })

  it('cancels the waiting unless the policy says otherwise', () => {
    expect(firstReply().clocks.firstReply).toMatchObject({ state: 'cancelled', reason: 'solved', elapsed: HOUR })
    expect(firstReply('cancel').clocks.firstReply).toMatchObject({ state: 'cancelled' })
  })

  it('is as good as an answer where the policy says met', () => {
    expect(firstReply('met').clocks.firstReply).toMatchObject({ state: 'met', stoppedAt: t('Mon 11:00') })
    const late = [created, solved('Mon 18:00')]
    expect(firstReply('met', late).clocks.firstReply).toMatchObject({ state: 'metLate', breachedAt: t('Mon 14:00') })
  })

  it('changes nothing where the policy says keep', () => {
    expect(firstReply('keep').clocks.firstReply).toMatchObject({ state: 'met', stoppedAt: t('Mon 13:00') })
    expect(firstReply('keep', [created, solved('Mon 11:00')]).clocks.firstReply).toMatchObject({ state: 'breached' })
  })

  it('leaves nothing to answer when the ticket is reopened without a word', () => {
    const metrics = { ...hours('firstReply', 4), ...hours('nextReply', 4) }
    const asked = [created, on('Mon 10:10', 'agentMessage'), on('Mon 10:20', 'customerMessage')]
    const { cycles } = play({
      metrics,
      events: [...asked, solved('Mon 11:00'), open('Mon 12:00')],
      asOf: t('Tue 10:00'),
    })
    expect(cycles.nextReply).toMatchObject([{ state: 'cancelled', reason: 'solved' }])
    const unanswered = play({
      metrics,
      events: [created, solved('Mon 11:00'), open('Mon 12:00')],
      asOf: t('Tue 10:00'),
    })
    expect(unanswered.cycles.firstReply).toHaveLength(1)
  })

  it('is settled by the message when the same command answers and solves', () => {
    const both = [created, solved('Mon 11:00'), on('Mon 11:00', 'agentMessage')]
    for (const onSolve of ['met', 'cancel', 'keep'] as const)
      expect(firstReply(onSolve, both).clocks.firstReply).toMatchObject({ state: 'met', elapsed: HOUR })
  })

  it('begins a new cycle when the customer writes again', () => {
    const again = [created, solved('Mon 11:00'), on('Mon 15:00', 'customerMessage'), open('Mon 15:00')]
    expect(firstReply('cancel', again).cycles.firstReply).toMatchObject([
      { state: 'cancelled' },
      { cycle: 2, state: 'breached', startedAt: t('Mon 15:00'), breachedAt: t('Mon 19:00') },
    ])
  })

  it('starts no clock for what is said on a solved ticket, until it is reopened', () => {
    const metrics = hours('nextReply', 4)
    const said = [created, on('Mon 10:30', 'agentMessage'), solved('Mon 11:00'), on('Mon 12:00', 'customerMessage')]
    const waiting = play({ metrics, events: [...said, on('Mon 13:00', 'note')], asOf: t('Mon 14:00') })
    expect(waiting.happened).toEqual([])
    const reopened = play({ metrics, events: [...said, open('Mon 14:00')], asOf: t('Mon 15:00') })
    expect(reopened.clocks.nextReply).toMatchObject({ startedAt: t('Mon 12:00'), elapsed: 3 * HOUR })
  })
})

describe('a policy that is published after a ticket was solved', () => {
  it('starts no clock of it', () => {
    const metrics = {
      ...hours('firstReply', 1),
      ...hours('resolution', 1),
      ...hours('teamTime', 1),
      ...hours('firstResolution', 1),
    }
    const events = [
      on('Mon 10:00', 'created', { record: { teamId: 'a' } }),
      solved('Mon 11:00'),
      on('Tue 10:00', 'policy', { policy: { name: 'Late', metrics } }),
    ]
    const replayed = play({ metrics: hours('nextReply', 1), events, asOf: t('Wed 10:00') })
    expect([replayed.clocks, replayed.happened]).toEqual([{}, []])
  })
})

describe('a ticket that is set aside', () => {
  const metrics = { ...hours('firstReply', 4), ...hours('resolution', 8), ...hours('agentWork', 8) }

  it('cancels its clocks, with the reason', () => {
    for (const reason of ['merged', 'deleted', 'spam'] as const) {
      const events = [created, on('Mon 11:00', 'status', { status: 'pending' }), on('Mon 12:00', reason)]
      const { clocks } = play({ metrics, events, asOf: t('Tue 10:00') })
      expect(clocks).toMatchObject({
        firstReply: { state: 'cancelled', reason, elapsed: 2 * HOUR, stoppedAt: t('Mon 12:00') },
        resolution: { state: 'cancelled', reason, elapsed: HOUR, paused: { wall: HOUR } },
      })
    }
  })

  it('starts no clock and warns of nothing, whatever happens to it', () => {
    const warned = { ...hours('resolution', 8, { warn: [0.5] }), ...hours('nextReply', 1), ...hours('firstReply', 1) }
    const events = [
      created,
      on('Mon 10:30', 'agentMessage'),
      on('Mon 12:00', 'merged'),
      on('Mon 13:00', 'customerMessage'),
      on('Mon 14:00', 'priority', { priority: 'P1' }),
    ]
    const replayed = play({ metrics: warned, events, asOf: t('Fri 10:00') })
    expect(told(replayed).slice(3)).toEqual(['resolution cancelled Mon 12:00 by merged'])
    const later = on('Mon 15:00', 'policy', { policy: { name: 'Later', metrics: warned } })
    expect(play({ metrics: warned, events: [...events, later], asOf: t('Fri 10:00') }).policy).toBe('Standard')
  })

  it('goes on where it was when it is restored: the time between is neither run nor paused', () => {
    const events = [created, on('Mon 12:00', 'deleted'), on('Mon 20:00', 'restored')]
    const { clocks, cycles } = play({ metrics, events, asOf: t('Mon 21:00') })
    expect(clocks).toMatchObject({
      firstReply: { state: 'running', cycle: 2, elapsed: 3 * HOUR, dueAt: t('Mon 22:00') },
      resolution: { state: 'running', elapsed: 3 * HOUR, paused: { wall: 0 }, dueAt: t('Tue 02:00') },
    })
    expect(cycles.resolution).toHaveLength(2)
  })

  it('is left out for that time by a clock that starts after it, too', () => {
    const events = [
      created,
      on('Mon 12:00', 'deleted'),
      on('Mon 15:00', 'status', { status: 'open' }),
      on('Mon 20:00', 'restored'),
      on('Mon 21:00', 'policy', { policy: { name: 'Late', metrics } }),
    ]
    const { clocks } = play({ metrics: hours('teamTime', 1), events, asOf: t('Mon 21:00') })
    expect(clocks).toMatchObject({ agentWork: { elapsed: 3 * HOUR }, firstReply: { elapsed: 3 * HOUR } })
  })

  it('is late again in silence when it was late before', () => {
    const events = [created, on('Mon 15:00', 'deleted'), on('Mon 20:00', 'restored')]
    const replayed = play({ metrics: hours('firstReply', 4, { warn: [0.5] }), events, asOf: t('Mon 21:00') })
    expect(told(replayed, 'firstReply')).toEqual([
      'started Mon 10:00',
      'warned Mon 12:00 at 0.5',
      'breached Mon 14:00',
      'cancelled Mon 15:00 by deleted',
      'started Mon 20:00',
      'breached Mon 14:00 retroactive',
    ])
  })

  it('keeps a team’s clock of its own for a team that came meanwhile', () => {
    const events = [
      on('Mon 10:00', 'created', { record: { teamId: 'a' } }),
      on('Mon 12:00', 'spam'),
      on('Mon 13:00', 'team', { teamId: 'b' }),
      on('Mon 14:00', 'restored'),
    ]
    expect(play({ metrics: hours('teamTime', 4), events, asOf: t('Mon 15:00') }).cycles.teamTime).toMatchObject([
      { cycle: 1, state: 'cancelled', elapsed: 2 * HOUR },
      { cycle: 2, state: 'running', startedAt: t('Mon 13:00'), elapsed: HOUR },
    ])
  })
})

describe('a due instant set by hand', () => {
  const metrics: { resolution: MetricDefinition } = {
    resolution: { target: { P1: '2h', P2: '8h' }, warn: [{ before: '1h' }] },
  }
  const opened = on('Mon 10:00', 'created', { priority: 'P2' })
  const due = (at: string, dueAt: string | null) =>
    on(at, 'due', { metric: 'resolution', dueAt: dueAt === null ? null : t(dueAt) })
  const resolution = (events: readonly ClockEvent[], asOf: string) =>
    play({ metrics, events, asOf: t(asOf) }).clocks.resolution

  it('holds against later priorities, policies and pauses', () => {
    const events = [
      opened,
      due('Mon 11:00', 'Wed 12:00'),
      on('Mon 12:00', 'priority', { priority: 'P1' }),
      on('Mon 13:00', 'policy', { policy: { name: 'Other', metrics: hours('resolution', 1) } }),
      on('Mon 14:00', 'status', { status: 'pending' }),
      open('Mon 20:00'),
    ]
    expect(resolution(events, 'Mon 21:00')).toMatchObject({ state: 'running', dueAt: t('Wed 12:00'), breached: false })
    expect(resolution(events, 'Wed 13:00')).toMatchObject({ state: 'breached', breachedAt: t('Wed 12:00') })
  })

  it('holds over the time in which a ticket was set aside', () => {
    const events = [opened, due('Mon 11:00', 'Wed 12:00'), on('Mon 12:00', 'deleted'), on('Mon 13:00', 'restored')]
    expect(resolution(events, 'Mon 14:00')).toMatchObject({
      state: 'running',
      dueAt: t('Wed 12:00'),
      elapsed: 3 * HOUR,
    })
  })

  it('gives way to the target again when it is cleared', () => {
    const events = [opened, due('Mon 11:00', 'Wed 12:00'), due('Mon 12:00', null)]
    expect(resolution(events, 'Mon 13:00')).toMatchObject({ dueAt: t('Mon 18:00') })
  })

  it('moves the warnings that lie before it', () => {
    const replayed = play({ metrics, events: [opened, due('Mon 11:00', 'Wed 12:00')], asOf: t('Thu 10:00') })
    expect(told(replayed, 'resolution')).toEqual([
      'started Mon 10:00',
      'changed Mon 11:00',
      `warned Wed 11:00 at -${HOUR}`,
      'breached Wed 12:00',
    ])
  })

  it('that passes while the ticket is paused is missed when the pause ends, not before', () => {
    const events = [opened, due('Mon 11:00', 'Mon 15:00'), on('Mon 12:00', 'status', { status: 'pending' })]
    expect(resolution(events, 'Mon 20:00')).toMatchObject({ state: 'paused', breached: false, dueAt: t('Mon 15:00') })
    expect(resolution([...events, open('Mon 20:00')], 'Mon 20:00')).toMatchObject({ breachedAt: t('Mon 15:00') })
    expect(resolution([...events, solved('Mon 20:00')], 'Mon 20:00')).toMatchObject({ state: 'metLate' })
    expect(resolution([...events, solved('Mon 15:00')], 'Mon 20:00')).toMatchObject({ state: 'met' })
  })

  it('in the past is missed at once, also by the stop of the same instant', () => {
    const events = [opened, due('Mon 12:00', 'Mon 11:00')]
    expect(resolution(events, 'Mon 12:00')).toMatchObject({ state: 'breached', breachedAt: t('Mon 11:00') })
    expect(resolution([...events, solved('Mon 12:00')], 'Mon 13:00')).toMatchObject({ state: 'metLate' })
  })

  it('is for the clocks that an instant leaves: a stay that ends with it keeps its own', () => {
    const events = [
      on('Mon 10:00', 'created', { record: { teamId: 'a' } }),
      on('Mon 11:00', 'due', { metric: 'teamTime', dueAt: t('Fri 10:00') }),
      on('Mon 11:00', 'team', { teamId: 'b' }),
    ]
    const { cycles } = play({ metrics: hours('teamTime', 4), events, asOf: t('Mon 12:00') })
    expect(cycles.teamTime?.map(({ dueAt }) => dueAt)).toEqual([t('Mon 14:00'), t('Mon 15:00')])
  })

  it('is for a clock that lives: others are left alone', () => {
    const events = [opened, solved('Mon 11:00'), due('Mon 12:00', 'Mon 15:00')]
    expect(resolution(events, 'Tue 10:00')).toMatchObject({ state: 'met', dueAt: t('Mon 18:00') })
  })
})
