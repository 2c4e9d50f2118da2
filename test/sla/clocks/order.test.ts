/** What happens at one instant: one answer, whatever order the events stand in. */
import { describe, expect, it } from 'vitest'
import type { ClockEvent } from '../../../src/sla/sla.ts'
import { hours, on, play, t, told } from './play.ts'

const asOf = t('Fri 12:00')

/** Every order of some events, each with what it plays to; the first instant's opening may stand anywhere in it. */
function permuted<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]]
  return list.flatMap((one, index) => permuted(list.toSpliced(index, 1)).map((rest) => [one, ...rest]))
}

function everyOrder(before: readonly ClockEvent[], instant: readonly ClockEvent[], metrics: object): string[][] {
  const played = permuted(instant).map((events) => {
    const replayed = play({ metrics, events: [...before, ...events], asOf })
    return JSON.stringify(replayed)
  })
  expect(new Set(played).size).toBe(1)
  return [told(JSON.parse(played[0] as string))]
}

const metrics = {
  ...hours('firstReply', 4),
  ...hours('nextReply', 4),
  ...hours('pausableUpdate', 4),
  ...hours('resolution', 8),
  ...hours('teamTime', 2),
}

describe('the events of one instant', () => {
  it('meet the reply first and pause then, when a reply sets the ticket to pending', () => {
    const [order] = everyOrder(
      [on('Mon 10:00', 'created')],
      [on('Mon 11:00', 'agentMessage'), on('Mon 11:00', 'status', { status: 'pending' }), on('Mon 11:00', 'note')],
      metrics,
    )
    expect(order).toEqual([
      'firstReply started Mon 10:00',
      'resolution started Mon 10:00',
      'firstReply met Mon 11:00',
      'resolution paused Mon 11:00',
      'pausableUpdate started Mon 11:00',
      'pausableUpdate paused Mon 11:00',
    ])
  })

  it('end the pause before the stop, when a ticket is solved from pending', () => {
    const [order] = everyOrder(
      [on('Mon 10:00', 'created'), on('Mon 11:00', 'status', { status: 'pending' })],
      [
        on('Mon 13:00', 'agentMessage'),
        on('Mon 13:00', 'status', { status: 'solved' }),
        on('Mon 13:00', 'team', { teamId: 'a' }),
      ],
      metrics,
    )
    expect(order).toEqual([
      'firstReply started Mon 10:00',
      'resolution started Mon 10:00',
      'resolution paused Mon 11:00',
      'firstReply met Mon 13:00',
      'resolution met Mon 13:00',
    ])
  })

  it('open the ticket first, wherever its opening stands', () => {
    const [order] = everyOrder(
      [],
      [
        on('Mon 10:00', 'created'),
        on('Mon 10:00', 'agentMessage'),
        on('Mon 10:00', 'team', { teamId: 'a' }),
        on('Mon 10:00', 'priority', { priority: 'P1' }),
        on('Mon 10:00', 'status', { status: 'pending' }),
      ],
      metrics,
    )
    expect(order?.slice(0, 4)).toEqual([
      'firstReply started Mon 10:00',
      'resolution started Mon 10:00',
      'firstReply met Mon 10:00',
      'resolution paused Mon 10:00',
    ])
  })

  it('leave a customer waiting who writes in the instant of a reply', () => {
    const [order] = everyOrder(
      [on('Mon 09:00', 'created'), on('Mon 09:30', 'agentMessage'), on('Mon 10:00', 'customerMessage')],
      [on('Mon 11:00', 'agentMessage'), on('Mon 11:00', 'customerMessage'), on('Mon 11:00', 'autoMessage')],
      hours('nextReply', 4),
    )
    expect(order).toEqual([
      'nextReply started Mon 10:00',
      'nextReply met Mon 11:00',
      'nextReply started Mon 11:00',
      'nextReply breached Mon 15:00',
    ])
  })

  it('swap policy, target and calendar before they stop and start', () => {
    const longer = { name: 'Longer', metrics: { ...hours('resolution', 20), ...hours('firstReply', 20) } }
    const [order] = everyOrder(
      [on('Mon 10:00', 'created', { priority: 'P1' })],
      [
        on('Mon 15:00', 'policy', { policy: longer }),
        on('Mon 15:00', 'status', { status: 'solved' }),
        on('Mon 15:00', 'change', { record: { tags: ['vip'] } }),
        on('Mon 15:00', 'due', { metric: 'resolution', dueAt: t('Tue 10:00') }),
      ],
      { ...hours('resolution', 8), ...hours('firstReply', 4) },
    )
    expect(order).toEqual([
      'firstReply started Mon 10:00',
      'resolution started Mon 10:00',
      'firstReply breached Mon 14:00',
      'resolution changed Mon 15:00',
      'firstReply changed Mon 15:00',
      'resolution changed Mon 15:00',
      'firstReply cancelled Mon 15:00 by solved',
      'resolution met Mon 15:00',
    ])
  })

  it('set a ticket aside before anything is asked of its clocks', () => {
    const [order] = everyOrder(
      [on('Mon 09:00', 'created'), on('Mon 09:30', 'team', { teamId: 'a' })],
      [
        on('Mon 10:00', 'merged'),
        on('Mon 10:00', 'customerMessage'),
        on('Mon 10:00', 'due', { metric: 'teamTime', dueAt: t('Mon 20:00') }),
        on('Mon 10:00', 'team', { teamId: 'b' }),
      ],
      hours('teamTime', 2),
    )
    expect(order).toEqual(['teamTime started Mon 09:30', 'teamTime cancelled Mon 10:00 by merged'])
  })

  it('keep their own order where they are of one kind: the last status holds', () => {
    const two = (first: string, second: string) =>
      play({
        metrics,
        events: [
          on('Mon 10:00', 'created'),
          on('Mon 11:00', 'status', { status: first }),
          on('Mon 11:00', 'status', { status: second }),
        ],
        asOf: t('Mon 12:00'),
      }).clocks.resolution?.state
    expect([two('pending', 'open'), two('open', 'pending')]).toEqual(['running', 'paused'])
  })
})
