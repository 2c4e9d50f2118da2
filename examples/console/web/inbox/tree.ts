/** The ticket among those that it hangs together with: its parent, its parts, and how far they are. */
import { desk, type Ticket } from '../kit/desk.ts'
import { el } from '../kit/dom.ts'
import { plain } from '../kit/words.ts'

type Node = Awaited<ReturnType<typeof desk.ticket.tree>>['root']

/** From the parent down, so that siblings are in sight; `null`: the ticket stands alone. */
export async function readTree({ id, parentId, related }: Ticket): Promise<Node | null> {
  if (!related && parentId === null) return null
  const { root } = await desk.ticket.tree({ ticketId: parentId ?? id })
  return root.children.length === 0 ? null : root
}

export function treeSection(
  root: Node,
  { view, openId }: { readonly view: string; readonly openId: string },
): HTMLElement {
  const { tickets, byCategory } = root.total
  const done = byCategory.solved + byCategory.closed
  const node = ({ ticketId, number, subject, status, category, sla, children }: Node): HTMLElement =>
    el(
      'li',
      {},
      el(
        'a',
        {
          href: `#/${view}/${ticketId}`,
          'data-focus': `tree ${ticketId}`,
          'aria-current': ticketId === openId && 'true',
        },
        el('span', { class: `chip ${category}` }, plain(status)),
        ` #${number} ${subject}`,
        sla === 'breached' && el('strong', { class: 'late' }, ' late'),
      ),
      children.length > 0 && el('ul', {}, ...children.map(node)),
    )
  return el(
    'section',
    { class: 'tree', 'aria-label': 'Hangs together' },
    el('h3', {}, 'Hangs together', el('span', { class: 'count' }, `${done} of ${tickets} done`)),
    el('ul', {}, node(root)),
  )
}
