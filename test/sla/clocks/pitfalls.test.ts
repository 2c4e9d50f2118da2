/** What went wrong with SLA clocks elsewhere; each test carries the lesson and names the public report. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isDeskError } from '../../../src/domain/fault.ts'
import type { ClockEvent } from '../../../src/sla/sla.ts'
import { HOUR, MINUTE } from '../hours.ts'
import { hours, on, play, said, t, told } from './play.ts'

const asOf = t('Fri2 12:00')
const created = on('Mon 10:00', 'created')
const status = (at: string, name: string) => on(at, 'status', { status: name })

describe('lessons of other help desks about clocks', () => {
  // zammad#534; fivetran/dbt_zendesk#92
  it('an edit of a calendar or a holiday reaches the clocks that run, and is told as a change', () => {
    const edit = on('Mon 12:00', 'calendar', {
      name: 'office 9-17',
      calendar: { timeZone: 'UTC', weekly: { mon: [['09:00', '17:00']], wed: [['09:00', '17:00']] } },
    })
    const replayed = play({
      metrics: hours('resolution', 8),
      calendar: 'office 9-17',
      events: [created, edit],
      asOf: t('Mon 12:00'),
    })
    expect(told(replayed)).toEqual(['resolution started Mon 10:00', 'resolution changed Mon 12:00'])
    expect(said(replayed.clocks.resolution?.dueAt)).toBe('Wed 10:00')
  })

  // zammad#2082
  it('a reply fulfils its clock in the instant in which it is sent, the first one too', () => {
    const metrics = { ...hours('firstReply', 4), ...hours('periodicUpdate', 4) }
    const { clocks } = play({ metrics, events: [created, on('Mon 11:00', 'agentMessage')], asOf: t('Mon 11:00') })
    expect(clocks.firstReply).toMatchObject({ state: 'met', stoppedAt: t('Mon 11:00') })
    expect(clocks.periodicUpdate).toMatchObject({ startedAt: t('Mon 11:00'), dueAt: t('Mon 15:00') })
  })

  // zammad#5177
  it('a shorter next-reply target hides no first reply: its clock does not exist before there is one', () => {
    const metrics = { ...hours('firstReply', 8), ...hours('nextReply', 1) }
    const events = [created, on('Mon 11:00', 'customerMessage')]
    const { clocks } = play({ metrics, events, asOf: t('Mon 13:00') })
    expect(clocks).toMatchObject({ firstReply: { state: 'running', dueAt: t('Mon 18:00') } })
    expect(clocks.nextReply).toBeUndefined()
  })

  // zammad#3140; osTicket/osTicket#1684
  it('no reply clock runs while the agent spoke last: reply clocks know direction', () => {
    const metrics = { ...hours('firstReply', 1), ...hours('nextReply', 1) }
    const events = [
      created,
      on('Mon 10:30', 'agentMessage'),
      on('Mon 10:40', 'customerMessage'),
      on('Mon 10:50', 'agentMessage'),
    ]
    const { clocks } = play({ metrics, events, asOf })
    expect(clocks).toMatchObject({ firstReply: { state: 'met' }, nextReply: { state: 'met', cycle: 1 } })
  })

  // zammad#1620, zammad#1880
  it('who counts as answering is policy data, a note never is, and the policy that applied is recorded', () => {
    const metrics = hours('firstReply', 4)
    const events = [created, on('Mon 10:10', 'note'), on('Mon 10:20', 'botMessage'), on('Mon 10:30', 'agentMessage')]
    const played = (name: string, repliers?: readonly ('agent' | 'bot')[]) =>
      play({ policy: { name, metrics, ...(repliers ? { repliers } : {}) }, events, asOf }).clocks.firstReply
    expect(played('People', undefined)).toMatchObject({ policy: 'People', stoppedAt: t('Mon 10:30') })
    expect(played('Bots too', ['agent', 'bot'])).toMatchObject({ policy: 'Bots too', stoppedAt: t('Mon 10:20') })
  })

  // zammad#3551
  it('a reply that also sets pending meets the first reply: message effects come before status effects', () => {
    const metrics = { ...hours('firstReply', 4), ...hours('resolution', 8) }
    const events = [created, status('Mon 11:00', 'pending'), on('Mon 11:00', 'agentMessage')]
    const replayed = play({ metrics, events, asOf: t('Mon 12:00') })
    expect(told(replayed).slice(2)).toEqual(['firstReply met Mon 11:00', 'resolution paused Mon 11:00'])
  })

  // zammad#5624
  it('a policy without a metric leaves no old deadline of it behind: the clock is cancelled', () => {
    const metrics = { ...hours('firstReply', 4), ...hours('periodicUpdate', 2) }
    const events = [
      created,
      on('Mon 11:00', 'agentMessage'),
      on('Mon 12:00', 'policy', { policy: { name: 'Without', metrics: hours('firstReply', 4) } }),
    ]
    expect(play({ metrics, events, asOf }).clocks.periodicUpdate).toMatchObject({
      state: 'cancelled',
      reason: 'policy',
      breached: false,
    })
  })

  // zammad#904
  it('a merged ticket is never late: merging cancels its clocks', () => {
    const events = [created, on('Mon 11:00', 'merged')]
    const replayed = play({ metrics: hours('resolution', 4), events, asOf })
    expect(replayed.clocks.resolution).toMatchObject({ state: 'cancelled', reason: 'merged', breached: false })
    expect(replayed.happened.some(({ name }) => name === 'sla.breached')).toBe(false)
  })

  // zammad#4348
  it('two warnings of one day are both given: what is once is the clock, its cycle and the level, not the date', () => {
    const metrics = hours('nextReply', 2, { warn: [0.5, 0.75] })
    const events = [
      created,
      on('Mon 10:10', 'agentMessage'),
      on('Mon 11:00', 'customerMessage'),
      on('Mon 13:00', 'agentMessage'),
      on('Mon 14:00', 'customerMessage'),
    ]
    const warnings = play({ metrics, events, asOf }).happened.filter(({ name }) => name === 'sla.warned')
    expect(warnings.map(({ cycle, level, at }) => [cycle, level, said(at)])).toEqual([
      [1, '0.5', 'Mon 12:00'],
      [1, '0.75', 'Mon 12:30'],
      [2, '0.5', 'Mon 15:00'],
      [2, '0.75', 'Mon 15:30'],
    ])
  })

  // frappe/helpdesk PR#2449
  it('a pause is an interval that is taken out before the calendar is walked, not wall time added to the start', () => {
    const events = [on('Fri 15:00', 'created'), status('Fri 16:00', 'pending'), status('Mon2 10:00', 'open')]
    const { clocks } = play({ metrics: hours('resolution', 4), calendar: 'office 9-17', events, asOf: t('Mon2 10:00') })
    expect(said(clocks.resolution?.dueAt)).toBe('Mon2 13:00')
  })

  // frappe/helpdesk#1554, #1675; glpi-project/glpi#24481
  it('a paused ticket neither ticks nor becomes late, however long it is paused', () => {
    const events = [created, status('Mon 11:00', 'pending')]
    const replayed = play({ metrics: hours('resolution', 4, { warn: [0.5] }), events, asOf })
    expect(replayed.clocks.resolution).toMatchObject({ state: 'paused', elapsed: HOUR, breached: false, dueAt: null })
    expect(told(replayed)).toEqual(['resolution started Mon 10:00', 'resolution paused Mon 11:00'])
  })

  // frappe/helpdesk PR#3776
  it('a hold from February to a solve in August counts in full: an open pause is closed before the result', () => {
    const events: ClockEvent[] = [
      { at: '2026-02-02T09:00:00Z', type: 'created' },
      { at: '2026-02-03T09:00:00Z', type: 'status', status: 'hold' },
      { at: '2026-08-03T09:00:00Z', type: 'status', status: 'solved' },
    ]
    const { clocks } = play({ metrics: hours('resolution', 48), events, asOf: Date.parse('2026-09-01T00:00:00Z') })
    expect(clocks.resolution).toMatchObject({ state: 'met', elapsed: 24 * HOUR, paused: { wall: 181 * 24 * HOUR } })
  })

  // frappe/helpdesk#1542; frappe/helpdesk hd_ticket.py set_first_responded_on
  it('no status answers a customer, whatever it is called: only a message meets a reply clock', () => {
    const metrics = { ...hours('firstReply', 4), ...hours('resolution', 40) }
    const events = [
      created,
      on('Mon 11:00', 'status', { status: 'replied', category: 'pending' }),
      status('Mon 12:00', 'hold'),
    ]
    expect(play({ metrics, events, asOf: t('Mon 13:00') }).clocks).toMatchObject({
      firstReply: { state: 'running' },
      resolution: { state: 'paused' },
    })
  })

  // frappe/helpdesk#2405; frappe/helpdesk PR#3547
  it('an unknown priority has the promise for all others or none, and a blank condition is refused', () => {
    const events = [on('Mon 10:00', 'created', { priority: 'Überdringend' })]
    const target = { P1: '1h', otherwise: '8h' } as const
    expect(play({ metrics: { resolution: { target } }, events, asOf: t('Mon 11:00') }).clocks.resolution?.target).toBe(
      8 * HOUR,
    )
    expect(play({ metrics: { resolution: { target: { P1: '1h' } } }, events, asOf }).clocks).toEqual({})
    const blank = () =>
      play({ policy: { name: 'Blank', match: {} as never, metrics: hours('resolution', 1) }, events, asOf })
    expect(codeOf(blank)).toMatch(/^condition\./)
  })

  // frappe/erpnext PR#22476
  it('a status of the host’s own resumes the clock: running means not paused, never a status by name', () => {
    const events = [
      created,
      status('Mon 11:00', 'pending'),
      on('Mon 12:00', 'status', { status: 'back-at-it', category: 'open' }),
    ]
    expect(play({ metrics: hours('resolution', 8), events, asOf: t('Mon 13:00') }).clocks.resolution).toMatchObject({
      state: 'running',
      elapsed: 2 * HOUR,
    })
  })

  // chatwoot/chatwoot#10178
  it('solving closes the reply clocks, by the rule of the policy', () => {
    const events = [
      created,
      on('Mon 10:10', 'agentMessage'),
      on('Mon 11:00', 'customerMessage'),
      status('Mon 11:30', 'solved'),
    ]
    const ended = (onSolve: 'met' | 'cancel') =>
      play({ metrics: hours('nextReply', 1, { onSolve }), events, asOf }).clocks.nextReply
    expect([ended('met')?.state, ended('cancel')?.state]).toEqual(['met', 'cancelled'])
  })

  // chatwoot/chatwoot PR#15024
  it('what a clock was late by is frozen when it ends', () => {
    const events = [created, status('Mon 15:00', 'solved'), status('Mon 16:00', 'closed')]
    const read = (at: number) => play({ metrics: hours('resolution', 4), events, asOf: at }).clocks.resolution
    expect(read(asOf)).toEqual(read(t('Mon 16:00')))
    expect(read(asOf)?.remaining).toBe(-HOUR)
  })

  // glpi-project/glpi#6902, #15605
  it('a new policy forgets no pause: pauses belong to the ticket’s timeline, not to a clock', () => {
    const events = [
      created,
      status('Mon 11:00', 'pending'),
      status('Mon 14:00', 'open'),
      on('Mon 15:00', 'policy', {
        policy: { name: 'Other', metrics: { ...hours('resolution', 6), ...hours('agentWork', 6) } },
      }),
    ]
    const { clocks } = play({ metrics: hours('resolution', 4), events, asOf: t('Mon 15:00') })
    for (const clock of [clocks.resolution, clocks.agentWork])
      expect(clock).toMatchObject({ elapsed: 2 * HOUR, paused: { wall: 3 * HOUR }, dueAt: t('Mon 19:00') })
  })

  // glpi-project/glpi#23359
  it('the time between solved and reopened is neither run nor paused', () => {
    const events = [created, status('Mon 11:00', 'pending'), status('Mon 12:00', 'solved'), status('Tue 12:00', 'open')]
    expect(play({ metrics: hours('resolution', 8), events, asOf: t('Tue 13:00') }).clocks.resolution).toMatchObject({
      elapsed: 2 * HOUR,
      paused: { wall: HOUR },
    })
  })

  // glpi-project/glpi PR#22678
  it('a warning one hour before due walks the calendar back, and so does its instant on the clock', () => {
    const metrics = hours('resolution', 4, { warn: [{ before: '1h' }] })
    const replayed = play({
      metrics,
      calendar: 'office 8-18',
      events: [on('Mon 17:00', 'created')],
      asOf: t('Tue 11:00'),
    })
    expect([said(replayed.clocks.resolution?.dueAt), ...told(replayed).slice(1)]).toEqual([
      'Tue 11:00',
      `resolution warned Tue 10:00 at -${HOUR}`,
    ])
  })

  // glpi-project/glpi#2184
  it('each warning belongs to one clock and is measured by that clock’s own target and calendar', () => {
    const metrics = {
      ...hours('teamTime', 2, { warn: [0.5], calendar: '24/7' }),
      ...hours('resolution', 8, { warn: [0.5] }),
    }
    const events = [on('Mon 10:00', 'created', { record: { teamId: 'a' } })]
    const warnings = told(play({ metrics, calendar: 'office 9-17', events, asOf })).filter((line) =>
      line.includes('warned'),
    )
    expect(warnings).toEqual(['teamTime warned Mon 11:00 at 0.5', 'resolution warned Mon 14:00 at 0.5'])
  })

  // glpi-project/glpi#2408, #1996
  it('a breach is told once per crossing, not at every look after it', () => {
    const looks = Array.from({ length: 200 }, (_, n) => on(t('Mon 14:00') + n * 10 * MINUTE, 'note'))
    const replayed = play({ metrics: hours('resolution', 4), events: [created, ...looks], asOf })
    expect(told(replayed)).toEqual(['resolution started Mon 10:00', 'resolution breached Mon 14:00'])
  })

  // glpi-project/glpi#6527, #14492
  it('a follow-up in a pending ticket runs in its own calendar, as every clock does', () => {
    const events = [on('Fri 15:00', 'created'), on('Fri 16:00', 'agentMessage'), status('Fri 16:00', 'pending')]
    const { clocks } = play({
      metrics: hours('periodicUpdate', 4),
      calendar: 'office 9-17',
      events,
      asOf: t('Fri 16:00'),
    })
    expect(said(clocks.periodicUpdate?.dueAt)).toBe('Mon2 12:00')
  })

  // osTicket/osTicket#5160; osTicket/osTicket-1.7#686
  it('being overdue neither blocks another policy nor outlives its cycle: it is read off the clock', () => {
    const policy = (onChange: 'carry' | 'restart') => ({
      name: 'Long',
      metrics: hours('resolution', 100, { onChange }),
    })
    const changed = (onChange: 'carry' | 'restart') =>
      play({
        metrics: hours('resolution', 4),
        events: [created, on('Mon 16:00', 'policy', { policy: policy(onChange) })],
        asOf: t('Mon 17:00'),
      }).clocks.resolution
    expect(changed('carry')).toMatchObject({
      state: 'breached',
      breachedAt: t('Mon 14:00'),
      target: 100 * HOUR,
      dueAt: t('Fri 14:00'),
    })
    expect(changed('restart')).toMatchObject({ state: 'running', breached: false, cycle: 2 })
  })

  // osTicket/osTicket PR#5206, #5955
  it('reopening opens a new cycle, and being late by it is told as in hindsight, so that nobody is called', () => {
    const events = [created, status('Mon 16:00', 'solved'), status('Tue 16:00', 'open')]
    const replayed = play({ metrics: hours('resolution', 4, { warn: [0.5] }), events, asOf: t('Tue 17:00') })
    expect(told(replayed, 'resolution').slice(-3)).toEqual([
      'met Mon 16:00 late',
      'started Tue 16:00',
      'breached Mon 14:00 retroactive',
    ])
    expect(replayed.clocks.resolution).toMatchObject({ cycle: 2, retroactive: true })
  })

  // osTicket/osTicket-1.7#767
  it('a due date of its own makes a ticket late where no hours would: a due instant is a clock', () => {
    const events = [created, on('Mon 11:00', 'due', { metric: 'resolution', dueAt: t('Tue 12:00') })]
    const calendars = { closed: { timeZone: 'UTC', weekly: {} } }
    const { clocks } = play({ metrics: hours('resolution', 1, { calendar: 'closed' }), calendars, events, asOf })
    expect(clocks.resolution).toMatchObject({ state: 'breached', breachedAt: t('Tue 12:00'), elapsed: 0 })
  })

  // fivetran/dbt_zendesk#51, PR#52
  it('a first reply counts from the creation also when its policy came later: both instants are kept', () => {
    const events = [created, on('Mon 12:00', 'policy', { policy: { name: 'Later', metrics: hours('firstReply', 4) } })]
    const replayed = play({ metrics: hours('resolution', 40), events, asOf: t('Mon 13:00') })
    expect(replayed.clocks.firstReply).toMatchObject({
      startedAt: t('Mon 10:00'),
      dueAt: t('Mon 14:00'),
      elapsed: 3 * HOUR,
    })
    expect(replayed.happened.find(({ metric, name }) => metric === 'firstReply' && name === 'sla.started')?.at).toBe(
      t('Mon 12:00'),
    )
  })

  // fivetran/dbt_zendesk#116, #142
  it('the breach is the first crossing, not the last of several stretches', () => {
    const events = [
      created,
      status('Mon 15:00', 'pending'),
      status('Mon 18:00', 'open'),
      on('Mon 19:00', 'policy', { policy: { name: 'Longer', metrics: hours('resolution', 5.5) } }),
      status('Tue 10:00', 'solved'),
    ]
    expect(play({ metrics: hours('resolution', 4), events, asOf }).clocks.resolution).toMatchObject({
      breachedAt: t('Mon 14:00'),
    })
  })

  // fivetran/dbt_zendesk PR#136
  it('a solve without a reply and a reply outside the hours are both reported', () => {
    const silent = play({ metrics: hours('firstReply', 4), events: [created, status('Mon 11:00', 'solved')], asOf })
    expect(silent.cycles.firstReply).toMatchObject([{ state: 'cancelled', reason: 'solved', elapsed: HOUR }])
    const events = [on('Sat 10:00', 'created'), on('Sun 12:00', 'agentMessage')]
    const weekend = play({ metrics: hours('firstReply', 4), calendar: 'office 9-17', events, asOf })
    expect(weekend.clocks.firstReply).toMatchObject({ state: 'met', elapsed: 0, dueAt: t('Mon2 13:00') })
  })

  // fivetran/dbt_zendesk v0.23, v1.6.1, v1.5.1
  it('what happens later rewrites no history: priority, policy and hours are taken as of the event', () => {
    const metrics = { firstReply: { target: { P1: '1h', P4: '8h' } as const } }
    const before = [on('Mon 10:00', 'created', { priority: 'P4' }), on('Mon 13:00', 'agentMessage')]
    const later = [
      on('Mon 14:00', 'priority', { priority: 'P1' }),
      on('Mon 15:00', 'policy', { policy: { name: 'Harsh', metrics: hours('firstReply', 1) } }),
      on('Mon 16:00', 'calendar', { name: 'office 9-17', calendar: { timeZone: 'UTC', weekly: {} } }),
    ]
    const read = (events: readonly ClockEvent[]) =>
      play({ metrics, calendar: 'office 9-17', events, asOf }).clocks.firstReply
    expect(read([...before, ...later])).toEqual(read(before))
    expect(read(before)).toMatchObject({ state: 'met', target: 8 * HOUR })
  })

  // OCA/helpdesk PR#157, PR#885; odoo/odoo#44115
  it('a closed ticket gets no new deadline, and a ticket without team or calendar hours breaks nothing', () => {
    const everything = { ...hours('firstReply', 1), ...hours('resolution', 1), ...hours('teamTime', 1) }
    const events = [
      created,
      on('Mon 10:05', 'agentMessage'),
      status('Mon 10:30', 'closed'),
      on('Tue 10:00', 'policy', { policy: { name: 'New', metrics: everything } }),
      on('Tue 11:00', 'priority', { priority: 'P1' }),
    ]
    const { clocks, happened } = play({ metrics: hours('resolution', 4), events, asOf })
    expect(clocks).toMatchObject({ resolution: { state: 'met', target: 4 * HOUR, dueAt: t('Mon 14:00') } })
    expect([Object.keys(clocks), happened.at(-1)?.at]).toEqual([['resolution'], t('Mon 10:30')])
  })

  // grafana-cold-storage/oncall#3111, #4760, #4654, #1931; target/goalert#912
  it('a clock that was met or late has nothing more to tell: whoever escalates gets one event per crossing', () => {
    const events = [created, status('Mon 15:00', 'solved'), on('Tue 10:00', 'note'), status('Wed 10:00', 'closed')]
    const replayed = play({ metrics: hours('resolution', 4, { warn: [0.5] }), events, asOf: t('Fri2 12:00') })
    expect(told(replayed)).toEqual([
      'resolution started Mon 10:00',
      'resolution warned Mon 12:00 at 0.5',
      'resolution breached Mon 14:00',
      'resolution met Mon 15:00 late',
    ])
  })

  // abhinavxd/libredesk internal/sla
  it('every stamp is a computed instant: met with the message, late with the due instant, started with the customer', () => {
    const events = [
      created,
      on('Mon 10:30', 'agentMessage'),
      on('Mon 11:00', 'customerMessage'),
      on('Thu 09:13', 'agentMessage'),
    ]
    const metrics = { ...hours('firstReply', 1), ...hours('nextReply', 1) }
    expect(told(play({ metrics, events, asOf }))).toEqual([
      'firstReply started Mon 10:00',
      'firstReply met Mon 10:30',
      'nextReply started Mon 11:00',
      'nextReply breached Mon 12:00',
      'nextReply met Thu 09:13 late',
    ])
  })

  // abhinavxd/libredesk internal/sla
  it('an hour that is promised before a shutdown of four weeks is due in the first open hour after it', () => {
    const dates = Array.from({ length: 28 }, (_, n) =>
      new Date(t('Mon 00:00') + n * 24 * HOUR).toISOString().slice(0, 10),
    )
    const shut = {
      timeZone: 'UTC',
      weekly: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['09:00', '17:00']]])),
      exceptions: dates.map((date) => ({ date, open: [] })),
    }
    const { clocks } = play({
      metrics: hours('firstReply', 1, { calendar: 'shut' }),
      calendars: { shut },
      events: [created],
      asOf,
    })
    expect(new Date(clocks.firstReply?.dueAt ?? 0).toISOString()).toBe('2026-03-30T10:00:00.000Z')
  })
})

function codeOf(work: () => unknown): string {
  try {
    work()
    return 'done'
  } catch (error) {
    if (isDeskError(error)) return error.code
    throw error
  }
}

/** Every report of the list, by its row: each names the comment above the test that carries its lesson. */
const ROWS: readonly (readonly [row: number, reference: string])[] = [
  [1, 'zammad#3180'],
  [2, 'zammad#390'],
  [3, 'zammad#3706; fivetran/dbt_zendesk PR#126'],
  [4, 'zammad#1396'],
  [5, 'zammad#534; fivetran/dbt_zendesk#92'],
  [6, 'zammad#2157, zammad#4432'],
  [7, 'zammad#2082'],
  [8, 'zammad#5177'],
  [9, 'zammad#3140; osTicket/osTicket#1684'],
  [10, 'zammad#1322'],
  [11, 'zammad#1620, zammad#1880'],
  [12, 'zammad#3551'],
  [13, 'zammad#3642'],
  [14, 'zammad#5624'],
  [15, 'zammad#904'],
  [16, 'zammad#4348'],
  [17, 'frappe/helpdesk PR#2449'],
  [18, 'frappe/helpdesk#1554, #1675; glpi-project/glpi#24481'],
  [19, 'frappe/helpdesk PR#3776'],
  [20, 'frappe/helpdesk PR#3776; frappe/erpnext PR#38745'],
  [21, 'frappe/helpdesk#1542; frappe/helpdesk hd_ticket.py set_first_responded_on'],
  [22, 'frappe/helpdesk#2405; frappe/helpdesk PR#3547'],
  [23, 'frappe/erpnext PR#22476'],
  [24, 'chatwoot/chatwoot PR#13392'],
  [25, 'chatwoot/chatwoot#10178'],
  [26, 'chatwoot/chatwoot PR#15024'],
  [27, 'glpi-project/glpi#6902, #15605'],
  [28, 'glpi-project/glpi#23359'],
  [29, 'glpi-project/glpi#10594, PR#14937'],
  [30, 'glpi-project/glpi#9082'],
  [31, 'glpi-project/glpi PR#22678, PR#15357'],
  [32, 'glpi-project/glpi#2184'],
  [33, 'glpi-project/glpi#2408, #1996'],
  [34, 'glpi-project/glpi#687'],
  [35, 'glpi-project/glpi#6527, #14492'],
  [36, 'osTicket/osTicket#6739'],
  [37, 'osTicket/osTicket#5160; osTicket/osTicket-1.7#686'],
  [38, 'osTicket/osTicket PR#5206, #5955'],
  [39, 'osTicket/osTicket-1.7#767'],
  [40, 'fivetran/dbt_zendesk#51, PR#52'],
  [41, 'fivetran/dbt_zendesk#116, #142'],
  [42, 'fivetran/dbt_zendesk#86, PR#154'],
  [43, 'fivetran/dbt_zendesk PR#136'],
  [44, 'fivetran/dbt_zendesk PR#217, PR#218'],
  [45, 'fivetran/dbt_zendesk v0.23, v1.6.1, v1.5.1'],
  [46, 'Intrepidd/working_hours#26; zendesk/biz PR#37'],
  [47, 'znuny/OTRS PR#1732'],
  [48, 'OCA/helpdesk PR#157, PR#885; odoo/odoo#44115'],
  [49, 'grafana-cold-storage/oncall#3111, #4760, #4654, #1931; target/goalert#912'],
  [50, 'abhinavxd/libredesk internal/sla'],
]

describe('the list of fifty reports', () => {
  const files = ['test/sla/pitfalls.test.ts', 'test/sla/clocks/pitfalls.test.ts', 'test/desk/sla.test.ts']
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  const titled = new Set(
    lines.flatMap((line, n) => (/^\s*it\('/.test(lines[n + 1] ?? '') ? [line.trim().replace(/^\/\/ /, '')] : [])),
  )

  it('has a test for each row, whose comment names the report', () => {
    expect(ROWS.map(([row]) => row)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1))
    expect(ROWS.filter(([, reference]) => !titled.has(reference))).toEqual([])
  })
})
