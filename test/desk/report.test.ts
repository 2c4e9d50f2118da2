/** A report says what happened, as of when it happened, and in whose period. */
import type { Figure, StoredRecord } from 'deskwright'
import { describe, expect, it } from 'vitest'
import { codeOf, HOUR, MINUTE, MONDAY, openWorld } from './world.ts'

const MARCH = { from: '2026-03-01T00:00:00.000Z', until: '2026-04-01T00:00:00.000Z' } as const

const office = {
  timeZone: 'UTC',
  weekly: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['09:00', '17:00']]])),
}

/** The figure of a measure, of the first period, without groups. */
function of(figures: readonly Figure[], metric: string, group: string | null = null) {
  const {
    metric: _,
    period: __,
    group: ___,
    kind: ____,
    ...rest
  } = figures.find((figure) => figure.metric === metric && figure.group === group) as Figure & Record<string, unknown>
  return rest
}

describe('the life of a ticket', () => {
  async function lived() {
    const world = await openWorld({ policies: { calendars: { office }, reports: { hours: 'office' } } })
    const { clock, system } = world
    const ann = await world.agent()
    const ada = await world.customer('ada@example.org')
    const { id: ticketId } = await world.open('ada@example.org')
    clock.advance(30 * MINUTE)
    await ann.desk.ticket.reply({ ticketId, body: 'Hold the red button.' })
    clock.advance(HOUR)
    await ann.desk.ticket.pend({ ticketId })
    clock.advance(2 * HOUR)
    await ada.desk.ticket.reply({ ticketId, body: 'For how long?' })
    clock.advance(15 * MINUTE)
    await ann.desk.ticket.reply({ ticketId, body: 'A minute.' })
    await ann.desk.ticket.hold({ ticketId })
    clock.advance(22 * HOUR)
    await ann.desk.ticket.solve({ ticketId })
    return { ...world, ann, ada, ticketId, system }
  }

  it('is told in seconds of all time', async () => {
    const { system } = await lived()
    const { figures } = await system.report.get(MARCH)
    const one = (seconds: number) => ({ n: 1, mean: seconds, median: seconds, p90: seconds })
    expect(of(figures, 'firstReply')).toEqual(one(30 * 60))
    expect(of(figures, 'nextReply')).toEqual(one(15 * 60))
    expect(of(figures, 'firstResolution')).toEqual(one(25.75 * 3600))
    expect(of(figures, 'fullResolution')).toEqual(one(25.75 * 3600))
    expect(of(figures, 'requesterWait')).toEqual(one(23.75 * 3600))
    expect(of(figures, 'agentWait')).toEqual(one(2 * 3600))
    expect(of(figures, 'onHold')).toEqual(one(22 * 3600))
    expect(of(figures, 'created')).toEqual({ n: 1 })
    expect(of(figures, 'solved')).toEqual({ n: 1 })
    expect(of(figures, 'backlog')).toEqual({ n: 0 })
  })

  it('is told in seconds of working time', async () => {
    const { system } = await lived()
    const { figures } = await system.report.get({ ...MARCH, time: 'working' })
    // Opened on Monday at 9:30, solved on Tuesday at 11:15: 7.5 hours and 2.25.
    expect(of(figures, 'firstResolution')).toMatchObject({ median: 9.75 * 3600 })
    expect(of(figures, 'onHold')).toMatchObject({ median: 6 * 3600 })
  })

  it('of one that comes back is told anew, and what was solved first stands', async () => {
    const { system, clock, ada, ann, ticketId } = await lived()
    clock.advance(HOUR)
    await ada.desk.ticket.reply({ ticketId, body: 'It hums again.' })
    const { figures: meanwhile } = await system.report.get(MARCH)
    expect(of(meanwhile, 'fullResolution')).toEqual({ n: 0, mean: null, median: null, p90: null })
    expect(of(meanwhile, 'reopened')).toEqual({ n: 1 })
    expect(of(meanwhile, 'backlog')).toEqual({ n: 1 })
    clock.advance(HOUR)
    await ann.desk.ticket.solve({ ticketId })
    const { figures } = await system.report.get(MARCH)
    expect(of(figures, 'firstResolution')).toMatchObject({ n: 1, median: 25.75 * 3600 })
    expect(of(figures, 'fullResolution')).toMatchObject({ n: 1, median: 27.75 * 3600 })
    expect(of(figures, 'solved')).toEqual({ n: 2 })
    expect(of(figures, 'reopenRate')).toEqual({ n: 1, met: 1, share: 1 })
    expect(of(figures, 'backlog')).toEqual({ n: 0 })
  })

  it('is whose it was then, whatever became of it', async () => {
    const { system, ann, ticketId } = await lived()
    const team = await system.team.create({ name: 'Second line' })
    const ben = await system.agent.create({ name: 'Ben', teamIds: [team.id] })
    await system.ticket.reopen({ ticketId })
    await system.ticket.assign({ ticketId, assigneeId: ben.id, teamId: team.id })
    const { figures, names } = await system.report.get({ ...MARCH, by: 'agent' })
    expect(of(figures, 'firstReply', ann.id)).toMatchObject({ n: 1 })
    expect(of(figures, 'firstResolution', ann.id)).toMatchObject({ n: 1 })
    expect(names[ann.id]).toBe('Noor')
    expect(figures.some(({ group }) => group === ben.id)).toBe(false)
  })
})

describe('what was solved at once', () => {
  it('is known once the window has closed, and not before', async () => {
    const { open, agent, clock, system } = await openWorld()
    const ann = await agent()
    for (const [n, again] of [false, true].entries()) {
      const { id: ticketId } = await open(`c${n}@example.org`)
      await ann.desk.ticket.reply({ ticketId, body: 'So.', status: 'solved' })
      if (again) await system.ticket.reopen({ ticketId })
    }
    const { id: late } = await open('late@example.org')
    await ann.desk.ticket.solve({ ticketId: late })
    clock.advance(7 * 24 * HOUR)
    const { id: open8 } = await open('new@example.org')
    await ann.desk.ticket.solve({ ticketId: open8 })
    const { figures } = await system.report.get(MARCH)
    expect(of(figures, 'firstContactResolution')).toEqual({ n: 3, met: 2, share: 2 / 3 })
    expect(of(figures, 'oneTouch')).toEqual({ n: 3, met: 2, share: 2 / 3 })
    const { figures: before } = await system.report.get({ ...MARCH, window: '200h' })
    expect(of(before, 'oneTouch')).toEqual({ n: 0, met: 0, share: null })
  })
})

describe('the resolution rate by group', () => {
  it('adds up to the whole, with what those solved who opened nothing', async () => {
    const { open, agent, system } = await openWorld()
    const ann = await agent()
    const { id: ticketId } = await open()
    await ann.desk.ticket.solve({ ticketId })
    const { figures } = await system.report.get({ ...MARCH, by: 'agent', metrics: ['resolutionRate'] })
    expect(of(figures, 'resolutionRate', ann.id)).toEqual({ n: 0, met: 1, share: null })
    expect(of(figures, 'resolutionRate')).toEqual({ n: 1, met: 0, share: 0 })
  })
})

describe('periods', () => {
  it('are those of the zone that is asked for', async () => {
    const { open, clock, system } = await openWorld()
    clock.set('2026-03-31T22:30:00.000Z')
    await open()
    const created = async (timeZone: string) => {
      const { figures } = await system.report.get({ ...MARCH, timeZone, metrics: ['created'] })
      return figures.flatMap((figure) => (figure.kind === 'count' && figure.n > 0 ? [figure.period] : []))
    }
    expect(await created('UTC')).toEqual(['2026-03'])
    // There April has begun before the month of UTC ends, and a period is told of as a whole.
    expect(await created('Europe/Zurich')).toEqual(['2026-04'])
  })

  it('of a zone name no group that did nothing in them', async () => {
    const { open, agent, clock, system } = await openWorld()
    const ann = await agent()
    clock.set('2026-03-31T22:30:00.000Z')
    const { id: ticketId } = await open()
    await ann.desk.ticket.solve({ ticketId })
    const { figures } = await system.report.get({
      ...MARCH,
      until: '2026-04-30T00:00:00.000Z',
      timeZone: 'Europe/Zurich',
      by: 'agent',
      metrics: ['solved', 'resolutionRate', 'firstResolution'],
    })
    const places = figures.map(({ metric, period, group }) => [metric, period, group])
    expect(places).toContainEqual(['solved', '2026-04', ann.id])
    // The evening of March in UTC is April there: it is counted with the month, then taken off again.
    expect(places.filter(([, period]) => period === '2026-03')).toEqual([])
  })

  it('are named by their first day, their month, their quarter or their year', async () => {
    const { system } = await openWorld()
    const names = async (per: 'day' | 'week' | 'quarter' | 'year' | 'whole') => {
      const { periods } = await system.report.get({
        from: '2026-03-04T00:00:00Z',
        until: '2026-03-05T00:00:00Z',
        per,
        metrics: ['created'],
      })
      return periods.map(({ name }) => name)
    }
    expect(await names('day')).toEqual(['2026-03-04'])
    expect(await names('week')).toEqual(['2026-03-02'])
    expect(await names('quarter')).toEqual(['2026-Q1'])
    expect(await names('year')).toEqual(['2026'])
    expect(await names('whole')).toEqual(['whole'])
  })
})

describe('a report that cannot be', () => {
  it('is refused with a code', async () => {
    const { system, agent, open } = await openWorld()
    await open()
    const { desk } = await agent()
    expect(await codeOf(system.report.get({ from: MARCH.until, until: MARCH.from }))).toBe('report.bad-period')
    expect((await system.report.get({ ...MARCH, until: MARCH.from })).figures).toEqual([])
    expect(await codeOf(system.report.get({ from: MONDAY, until: '2099-01-01T00:00:00Z', per: 'day' }))).toBe(
      'report.too-many-periods',
    )
    expect(await codeOf(system.report.get({ ...MARCH, timeZone: 'Mars/Olympus' }))).toBe('input.invalid')
    expect(await codeOf(system.report.get({ ...MARCH, by: 'team', metrics: ['backlog'] }))).toBe('input.invalid')
    expect(await codeOf(system.report.get({ ...MARCH, window: '1d' }))).toBe('input.invalid')
    expect(await codeOf(desk.report.get(MARCH))).toBe('access.forbidden')
  })

  it('needs hours that are a calendar’s', async () => {
    expect(await codeOf(openWorld({ policies: { reports: { hours: 'office' } } }))).toBe('policy.invalid')
  })
})

describe('a measure that is not what the journal gives', () => {
  it('is named by desk.verify, whether it was changed, taken away or put in', async () => {
    const { open, agent, store, desk, clock } = await openWorld()
    const ann = await agent()
    const { id: ticketId } = await open()
    clock.advance(HOUR)
    await ann.desk.ticket.reply({ ticketId, body: 'So.', status: 'solved' })
    expect((await desk.verify()).findings).toEqual([])
    const where = null
    const [reply, solved] = await store.find('main', 'measure', { where, order: [], limit: 10, after: null })
    const writes = [
      { ...(reply as StoredRecord), expected: 1, doc: { ...reply?.doc, lengthMs: 1 } },
      { ...(solved as StoredRecord), expected: 1, doc: null },
      { ...(solved as StoredRecord), id: `${ticketId}/reopened/9`, expected: 0 },
    ]
    await store.commit({
      tenant: 'main',
      writes,
      checks: [],
      journal: [],
      set: [],
      clear: [],
      settle: [],
      command: null,
    })
    const { findings } = await desk.verify()
    expect(findings.map(({ record, problem }) => [problem, record.id])).toEqual(
      [reply?.id, solved?.id, `${ticketId}/reopened/9`].map((id) => ['record-differs', id]),
    )
  })
})
