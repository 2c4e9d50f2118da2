/** Tells workers of other processes by LISTEN and NOTIFY that a task may be there, so that they need not wait for their next look. */
import { createHash } from 'node:crypto'
import type { Change, Store } from '../../desk/ports.ts'
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

/** Listens on one connection, which nobody else uses, and connects anew when it breaks. What came meanwhile is missed. */
export function watchOn(pool: () => Promise<PgPool>, channel: string): NonNullable<Store['watch']> {
  return async (wake) => {
    let stopped = false
    let current: Listener | null = null
    let again: NodeJS.Timeout | undefined

    async function listen(): Promise<void> {
      const client = (await takeClient(await pool())) as unknown as Listener
      current = client
      client.on('notification', ({ payload }) => {
        if (!stopped && payload) wake(payload)
      })
      client.on('error', (error) => drop(client, error as Error))
      await client.query({ text: `listen ${channel}`, values: [] })
    }

    function drop(client: Listener, error: Error): void {
      if (current !== client) return
      current = null
      client.release(error)
      retry()
    }

    function retry(): void {
      if (stopped) return
      again = setTimeout(() => listen().catch(retry), AGAIN_MS)
      again.unref()
    }

    await listen()
    return async () => {
      stopped = true
      clearTimeout(again)
      // Thrown away rather than given back: it still listens.
      current?.release(new Error('The watching has ended.'))
      current = null
    }
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
