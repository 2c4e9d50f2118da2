/** Somebody with a database tool changes a real file behind the desk's back: verify finds what, and names it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDesk, type Verification } from 'deskwright'
import { sqliteStore } from 'deskwright/sqlite'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deskwright-verify-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A desk with one ticket at version 3 on a file; the file after `tamper` is verified by a new desk. */
async function verifiedAfter(
  tamper: (db: InstanceType<typeof Database>, ticketId: string) => void,
): Promise<{ ticketId: string; found: Verification }> {
  const path = join(folder, 'support.db')
  const desk = await createDesk({ store: sqliteStore(path) })
  const acting = desk.as({ by: { kind: 'system', id: 'test' } })
  const ticket = await acting.ticket.open({
    requester: { email: 'ada@example.org' },
    subject: 'It hums',
    body: 'Since noon.',
  })
  await acting.ticket.note({ ticketId: ticket.id, body: 'Third one this week.' })
  await acting.ticket.solve({ ticketId: ticket.id })
  await desk.close()
  const db = new Database(path)
  tamper(db, ticket.id)
  db.close()
  const again = await createDesk({ store: sqliteStore(path) })
  const found = await again.verify()
  await again.close()
  return { ticketId: ticket.id, found }
}

const CASES: readonly [string, string, (id: string) => string, string][] = [
  [
    'a changed text',
    `update desk_journal set body = replace(body, '"solved"', '"closed"') where id = ? and version = 3`,
    (id) => `${id}.3.0`,
    'changed',
  ],
  [
    'a changed hash',
    `update desk_journal set hash = 'f' || substr(hash, 2) || '0' where id = ? and version = 2`,
    (id) => `${id}.2.0`,
    'changed',
  ],
  [
    'a changed column',
    `update desk_journal set name = 'ticket.closed' where id = ? and version = 3`,
    (id) => `${id}.3.0`,
    'changed',
  ],
  [
    'a missing first entry',
    'delete from desk_journal where id = ? and version = 1 and n = 0',
    (id) => `${id}.1.0`,
    'missing',
  ],
  ['a missing middle entry', 'delete from desk_journal where id = ? and version = 2', (id) => `${id}.2.0`, 'missing'],
  ['a missing last entry', 'delete from desk_journal where id = ? and version = 3', (id) => `${id}.3.0`, 'missing'],
  [
    'an inserted entry',
    `insert into desk_journal (tenant, kind, id, version, n, name, at, body, hash)
     select tenant, kind, id, 4, 0, name, at, body, hash from desk_journal where id = ? and version = 3`,
    (id) => `${id}.4.0`,
    'inserted',
  ],
  [
    'an altered record',
    `update desk_ticket set doc = json_set(doc, '$.priority', 'P1') where id = ?`,
    (id) => `${id}.3.0`,
    'record-differs',
  ],
  [
    'a note made public',
    `update desk_message set doc = json_set(doc, '$.visibility', 'public') where ticket_id = ? and seq = 2`,
    (id) => `${id}.2.0`,
    'record-differs',
  ],
]

describe('a file that was changed by hand', () => {
  it.each(CASES)('%s is found and named', async (_, sql, event, problem) => {
    const { ticketId, found } = await verifiedAfter((db, id) => {
      expect(db.prepare(sql).run([id]).changes).toBe(1)
    })
    expect(found.ok).toBe(false)
    expect(found.findings).toContainEqual(expect.objectContaining({ problem, event: event(ticketId) }))
  })
  it('is found whole when nobody touched it', async () => {
    const { found } = await verifiedAfter(() => {})
    expect(found).toMatchObject({ ok: true, findings: [] })
  })
})
