/** The engine and an oracle written apart from it agree on random calendars of all zones. `ORACLE_CASES` sets how many. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendar } from '../../src/sla/sla.ts'
import { calendarAround, DAY, HOUR } from './arbitrary-calendar.ts'
import {
  oracleAdd,
  oracleAddWorkingDays,
  oracleBetween,
  oracleIsOpen,
  oracleLine,
  oracleNextClose,
  oracleNextOpen,
  oracleSpans,
} from './oracle.ts'

const CASES = Number(process.env.ORACLE_CASES ?? 1000)
const QUESTIONS = 10
const REACH = 12

const question = fc.record({
  at: fc.oneof(
    fc.integer({ min: -4 * DAY, max: 4 * DAY }),
    fc.integer({ min: -8 * 24, max: 8 * 24 }).map((half) => half * HOUR * 0.5),
  ),
  to: fc.integer({ min: -6 * DAY, max: 6 * DAY }),
  amount: fc.oneof(
    fc.integer({ min: -40 * HOUR, max: 40 * HOUR }),
    fc.integer({ min: -160, max: 160 }).map((quarter) => quarter * HOUR * 0.25),
  ),
  days: fc.integer({ min: -4, max: 5 }),
})

describe('the engine beside an oracle on Temporal', () => {
  it(`gives the same answers in ${CASES} random cases`, { timeout: 600_000 }, () => {
    const cases = fc.record({
      subject: calendarAround,
      questions: fc.array(question, { minLength: QUESTIONS, maxLength: QUESTIONS }),
    })
    fc.assert(
      fc.property(cases, ({ subject: { definition, base }, questions }) => {
        const engine = calendar(definition)
        const line = oracleLine(definition, base, REACH)
        const first = line.segments[0]!.start
        const last = line.segments.at(-1)!.end
        const inside = (answer: number | null) =>
          answer === null || answer < first || answer >= last ? undefined : answer
        for (const { at, to, amount, days } of questions) {
          const t = base + at
          const facts = { t: new Date(t).toISOString(), amount, days }
          expect({ ...facts, isOpen: engine.isOpen(t) }).toEqual({ ...facts, isOpen: oracleIsOpen(line, t) })
          expect({ ...facts, between: engine.between(t, base + to) }).toEqual({
            ...facts,
            between: oracleBetween(line, t, base + to),
          })
          expect({ ...facts, open: inside(engine.nextOpen(t)) }).toEqual({ ...facts, open: oracleNextOpen(line, t) })
          expect({ ...facts, close: inside(engine.nextClose(t)) }).toEqual({
            ...facts,
            close: oracleNextClose(line, t),
          })
          expect({ ...facts, add: inside(engine.add(t, amount)) }).toEqual({
            ...facts,
            add: inside(oracleAdd(line, t, amount) ?? null),
          })
          expect({ ...facts, spans: engine.spans(t, base + to) }).toEqual({
            ...facts,
            spans: oracleSpans(line, t, base + to),
          })
          // Counting dates starts at the next opening; when that lies outside the window the oracle cannot tell.
          if (oracleNextOpen(line, t) === undefined) continue
          expect({ ...facts, move: inside(engine.addWorkingDays(t, days)) }).toEqual({
            ...facts,
            move: inside(oracleAddWorkingDays(line, t, days) ?? null),
          })
        }
      }),
      { numRuns: Math.ceil(CASES / QUESTIONS), seed: Number(process.env.ORACLE_SEED ?? 20260302) },
    )
  })
})
