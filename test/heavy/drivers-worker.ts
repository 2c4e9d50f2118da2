/** What each driver is asked on each Node: all store cases on files of their own, then a desk on the file that goes from driver to driver. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDesk } from 'deskwright'
import { type SqliteDriverName, sqliteStore } from 'deskwright/sqlite'
import { manualClock, runStoreCases } from 'deskwright/testing'
import { hostTransaction, openRaw } from '../adapters/kysely/drivers.ts'

/** What the program prints, as one line of JSON. */
export interface DriverReport {
  readonly node: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** For people: the failures and skips. */
  readonly text: string
  readonly trip: DeskTrip
}

export interface DeskTrip {
  readonly ticketId: string
  readonly messages: number
  readonly category: string
  readonly isVerified: boolean
}

async function runCases(driver: SqliteDriverName) {
  const folder = mkdtempSync(join(tmpdir(), 'deskwright-drivers-'))
  let files = 0
  const path = () => join(folder, `${files}.db`)
  const openAnother = () => sqliteStore(path(), { driver })
  const open = () => {
    files += 1
    return openAnother()
  }
  try {
    const openTransaction = () => hostTransaction(openRaw(driver, path()))
    return await runStoreCases({ open, openAnother, openTransaction, transactionsAlone: true })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Goes on with the one ticket of the file: asks for it again, replies, lets it sleep and ring, solves and reopens it. */
async function takeTrip(driver: SqliteDriverName, file: string, hour: number): Promise<DeskTrip> {
  const clock = manualClock(Date.parse('2026-03-02T09:30:00.000Z') + hour * 3_600_000)
  const desk = await createDesk({ store: sqliteStore(file, { driver }), clock })
  const host = desk.as({ tenant: 'acme', by: { kind: 'system', id: 'host' } })
  const opening = { requester: { email: 'zoë@example.org' }, subject: 'Es brummt 🐝', body: 'Seit heute früh.' }
  const { id: ticketId, requesterId } = await host.ticket.open(opening, { commandId: 'opening' })
  const customer = desk.as({ tenant: 'acme', by: { kind: 'customer', id: requesterId } })
  await host.ticket.snooze({ ticketId, until: clock.now() + 60_000 })
  clock.advance(60_000)
  await desk.tick()
  await host.ticket.solve({ ticketId })
  await customer.ticket.reply({ ticketId, body: 'Es brummt wieder.' })
  const { messageCount, category, snoozedUntil } = await host.ticket.get({ ticketId })
  const found = await host.ticket.find({
    where: {
      all: [
        { field: 'subject', contains: '🐝' },
        { field: 'category', is: 'open' },
      ],
    },
  })
  const { ok } = await desk.verify({ tenant: 'acme' })
  await desk.close()
  return {
    ticketId: found.items[0]?.id ?? 'none found',
    messages: messageCount,
    category: snoozedUntil === null ? category : 'asleep',
    isVerified: ok,
  }
}

const [driver, file, hour] = process.argv.slice(2) as [SqliteDriverName, string, string]
const { passed, failed, skipped, text } = await runCases(driver)
const trip = await takeTrip(driver, file, Number(hour))
const counts = { passed: passed.length, failed: failed.length, skipped: skipped.length }
console.log(JSON.stringify({ node: process.versions.node, ...counts, text, trip } satisfies DriverReport))
