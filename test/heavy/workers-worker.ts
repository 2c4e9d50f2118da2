/** One of many workers on one database: it rings timers until it is killed or told to stop. */
import { createDesk } from 'deskwright'
import { postgresStore } from 'deskwright/postgres'

/** What the program is told, as JSON in its first argument. */
export interface WorkOrder {
  readonly url: string
  /** Epoch milliseconds, by the machine's clock, at which the desk's clock stood at `now`. */
  readonly since: number
  readonly now: number
  /** How many times faster than the machine's the desk's clock goes: so that a lease runs out within a test. */
  readonly speed: number
}

const { url, since, now, speed } = JSON.parse(process.argv[2] ?? '{}') as WorkOrder
const desk = await createDesk({
  store: postgresStore(url, { connections: 4 }),
  clock: { now: () => now + (Date.now() - since) * speed },
  // Whatever a kill leaves behind for another is reported, and no failure.
  report: () => undefined,
})
desk.work({ every: 20 })
process.send?.('ready')
// Whoever started it is gone.
process.once('disconnect', () => process.exit())
