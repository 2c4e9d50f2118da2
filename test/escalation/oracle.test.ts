/** The engine and a simulation written apart from it agree. `ESCALATION_CASES` sets how many random cases. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coverage, replayEscalation, whoIsOnCall } from '../../src/escalation/escalation.ts'
import { climb, take } from '../../src/escalation/ladder.ts'
import type { LadderEvent } from '../../src/escalation/ladder-words.ts'
import { worldOf } from '../../src/escalation/replay-escalation.ts'
import { HOUR } from '../sla/arbitrary-calendar.ts'
import { history, scheduled } from './arbitraries.ts'
import { oracleOnCall, simulate, writtenTelling } from './oracle.ts'

const CASES = Number(process.env.ESCALATION_CASES ?? 60)

describe('the ladder beside a simulation that looks at every minute', () => {
  it(`tells the same people at the same instants in ${CASES} random histories`, { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(history, (given) => {
        const { tellings, state, acknowledgedBy, loop, step, cycle } = replayEscalation(given)
        expect({
          tellings: tellings.map(writtenTelling),
          state,
          acknowledgedBy,
          place: `${loop}/${step}/${cycle}`,
        }).toEqual(simulate(given))
      }),
      { numRuns: CASES },
    )
  })
})

describe('a ladder that goes on by itself', () => {
  it('does the same in one jump and in many steps', () => {
    const looks = fc.array(fc.integer({ min: 0, max: 60 * 36 }), { maxLength: 30 })
    fc.assert(
      fc.property(history, looks, (given, minutes) => {
        const world = worldOf(given)
        const from = Number(given.events[0]!.at)
        const to = { at: from + 60 * 36 * 60_000, due: 'until' as const }
        const { ladder } = take(null, { type: 'trigger', at: from }, world)
        const events: LadderEvent[] = []
        let walked = ladder
        for (const minute of minutes.sort((a, b) => a - b)) {
          const step = climb(walked, { at: from + minute * 60_000, due: minute % 2 === 0 ? 'until' : 'before' }, world)
          events.push(...step.events)
          walked = step.ladder
        }
        const rest = climb(walked, to, world)
        expect({ ladder: rest.ladder, events: [...events, ...rest.events] }).toEqual(climb(ladder, to, world))
      }),
    )
  })

  it('has no two tellings of one run at one place, and tells nobody twice in one', () => {
    fc.assert(
      fc.property(history, (given) => {
        const { tellings } = replayEscalation(given)
        const places = tellings.map(({ run, cycle, loop, step }) => `${run}/${cycle}/${loop}/${step}`)
        expect(new Set(places).size).toBe(places.length)
        for (const { people } of tellings) expect(new Set(people.map(({ person }) => person)).size).toBe(people.length)
      }),
    )
  })
})

describe('turns beside turns counted one by one', () => {
  it(`have the same people on call in ${CASES} random schedules`, { timeout: 600_000 }, () => {
    const asked = fc.record({ one: scheduled, away: fc.array(fc.integer({ min: -48, max: 48 }), { minLength: 4 }) })
    fc.assert(
      fc.property(asked, ({ one: { schedule, base }, away }) => {
        const { shifts } = coverage(schedule, base - 48 * HOUR, base + 48 * HOUR + 1)
        for (const hours of away) {
          const t = base + hours * HOUR
          const expected = oracleOnCall(schedule, t)
          expect({ t: new Date(t).toISOString(), people: whoIsOnCall(schedule, t) }).toEqual({
            t: new Date(t).toISOString(),
            people: expected,
          })
          expect(shifts.find(({ from, until }) => from <= t && t < until)?.people).toEqual(expected)
        }
        for (const [n, { from, people }] of shifts.entries()) {
          expect(from).toBe(n === 0 ? base - 48 * HOUR : shifts[n - 1]!.until)
          expect(oracleOnCall(schedule, from)).toEqual(people)
          expect(n === 0 || String(shifts[n - 1]!.people) !== String(people)).toBe(true)
        }
      }),
      { numRuns: CASES },
    )
  })
})
