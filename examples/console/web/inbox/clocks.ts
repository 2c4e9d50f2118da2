/** The promises to the customer: each clock with what is left of it. */
import { isDeskError } from 'deskwright/client'
import { desk, type Ticket } from '../kit/desk.ts'
import { el } from '../kit/dom.ts'
import { left, saysDue, saysLength } from '../kit/time.ts'
import { plain } from '../kit/words.ts'

type Standing = Awaited<ReturnType<typeof desk.sla.get>>
type Clock = Standing['clocks'][number]

/** `null`: nothing is promised for this ticket. */
export async function readClocks(ticketId: Ticket['id']): Promise<Standing | null> {
  try {
    return await desk.sla.get({ ticketId })
  } catch (error) {
    if (isDeskError(error, 'sla.no-clock') || isDeskError(error, 'sla.none')) return null
    throw error
  }
}

export function clocksSection({ policy, clocks }: Standing): HTMLElement {
  const rows = clocks.flatMap((clock) => [
    el('dt', {}, plain(clock.metric)),
    el('dd', { 'data-state': clock.state }, ...saysClock(clock)),
  ])
  return el(
    'section',
    { 'aria-label': 'Promises' },
    el('h3', {}, 'Promises'),
    el('dl', {}, ...rows),
    policy && el('p', { class: 'faint' }, `By “${policy}”.`),
  )
}

function saysClock({ state, dueAt, remaining }: Clock): (Node | string)[] {
  const due = dueAt === null ? null : new Date(dueAt).toISOString()
  switch (state) {
    case 'running':
    case 'breached':
      return due === null ? ['runs'] : [left(due), el('span', { class: 'faint' }, saysDue(due))]
    case 'paused':
      return [`stands still, ${saysLength(remaining)} ${remaining < 0 ? 'late' : 'left'}`]
    case 'met':
      return ['kept']
    case 'metLate':
      return ['kept late']
    case 'cancelled':
      return ['ended']
    default:
      return state satisfies never
  }
}
