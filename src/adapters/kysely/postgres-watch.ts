/** Tells workers of other processes by LISTEN and NOTIFY that a task may be there, so that they need not wait for their next look. */
import { createHash } from 'node:crypto'
import type { Change, Store } from '../../desk/ports.ts'
import { fault } from '../../domain/refusals.ts'
import { turnOn } from './async-engine.ts'
import { type PgPool, type PgPoolClient, takeClient } from './postgres-links.ts'
import type { TableNames } from './schema.ts'

interface Listener extends Omit<PgPoolClient, 'on'> {
  on(event: 'error' | 'notification', listener: (message: { readonly payload?: string }) => void): unknown
}

/** Databases and schemas of one server each have a channel of their own; a channel's name has at most 63 letters. */
export function channelOf({ task }: TableNames): string {
  return `deskwright_${createHash('sha256').update(task).digest('hex').slice(0, 24)}`
}

const AGAIN_MS = 1000

/**
 * Listens on one connection for all who watch, which nobody else uses, and connects anew when it breaks. What came
 * meanwhile is missed. `close` ends all watching, also what is only beginning: a pool does not end while somebody has one
 * of its clients.
 */
export function watchesOn(pool: () => Promise<PgPool>, channel: string): Required<Pick<Store, 'watch' | 'close'>> {
  const watchers = new Set<{ readonly wake: (queue: string) => void }>()
  // Nobody leaves a connection, or asks for a second one, while one is being made.
  const inTurn = turnOn({})
  let current: Listener | null = null
  let again: NodeJS.Timeout | undefined
  let closed = false

  async function listen(): Promise<void> {
    const client = (await takeClient(await pool())) as unknown as Listener
    current = client
    client.on('notification', ({ payload }) => tell(payload))
    client.on('error', (error) => {
      if (current === client) lose(error as Error)
    })
    await client.query({ text: `listen ${channel}`, values: [] })
  }

  function tell(queue: string | undefined): void {
    if (queue)
      for (const { wake } of watchers)
        try {
          wake(queue)
        } catch {
          // It was called by an event, so what it throws would end the process. A hint may be lost.
        }
  }

  /** Thrown away rather than given back: it still listens, or is broken. */
  function drop(error: Error): void {
    current?.release(error)
    current = null
  }

  function lose(error: Error): void {
    drop(error)
    clearTimeout(again)
    again = setTimeout(() => begin().catch(() => undefined), AGAIN_MS)
    again.unref()
  }

  function begin(): Promise<void> {
    return inTurn(async () => {
      if (watchers.size === 0 || current) return
      await listen().catch((error) => {
        lose(error)
        throw error
      })
    })
  }

  function end(): Promise<void> {
    return inTurn(async () => {
      if (watchers.size === 0) drop(new Error('The watching has ended.'))
    })
  }

  return {
    async watch(wake) {
      if (closed) throw fault('store.closed', {})
      const watcher = { wake }
      watchers.add(watcher)
      await begin().catch((error) => {
        watchers.delete(watcher)
        throw error
      })
      if (closed) throw fault('store.closed', {})
      return async () => {
        watchers.delete(watcher)
        await end()
      }
    },
    async close() {
      closed = true
      watchers.clear()
      await end()
    },
  }
}

const PAUSE_MS = 50

/**
 * Sends a hint for each queue in which a commit has set a task that is due: at once, and then at most every 50 ms.
 * Outside of the commit, since a transaction that notifies takes a lock of the whole database when it commits.
 */
export function notifier(send: (queue: string) => Promise<unknown>): (change: Change) => void {
  // A queue stands here while it pauses; true when there was more meanwhile.
  const paused = new Map<string, boolean>()

  function tell(queue: string): void {
    if (paused.has(queue)) {
      paused.set(queue, true)
      return
    }
    paused.set(queue, false)
    // A hint that is lost costs a worker its next look.
    send(queue).catch(() => undefined)
    setTimeout(() => {
      const hasMore = paused.get(queue)
      paused.delete(queue)
      if (hasMore) tell(queue)
    }, PAUSE_MS).unref()
  }

  return ({ set }) => {
    if (set.length === 0) return
    const now = new Date().toISOString()
    for (const queue of new Set(set.flatMap((task) => (task.dueAt <= now ? task.queue : [])))) tell(queue)
  }
}
