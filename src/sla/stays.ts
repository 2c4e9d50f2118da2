/** Where a ticket stood, and since when: what clocks that start late read its pauses from. */
import type { ClockFacts, Stay } from './clock-words.ts'

/** The facts with where the ticket stands from an instant on. One that was set aside keeps its place in time until it is restored. */
export function stayed(facts: ClockFacts, at: number): ClockFacts {
  return facts.ended === null ? { ...facts, statuses: [...facts.statuses, stay(facts, at)] } : facts
}

/** Where a ticket stands from an instant on. */
export function stay({ category, status, waits }: ClockFacts, at: number): Stay {
  return waits === undefined ? [at, category, status] : [at, category, status, waits]
}
