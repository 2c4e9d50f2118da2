/** Cuts "all that comes behind this place in the order" into pieces, each of which an index answers without walking. */
import type { Order } from '../../desk/ports.ts'

/**
 * What holds in one piece for the first fields of the order, and at last for the id: `equal`, `above`, `below` the
 * value of the place; `absent`; `present`. Of the fields behind them nothing is asked.
 */
export type Piece = readonly ('equal' | 'above' | 'below' | 'absent' | 'present')[]

/** The piece that is everything. */
export const WHOLE: Piece = []

/**
 * The pieces behind a place, in their order. For `changedAt` descending: the same instant with a higher id; then
 * earlier instants; then those without one. Absent values come first in ascending order, and last in descending.
 *
 * @param values - of the order's fields at that place.
 */
export function piecesBehind(order: readonly Order[], values: readonly unknown[]): Piece[] {
  const same = order.map((_, n): Piece[number] => (isAbsent(values[n]) ? 'absent' : 'equal'))
  const behind = order.map(({ direction }, n) =>
    stepsBehind(direction, values[n]).map((step): Piece => [...same.slice(0, n), step]),
  )
  return [[...same, 'above'], ...behind.reverse().flat()]
}

function stepsBehind(direction: 'asc' | 'desc', value: unknown): Piece[number][] {
  if (direction === 'asc') return [isAbsent(value) ? 'present' : 'above']
  return isAbsent(value) ? [] : ['below', 'absent']
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined
}
