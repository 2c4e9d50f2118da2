/** Surveys under random work: whatever happens to tickets and customers, nobody is asked too often, and no dead token lives. */
import { createDesk, type DeskEvent, type Store, type Survey, type Ticket } from 'deskwright'
import { csat } from 'deskwright/scores'
import { manualClock, seededRandom } from 'deskwright/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tokenOf } from '../../src/domain/surveys/token.ts'
import { STORES } from '../desk/stores.ts'
import { AFTER_SOLVE, SECRET } from '../desk/surveys/surveys-world.ts'
import { codeOf, HOUR, MONDAY } from '../desk/world.ts'
import { RUNS } from './program.ts'

const TICKETS = 4
const PEOPLE = 2
const MOVES = [
  ...['solve', 'solve', 'solve', 'reopen', 'merge', 'unmerge', 'delete', 'restore', 'invite', 'pass', 'pass', 'pass'],
  ...['answer', 'answer', 'amend', 'bounce', 'optOut', 'optIn', 'forget', 'unsubscribe'],
] as const
const moves = fc.array(fc.record({ do: fc.constantFrom(...MOVES), on: fc.nat({ max: 7 }), with: fc.nat({ max: 7 }) }), {
  minLength: 5,
  maxLength: 30,
})
type Move = typeof moves extends fc.Arbitrary<(infer M)[]> ? M : never

const CAP = { atMost: 1, within: '100h' } as const
const WHOLE = { from: '2020-01-01T00:00:00Z', until: '2040-01-01T00:00:00Z' }

async function open(store: Store) {
  const clock = manualClock(MONDAY)
  const problems: unknown[] = []
  const surveys = [
    { ...AFTER_SOLVE, validFor: '90h', amendFor: '10h', whenLow: {} },
    { ...AFTER_SOLVE, name: 'by-hand', after: 'hand' as const },
  ]
  const desk = await createDesk({
    store,
    clock,
    random: seededRandom(3),
    secret: SECRET,
    report: ({ error }) => void problems.push(error),
    policies: { surveys: { surveys, cap: CAP } },
  })
  const app = desk.as({ by: { kind: 'system', id: 'law' } })
  const tickets: Ticket['id'][] = []
  for (let n = 0; n < TICKETS; n++) {
    const requester = { email: `c${n % PEOPLE}@example.org` }
    tickets.push((await app.ticket.open({ requester, subject: 'S', body: 'B' })).id)
  }
  return { desk, app, clock, store, tickets, problems, tokens: new Map<string, Survey['id']>() }
}
type Stage = Awaited<ReturnType<typeof open>>

async function surveysOf({ store }: Stage): Promise<Survey[]> {
  const records = await store.find('main', 'survey', { where: null, order: [], limit: 1000, after: null })
  return records.map(({ doc }) => doc as unknown as Survey)
}

async function step(stage: Stage, move: Move): Promise<void> {
  const { app, desk, clock, tickets, tokens } = stage
  const ticketId = tickets[move.on % TICKETS] as Ticket['id']
  const intoId = tickets[move.with % TICKETS] as Ticket['id']
  const surveys = await surveysOf(stage)
  const survey = surveys[move.on % Math.max(1, surveys.length)]
  const { requesterId: customerId } = await app.ticket.get({ ticketId })
  const token = [...tokens.keys()][move.on % Math.max(1, tokens.size)] ?? 'none'
  const answers = { score: 1 + (move.with % 5) }
  switch (move.do) {
    case 'solve':
    case 'reopen':
    case 'unmerge':
    case 'delete':
    case 'restore':
      return void (await codeOf(app.ticket[move.do]({ ticketId })))
    case 'merge':
      return void (await codeOf(app.ticket.merge({ ticketId, intoId })))
    case 'invite':
      return void (await codeOf(app.survey.invite({ ticketId })))
    case 'pass':
      clock.advance((1 + move.with) * 8 * HOUR)
      await desk.tick()
      return
    case 'answer':
    case 'amend':
      return void (await codeOf(app.survey[move.do]({ token, answers })))
    case 'bounce':
      return void (survey && (await codeOf(app.survey.bounce({ surveyId: survey.id }))))
    case 'unsubscribe':
      return void (await codeOf(app.survey.unsubscribe({ token })))
    default:
      return void (await codeOf(app.survey[move.do]({ customerId })))
  }
}

/** Every token that was ever given out, as its mail has it. */
async function collect(stage: Stage): Promise<void> {
  for (const { id, state, nonce } of await surveysOf(stage))
    if (state === 'sent' && nonce !== null) stage.tokens.set(tokenOf(SECRET, { id, nonce }), id)
}

async function hold(stage: Stage): Promise<void> {
  const { app, store, tokens } = stage
  const surveys = await surveysOf(stage)
  const records = await store.find('main', 'ticket', { where: null, order: [], limit: 1000, after: null })
  const gone = records.filter(({ doc }) => doc.deletedAt !== null || doc.mergedInto !== null).map(({ id }) => id)
  // A merged or deleted ticket has no pending survey, and no token that lives.
  for (const { ticketId, state, tokenHash } of surveys)
    if (gone.includes(ticketId)) expect([state === 'planned' || state === 'sent', tokenHash]).toEqual([false, null])
  for (const [token, id] of tokens) {
    const { tokenHash } = surveys.find((one) => one.id === id)!
    if (tokenHash !== null) continue
    expect(await codeOf(app.survey.byToken({ token }))).toBe('survey.unknown-token')
    expect(await codeOf(app.survey.answer({ token, answers: { score: 5 } }))).toBe('survey.unknown-token')
  }
}

async function holdAtTheEnd(stage: Stage): Promise<void> {
  const { app, desk, problems } = stage
  const surveys = await surveysOf(stage)
  const events: DeskEvent[] = []
  for (let after = 0; ; ) {
    const page = await app.event.find({ limit: 1000, after })
    events.push(...page.items)
    if (page.next === null) break
    after = page.next
  }
  // One answer for each survey, and one sending.
  for (const name of ['survey.answered', 'survey.sent'])
    for (const { id } of surveys)
      expect(events.filter((event) => event.name === name && event.record.id === id).length).toBeLessThanOrEqual(1)
  // Nobody is asked more often than the cap says, by whatever survey.
  const asked = events.filter(({ name }) => name === 'respondent.asked')
  for (const [n, { at, record }] of asked.entries()) {
    const before = asked.slice(0, n).findLast((other) => other.record.id === record.id)
    if (before) expect(Date.parse(at) - Date.parse(before.at)).toBeGreaterThanOrEqual(100 * HOUR)
  }
  // Everybody who came up is counted once, and scores are those of the answers.
  const { tallies } = await app.survey.audit(WHOLE)
  expect(tallies.reduce((sum, { considered }) => sum + considered, 0)).toBe(surveys.length)
  for (const { considered, states } of tallies)
    expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(considered)
  const given = surveys.flatMap(({ score, occasion }) => (score !== null && occasion === 'solve' ? [score] : []))
  const { groups } = await app.survey.scores(WHOLE)
  expect(groups[0]?.score ?? { kind: 'csat', ...csat([]) }).toEqual({ kind: 'csat', ...csat(given) })
  expect((await desk.verify()).findings).toEqual([])
  expect(problems).toEqual([])
}

describe.each(STORES)('surveys, on $name,', ({ name, open: openStore }) => {
  it('keep their promises through whatever is done to tickets and customers', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (list) => {
        const stage = await open(openStore())
        for (const move of list) {
          await step(stage, move)
          await collect(stage)
          await hold(stage)
        }
        await holdAtTheEnd(stage)
        await stage.desk.close()
      }),
      { numRuns: RUNS(name === 'memory' ? 15 : 4) },
    )
  })
})
