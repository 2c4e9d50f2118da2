/** Scores and the audit, read from what was asked and answered. */
import type { SurveyShown } from 'deskwright'
import { csat } from 'deskwright/scores'
import { describe, expect, it } from 'vitest'
import { codeOf, HOUR } from '../world.ts'
import { AFTER_SOLVE, surveysWorld } from './surveys-world.ts'

const WHOLE = { from: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' }

/** A world with two agents whose customers answered, one by one: `null` did not answer. */
async function answered(given: Readonly<Record<string, readonly (number | null)[]>>) {
  const world = await surveysWorld({ delay: '0s' })
  const agents: Record<string, string> = {}
  let n = 0
  for (const [name, scores] of Object.entries(given)) {
    const agent = await world.agent(['agent'], { name })
    agents[name] = agent.id
    for (const score of scores) {
      const ticket = await world.solved(`c${n++}@example.org`, { tags: [name, 'all'] }, agent.desk)
      await world.pass(0)
      if (score === null) continue
      await world.system.survey.answer({ token: await world.tokenFor(ticket.id), answers: { score } })
    }
  }
  return { ...world, agents }
}

describe('scores', () => {
  it('are those of the answers, with the response rate and its interval', async () => {
    const { system } = await answered({ ann: [5, 4, 1, null] })
    const { groups } = await system.survey.scores(WHOLE)
    expect(groups).toEqual([
      {
        ...{ kind: 'csat', group: null, period: null, delivered: 4, responded: 3, responseRate: 0.75 },
        score: { kind: 'csat', ...csat([5, 4, 1]) },
        responseInterval: expect.objectContaining({ low: expect.closeTo(0.3006, 4), high: expect.closeTo(0.9544, 4) }),
      },
    ])
  })

  it.each(['expires', 'is withdrawn'] as const)(
    'count nothing delivered that came back, also once it %s',
    async (how) => {
      const world = await answered({ ann: [5, null] })
      const waiting = (await world.all()).find(({ state }) => state === 'sent') as SurveyShown
      await world.system.survey.bounce({ surveyId: waiting.id })
      if (how === 'expires') await world.pass(400 * HOUR)
      else await world.system.ticket.delete({ ticketId: waiting.ticketId })
      expect(await world.surveyOf(waiting.ticketId)).toMatchObject({ state: 'bounced' })
      expect((await world.system.survey.scores(WHOLE)).groups).toMatchObject([{ delivered: 1, responseRate: 1 }])
      expect((await world.desk.verify()).findings).toEqual([])
    },
  )

  it('are told apart by who solved, in the order of names, with the difference in plain words', async () => {
    const { system, agents } = await answered({ ann: [5, 5, 4, 5], bob: [5, 2, 1] })
    const compare = [agents.ann, agents.bob] as [string, string]
    const { groups, differences } = await system.survey.scores({ ...WHOLE, by: 'agent', compare })
    expect(groups.map(({ group, score }) => [group, score.n])).toEqual(
      [
        [agents.ann, 4],
        [agents.bob, 3],
      ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    )
    expect(differences).toMatchObject([
      { kind: 'csat', shown: 'none', words: 'no difference can be shown with 7 answers' },
    ])
  })

  it('count an answer under each of its tags', async () => {
    const { system } = await answered({ ann: [5, 4], bob: [1] })
    const { groups } = await system.survey.scores({ ...WHOLE, by: 'tag' })
    expect(groups.map(({ group, score }) => [group, score.n])).toEqual([
      ['all', 3],
      ['ann', 2],
      ['bob', 1],
    ])
    const { figures } = await system.report.get({ ...WHOLE, per: 'year', by: 'tag', metrics: ['csat'] })
    expect(figures.map((figure) => [figure.group, figure.kind === 'score' && figure.n])).toEqual([
      ['all', 3],
      ['ann', 2],
      ['bob', 1],
    ])
  })

  it.each(['survey', 'occasion', 'team', 'organisation', 'channel', 'priority', 'segment', 'language'] as const)(
    'can be told apart by %s',
    async (by) => {
      const { system } = await answered({ ann: [5] })
      const { groups } = await system.survey.scores({ ...WHOLE, by })
      expect(groups).toHaveLength(1)
      expect(groups[0]?.score.n).toBe(1)
    },
  )

  it('are split by dates of a zone, each answer under the date on which it came', async () => {
    const world = await surveysWorld({ delay: '0s' })
    world.clock.advance(13.5 * HOUR) // 23:00 in London, 01:00 of Tuesday in Helsinki
    for (const score of [5, 1]) {
      const ticket = await world.solved(`c${score}@example.org`)
      await world.pass(0)
      await world.system.survey.answer({ token: await world.tokenFor(ticket.id), answers: { score } })
      world.clock.advance(31 * 24 * HOUR)
    }
    const periods = async (each: 'day' | 'week' | 'month' | 'quarter' | 'year', timeZone = 'UTC') =>
      (await world.system.survey.scores({ ...WHOLE, each, timeZone })).groups.map(({ period, score }) => [
        period,
        score.n,
      ])
    expect(await periods('day')).toEqual([
      ['2026-03-02', 1],
      ['2026-04-02', 1],
    ])
    expect(await periods('day', 'Europe/Helsinki')).toEqual([
      ['2026-03-03', 1],
      ['2026-04-03', 1],
    ])
    expect(await periods('week')).toEqual([
      ['2026-03-02', 1],
      ['2026-03-30', 1],
    ])
    expect(await periods('month')).toEqual([
      ['2026-03-01', 1],
      ['2026-04-01', 1],
    ])
    expect(await periods('quarter')).toEqual([
      ['2026-01-01', 1],
      ['2026-04-01', 1],
    ])
    expect(await periods('year')).toEqual([['2026-01-01', 2]])
  })

  it('leave out whom somebody chose by hand, unless asked', async () => {
    const world = await surveysWorld({ after: 'hand' })
    const ticket = await world.open()
    await world.system.survey.invite({ ticketId: ticket.id })
    await world.pass(0)
    await world.system.survey.answer({ token: await world.tokenFor(ticket.id), answers: { score: 5 } })
    expect((await world.system.survey.scores(WHOLE)).groups).toEqual([])
    const { figures } = await world.system.report.get({ ...WHOLE, per: 'whole', metrics: ['csat'] })
    expect(figures).toMatchObject([{ n: 0, value: null }])
    const { groups } = await world.system.survey.scores({ ...WHOLE, occasions: ['hand'] })
    expect(groups).toMatchObject([{ score: { n: 1, share: 1 } }])
  })

  it('never mix scales', async () => {
    const world = await surveysWorld({ delay: '0s', where: { field: 'priority', is: 'P1' } })
    const nps = { ...AFTER_SOLVE, name: 'nps', kind: 'nps' as const, delay: '0s', more: [] }
    await world.system.policy.publish({
      name: 'surveys',
      document: { surveys: [{ ...AFTER_SOLVE, delay: '0s', where: { field: 'priority', is: 'P1' } }, nps], cap: null },
    })
    for (const priority of ['P1', 'P2']) {
      const ticket = await world.solved(`${priority}@example.org`, { priority })
      await world.pass(0)
      await world.system.survey.answer({ token: await world.tokenFor(ticket.id), answers: { score: 5 } })
    }
    const { groups } = await world.system.survey.scores(WHOLE)
    expect(groups).toMatchObject([
      { kind: 'csat', score: { share: 1 } },
      { kind: 'nps', score: { points: -100 } },
    ])
  })

  it('refuse two groups to compare without a way to tell them apart, and conditions that do not hold', async () => {
    const { system } = await surveysWorld()
    expect(await codeOf(system.survey.scores({ ...WHOLE, compare: ['a', 'b'] }))).toBe('input.invalid')
    expect(await codeOf(system.survey.scores({ ...WHOLE, timeZone: 'Mars/Base' }))).toBe('input.invalid')
    expect(await codeOf(system.survey.scores({ ...WHOLE, where: { field: 'comments', is: 'x' } }))).toBe(
      'condition.unknown-field',
    )
  })
})

describe('the audit', () => {
  it('shows everybody who came up, once: who was asked, who was not, and why', async () => {
    const world = await surveysWorld({ delay: '0s', share: 0.5 })
    for (let n = 0; n < 30; n++) await world.solved(`c${n}@example.org`)
    await world.solved('noreply@example.org')
    await world.solved('eve@example.org', { tags: ['spam'] })
    await world.pass(0)
    const { tallies, policies } = await world.system.survey.audit(WHOLE)
    const [tally] = tallies
    expect(tally).toMatchObject({ survey: 'after-solve', occasion: 'solve', considered: 32 })
    const { sent = 0, suppressed = 0 } = tally?.states ?? {}
    expect(sent + suppressed).toBe(32)
    expect(tally?.suppressed).toEqual({ 'sampled-out': 30 - sent, automatic: 1, spam: 1 })
    const items = []
    for (let after: string | null | undefined; after !== null; ) {
      const page = await world.system.survey.audit({ ...WHOLE, limit: 10, ...(after ? { after } : {}) })
      items.push(...page.items)
      after = page.next
    }
    expect(new Set(items.map(({ id }) => id)).size).toBe(32)
    expect(items.filter(({ reason }) => reason === 'spam')).toHaveLength(1)
    expect(policies).toMatchObject([{ number: 1, document: { surveys: [{ name: 'after-solve', share: 0.5 }] } }])
  })

  it('shows every version of the policy that held in the period', async () => {
    const world = await surveysWorld()
    world.clock.advance(HOUR)
    const happy = { ...AFTER_SOLVE, where: { field: 'tags', has: 'happy' } }
    await world.system.policy.publish({ name: 'surveys', document: { surveys: [happy] } })
    const { policies } = await world.system.survey.audit(WHOLE)
    expect(policies.map(({ number, document }) => [number, document.surveys[0]?.where])).toEqual([
      [2, { field: 'tags', has: 'happy' }],
      [1, undefined],
    ])
  })
})
