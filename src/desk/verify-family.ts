/** Recounts what a ticket's family record says, and compares the links that its journal tells with those that stand. */
import type { Condition } from '../domain/condition.ts'
import type { RecordRef } from '../domain/records.ts'
import { type Family, noFamily, standingOf } from '../domain/tickets/family.ts'
import { type Link, linkBetween, linkId } from '../domain/tickets/links.ts'
import type { Ticket } from '../domain/tickets/ticket.ts'
import { canonicalJson, type DeskEvent } from './events.ts'
import type { House } from './house.ts'
import type { StoredEntry, StoredRecord } from './ports.ts'

/** A record that is not what its journal, or a recount, gives. */
export interface Misfit {
  readonly record: RecordRef
  readonly says: string
}

/** What of a ticket's relations does not fit; nothing, for a ticket that never had any. */
export async function verifyFamily(
  house: House,
  tenant: string,
  known: { readonly record: StoredRecord; readonly entries: readonly StoredEntry[] },
): Promise<Misfit[]> {
  const { record, entries } = known
  const ticket = record.doc as unknown as Ticket
  if (!ticket.related && ticket.followUpOf === null) return []
  const links = await linksOfEnd(house, tenant, record.id)
  const told = linksTold(entries)
  const [family = null] = await house.store.get(tenant, [{ kind: 'family', id: record.id }])
  const says = (family?.doc as unknown as Family | undefined) ?? noFamily(record.id)
  const is = await recounted(house, tenant, { id: record.id, links })
  const { id: _, version: __, ...counts } = says
  const miscounted: Misfit = {
    record: { kind: 'family', id: record.id },
    says: `family/${record.id} says ${canonicalJson(counts)}, and there are ${canonicalJson(is)}.`,
  }
  const findings = [
    ...misfitsOf(record.id, links, told),
    ...(canonicalJson(counts) === canonicalJson(is) ? [] : [miscounted]),
  ]
  return findings.length === 0 || (await isStill(house, tenant, [record, family]))
    ? findings
    : again(house, tenant, known)
}

function misfitsOf(ticketId: string, links: readonly Link[], told: ReadonlySet<string>): Misfit[] {
  const standing = new Set(links.map(({ id }) => id))
  const gone = [...told].filter((id) => !standing.has(id)).map((id) => ({ id, says: `link/${id} is gone.` }))
  const untold = links
    // That a ticket was opened as a follow-up only its own journal tells.
    .filter((link) => !told.has(link.id) && !(link.type === 'followUpOf' && link.toId === ticketId))
    .map(({ id }) => ({ id, says: `link/${id} stands, and the journal of ticket/${ticketId} does not tell it.` }))
  const changed = links
    .filter((link) => linkId(link) !== link.id)
    .map(({ id }) => ({ id, says: `link/${id} has other ends than its id says.` }))
  return [...gone, ...untold, ...changed].map(({ id, says }) => ({ record: { kind: 'link', id }, says }))
}

/** Somebody may have changed something between the reads: what was found counts only where nobody did. */
async function isStill(house: House, tenant: string, before: readonly (StoredRecord | null)[]): Promise<boolean> {
  const there = before.filter((record) => record !== null)
  const now = await house.store.get(
    tenant,
    there.map(({ kind, id }) => ({ kind, id })),
  )
  return there.every(({ version }, index) => now[index]?.version === version)
}

async function again(house: House, tenant: string, known: Parameters<typeof verifyFamily>[2]): Promise<Misfit[]> {
  const { kind, id } = known.record
  const [record = null] = await house.store.get(tenant, [{ kind, id }])
  // A ticket that moves on is checked the next time: what its journal tells was read before.
  return record === null || record.version !== known.record.version ? [] : verifyFamily(house, tenant, known)
}

const PAGE = 1000

async function linksOfEnd({ store }: House, tenant: string, id: string): Promise<Link[]> {
  const where: Condition = {
    any: [
      { field: 'fromId', is: id },
      { field: 'toId', is: id },
    ],
  }
  const links: Link[] = []
  for (let after: { values: []; id: string } | null = null; ; ) {
    const page: StoredRecord[] = await store.find(tenant, 'link', { where, order: [], limit: PAGE, after })
    links.push(...page.map(({ doc, id: stored }) => ({ ...(doc as unknown as Link), id: stored })))
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return links
    after = { values: [], id: last.id }
  }
}

/** The ids of the links that stand, by what was told of them. */
function linksTold(entries: readonly StoredEntry[]): Set<string> {
  const standing = new Set<string>()
  for (const { name, body } of entries) {
    if (name !== 'ticket.linked' && name !== 'ticket.unlinked' && name !== 'ticket.opened') continue
    const event = JSON.parse(body) as DeskEvent<'ticket.linked' | 'ticket.unlinked' | 'ticket.opened'>
    const ticketId = event.record.id as Ticket['id']
    if (event.name === 'ticket.opened') {
      const { followUpOf } = event.data
      if (followUpOf !== null) standing.add(linkId({ type: 'followUpOf', fromId: ticketId, toId: followUpOf }))
      continue
    }
    const id = linkId(linkBetween(event.data.type, ticketId, event.data.otherId))
    if (event.name === 'ticket.linked') standing.add(id)
    else standing.delete(id)
  }
  return standing
}

async function recounted(
  { store }: House,
  tenant: string,
  { id, links }: { readonly id: string; readonly links: readonly Link[] },
): Promise<Omit<Family, 'id' | 'version'>> {
  const where: Condition = {
    all: [
      { field: 'parentId', is: id },
      { field: 'deletedAt', is: null },
      { field: 'mergedInto', is: null },
    ],
  }
  const rows = await store.count(tenant, 'ticket', where, ['category'])
  const sum = (of: typeof rows) => of.reduce((n, { count }) => n + count, 0)
  const blocks = links.filter(({ type }) => type === 'blocks')
  const from = blocks.filter(({ toId }) => toId === id).map(({ fromId }) => fromId)
  const blockers =
    from.length === 0
      ? []
      : await store.get(
          tenant,
          from.map((one) => ({ kind: 'ticket', id: one })),
        )
  return {
    children: sum(rows),
    openChildren: sum(rows.filter(({ group }) => group[0] !== 'solved' && group[0] !== 'closed')),
    blockers: from.length,
    openBlockers: blockers.filter((one) => standingOf((one?.doc ?? null) as Ticket | null) === 'open').length,
    blocking: blocks.length - from.length,
  }
}
