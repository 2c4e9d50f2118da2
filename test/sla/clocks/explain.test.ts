/** An explanation is the clock's whole life in stretches, and its sum is the clock's own. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawExplanation, saysExplanation, saysLength } from '../../../src/sla/draw-explanation.ts'
import { explainClock } from '../../../src/sla/explain.ts'
import { type ClockEvent, METRICS, type Metric } from '../../../src/sla/sla.ts'
import { elapsedAt } from '../../../src/sla/sla-clock.ts'
import { HOUR, MINUTE, office } from '../hours.ts'
import { type Life, lifeOf } from './arbitrary-history.ts'
import { on, said, t } from './play.ts'
import { batchesOf, bookOf, moved } from './steps.ts'

function explained(life: Life, metric: Metric) {
  const book = bookOf(life)
  const last = batchesOf(life).at(-1)
  const look = { at: life.asOf, inputs: [], subject: last?.subject as never }
  const { state } = moved([...batchesOf(life), look], book)
  const clock = state.clocks[metric]
  if (clock === undefined) return null
  return {
    clock,
    book,
    explanation: explainClock({ clock, facts: state.facts, asOf: life.asOf, hoursOf: book.hoursOf }),
  }
}

const exceptions = [{ date: '2026-03-03', open: [], name: 'Founding day' }]
const ticket: Life = {
  policy: { name: 'Standard', calendar: 'office', metrics: { resolution: { target: '8h' } } },
  calendars: { office: { ...office('UTC', '09:00', '17:00'), exceptions } } as never,
  events: [
    on('Mon 15:00', 'created'),
    on('Wed 10:00', 'status', { status: 'pending' }),
    on('Wed 12:00', 'status', { status: 'open' }),
  ] as ClockEvent[],
  asOf: t('Wed 13:00'),
}

describe('an explanation', () => {
  it('names each stretch, why it is one, and the sum so far, up to the due instant', () => {
    const { explanation } = explained(ticket, 'resolution') as NonNullable<ReturnType<typeof explained>>
    expect(
      explanation.segments.map(({ kind, from, to, why, sum }) => [kind, said(from), said(to), why, sum / HOUR]),
    ).toEqual([
      ['open', 'Mon 15:00', 'Mon 17:00', 'office', 2],
      ['closed', 'Mon 17:00', 'Wed 09:00', 'Founding day', 2],
      ['open', 'Wed 09:00', 'Wed 10:00', 'office', 3],
      ['paused', 'Wed 10:00', 'Wed 12:00', 'pending', 3],
      ['open', 'Wed 12:00', 'Wed 17:00', 'office', 8],
    ])
    expect(said(explanation.dueAt)).toBe('Wed 17:00')
  })

  it('reads as lines of text, and as a picture that stands alone', () => {
    const { explanation } = explained(ticket, 'resolution') as NonNullable<ReturnType<typeof explained>>
    const text = saysExplanation(explanation)
    expect(text.split('\n')).toHaveLength(8)
    expect(text).toMatch(/Tue|Mon 2026-03-02 17:00 UTC.* closed +Founding day += 2 h/)
    expect(text).toContain('Due Wed 2026-03-04 17:00 UTC')
    const picture = drawExplanation({
      ...explanation,
      segments: explanation.segments.map((one) => ({ ...one, why: '<b>"&' })),
    })
    expect(picture.match(/<rect /g)).toHaveLength(5)
    expect(picture).not.toContain('<b>')
    expect(saysLength(-(HOUR + MINUTE))).toBe('-1 h 1 min')
  })

  it('leaves no gap and counts what the clock counts, in every life of a ticket', () => {
    fc.assert(
      fc.property(lifeOf(), fc.constantFrom(...METRICS), (life, metric) => {
        const one = explained(life, metric)
        if (one === null) return
        const { clock, book, explanation } = one
        const { segments, startedAt } = explanation
        const end = segments.at(-1)?.to ?? startedAt
        expect(segments.map(({ from }) => from)).toEqual(
          [startedAt, ...segments.map(({ to }) => to)].slice(0, segments.length),
        )
        expect(end).toBeGreaterThanOrEqual(clock.stoppedAt ?? Math.max(life.asOf, startedAt))
        expect(segments.at(-1)?.sum ?? 0).toBe(elapsedAt(clock, end, book.hoursOf))
        const opened = segments.filter(({ kind }) => kind === 'open').reduce((sum, { from, to }) => sum + to - from, 0)
        expect(opened).toBe(segments.at(-1)?.sum ?? 0)
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 150) },
    )
  })
})
