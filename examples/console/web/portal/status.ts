/** A status as a customer reads it: what happens next, and who has to do it. */
import type { Ticket } from '../kit/desk.ts'

const SAYS: Readonly<Record<Ticket['category'], string>> = {
  new: 'Received',
  open: 'We are on it',
  pending: 'Waiting for you',
  hold: 'Waiting for a part or a courier',
  solved: 'Solved',
  closed: 'Closed',
}

export function saysStatus({ category }: Ticket): string {
  return SAYS[category]
}
