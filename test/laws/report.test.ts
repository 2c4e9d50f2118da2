/** After any sequence of commands a report says what counting the journal by hand gives, and the backlog adds up; on every store. */
import type { DeskEvent, Report } from 'deskwright'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Ticket } from '../../src/domain/tickets/ticket.ts'
import { STORES } from '../desk/stores.ts'
import { HOUR } from '../desk/world.ts'
import { anyProgram, openDesk, openSite, RUNS, run, type Site } from './program.ts'

const ASKED = {
  from: '2026-03-01T00:00:00.000Z',
  until: '2026-03-09T00:00:00.000Z',
  timeZone: 'America/New_York',
} as const

/** First replies, in milliseconds, told by the journal's plain order of messages. */
async function firstReplies({ store, tenant }: Site): Promise<number[]> {
  const askedAt = new Map<string, number>()
  const lengths = new Map<string, number>()
  for (const { name, body } of await store.history(tenant, { limit: 1000 })) {
    const event = JSON.parse(body) as DeskEvent
    const at = Date.parse(event.at)
    if (name === 'ticket.opened') askedAt.set(event.record.id, at)
    if (name !== 'message.posted') continue
    const { visibility, authorKind, automatic, seq } = (event as DeskEvent<'message.posted'>).data
    const { id } = event.record
    if (visibility !== 'public' || automatic || lengths.has(id)) continue
    if (authorKind === 'agent' && seq === 1) askedAt.delete(id)
    else if (authorKind === 'agent' && askedAt.has(id)) lengths.set(id, at - (askedAt.get(id) as number))
    else if (authorKind === 'customer' && !askedAt.has(id)) askedAt.set(id, at)
  }
  return [...lengths.values()].sort((a, b) => a - b)
}

const numberOf = (report: Report, metric: string, period: string) =>
  report.figures.flatMap((figure) => (figure.metric === metric && figure.period === period ? [figure.n] : []))[0] ?? 0

describe.each(STORES)('on $name', ({ name, open }) => {
  it('it agrees with the journal and adds up, in periods of any length', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyProgram(40),
        fc.constantFrom('day' as const, 'week' as const, 'month' as const),
        async (steps, per) => {
          const store = open()
          const site = await openSite(store, await openDesk(store))
          for (const step of steps) {
            await run(site, step)
            site.clock.advance((step.with + 1) * HOUR)
          }
          const admin = site.actors.at(-1) as Site['actors'][number]
          const whole = await admin.report.get({ ...ASKED, from: 0, until: '2027-01-01T00:00:00Z', per: 'whole' })
          const n = (metric: string) => numberOf(whole, metric, 'whole')
          const records = await store.find(site.tenant, 'ticket', { where: null, order: [], limit: 1000, after: null })
          const tickets = records.map(({ doc }) => doc as unknown as Ticket)
          const unsolved = tickets.filter(
            ({ category, deletedAt }) => category !== 'solved' && category !== 'closed' && deletedAt === null,
          )
          expect([n('created'), n('backlog')]).toEqual([tickets.length, unsolved.length])

          const lengths = await firstReplies(site)
          const place = (share: number) => (lengths[Math.ceil(share * lengths.length) - 1] ?? Number.NaN) / 1000
          const expected =
            lengths.length === 0
              ? { n: 0, mean: null, median: null, p90: null }
              : {
                  n: lengths.length,
                  mean: expect.closeTo(lengths.reduce((a, b) => a + b) / lengths.length / 1000, 6),
                  median: place(0.5),
                  p90: place(0.9),
                }
          expect(whole.figures.find(({ metric }) => metric === 'firstReply')).toMatchObject(expected)

          const report = await admin.report.get({ ...ASKED, until: '2026-06-01T00:00:00Z', per })
          const inAll = (metric: string) =>
            report.periods.reduce((sum, period) => sum + numberOf(report, metric, period.name), 0)
          for (const metric of ['created', 'firstReply', 'nextReply', 'solved', 'reopened', 'deleted', 'restored'])
            expect([metric, inAll(metric)]).toEqual([metric, n(metric)])
          let backlog = 0
          for (const { name: period } of report.periods) {
            const of = (metric: string) => numberOf(report, metric, period)
            backlog +=
              of('created') +
              of('reopened') +
              of('unmerged') +
              of('restored') -
              of('solved') -
              of('merged') -
              of('deleted')
            expect([period, of('backlog')]).toEqual([period, backlog])
          }
          for (const by of ['agent', 'priority', 'tag', 'channel'] as const) {
            const grouped = await admin.report.get({
              ...ASKED,
              from: 0,
              until: '2027-01-01T00:00:00Z',
              per: 'whole',
              by,
              metrics: ['solved', 'created'],
            })
            const sum = grouped.figures.reduce((all, figure) => all + figure.n, 0)
            if (by !== 'tag') expect([by, sum]).toEqual([by, n('solved') + n('created')])
          }
          await store.close()
        },
      ),
      { numRuns: RUNS(name === 'memory' ? 30 : 8) },
    )
  })
})
