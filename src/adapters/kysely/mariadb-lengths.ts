/** Refuses texts that are longer than MariaDB's indexes take: it would cut what is behind, of spaces even without an error. */
import type { Change } from '../../desk/ports.ts'
import { fault } from '../../domain/refusals.ts'
import { toColumnText } from './column-text.ts'
import { LENGTHS } from './mariadb-tables.ts'
import { tableOf } from './schema.ts'

type What = keyof typeof LENGTHS

/**
 * @throws DeskError `store.cannot`, naming what is too long; lengths are counted in characters, as MariaDB does.
 */
export function refuseLong(what: What, text: string | null, of: string): void {
  // Half as many UTF-16 units are never too many characters, whatever stands in them.
  if (text === null || text.length <= LENGTHS[what] / 8) return
  const length = [...toColumnText(text)].length
  if (length > LENGTHS[what])
    throw fault('store.cannot', { what: `keep ${of} of ${length} characters, since ${LENGTHS[what]} is the longest` })
}

/** The same for everything in a change. */
export function refuseLongParts(change: Change): void {
  const { tenant, writes, checks, journal, set, command } = change
  refuseLong('tenant', tenant, 'a tenant')
  for (const { kind, id } of [...writes, ...checks]) refuseLong('id', id, `an id of a ${kind}`)
  for (const { kind, doc } of writes) {
    for (const field of doc ? tableOf(kind).columns : []) refuseLongField(kind, field, doc?.[field])
  }
  for (const { id, name, at } of journal) {
    refuseLong('id', id, 'an id in the journal')
    refuseLong('name', name, 'the name of an event')
    refuseLong('instant', at, 'an instant in the journal')
  }
  for (const { queue, key, group, dueAt } of set) {
    refuseLong('queue', queue, 'the name of a queue')
    refuseLong('key', key, 'the key of a task')
    refuseLong('group', group, 'the group of a task')
    refuseLong('instant', dueAt, 'the instant of a task')
  }
  if (command) {
    refuseLong('id', command.id, 'a command id')
    refuseLong('instant', command.at, 'the instant of a command')
  }
}

function refuseLongField(kind: Parameters<typeof tableOf>[0], field: string, value: unknown): void {
  if (typeof value !== 'string') return
  refuseLong(tableOf(kind).fields[field] === 'instant' ? 'instant' : 'value', value, `a ${field} of a ${kind}`)
}
