/** Shows that one connection listens for all workers of a store on PostgreSQL, and that none is left when they have gone. */
import { createDesk, type Store } from 'deskwright'
import { postgresStore } from 'deskwright/postgres'
import { changeOf, taskOf } from 'deskwright/testing'
import { Client, Pool, type PoolClient } from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startPostgres } from '../servers/postgres.ts'

const server = await startPostgres()
afterAll(() => server?.stop())

const LISTENING = `from pg_stat_activity where query like 'listen %' and datname = current_database()`

const ignore = () => undefined

describe.skipIf(server === null)('watching on PostgreSQL', () => {
  let url: string
  let raw: Client
  let pool: Pool
  let store: Store

  beforeEach(async () => {
    url = (await server?.database()) ?? ''
    raw = new Client({ connectionString: url })
    await raw.connect()
    pool = new Pool({ connectionString: url, max: 3 })
    pool.on('error', ignore)
    store = postgresStore(pool)
    await store.migrate()
  })
  // The pool ends only when all its clients were given back.
  afterEach(async () => {
    await store.close()
    await pool.end()
    await raw.end()
  })

  const watch = (wake: (queue: string) => void = ignore) => store.watch?.(wake) as Promise<() => Promise<void>>
  const cut = () => raw.query(`select pg_terminate_backend(pid) ${LISTENING}`)
  const listening = async () => (await raw.query(`select pid ${LISTENING}`)).rows.length
  const taken = () => pool.totalCount - pool.idleCount

  /** Has something happen to each client before the pool gives it away; what is given back stays as it is. */
  function beforeClients(happen: (client: PoolClient) => Promise<void> | void): { undo(): void } {
    const { connect } = pool
    type Taking = (error: Error | undefined, client?: PoolClient) => void
    const changed = (taking: Taking) =>
      connect.call(pool, (async (error: Error | undefined, client: PoolClient | undefined) => {
        if (client) await happen(client)
        taking(error, client)
      }) as never)
    Object.assign(pool, { connect: changed })
    return { undo: () => Object.assign(pool, { connect }) }
  }

  /** Has something happen to each LISTEN before it is sent. */
  function beforeListening(happen: (client: PoolClient) => Promise<unknown>): { undo(): void } {
    return beforeClients((client) => {
      const { query } = client
      const changed = async (config: { text: string }) => {
        if (config.text.startsWith('listen')) await happen(client)
        return (query as (config: object) => unknown).call(client, config)
      }
      Object.assign(client, { query: changed })
    })
  }

  it('takes one connection for all who watch, until the last one leaves', async () => {
    const heard: string[] = []
    const stops = [await watch(() => heard.push('one')), await watch(() => heard.push('other'))]
    expect([await listening(), taken()]).toEqual([1, 1])
    await stops[0]?.()
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    await expect.poll(() => heard).toEqual(['other'])
    await stops[1]?.()
    await expect.poll(listening).toBe(0)
    expect(taken()).toBe(0)
  })

  it('by two workers leaves the one connection of a desk to its commands', async () => {
    const desk = await createDesk({ store: postgresStore(url, { connections: 1 }) })
    for (const every of [100, 100]) desk.work({ every })
    await expect.poll(listening).toBe(1)
    const opening = { requester: { email: 'ada@example.org' }, subject: 'It hums', body: 'Since noon.' }
    await desk.as({ by: { kind: 'system', id: 'test' } }).ticket.open(opening)
    await desk.close()
  })

  it('is refused when the store is closed, also when it was about to begin', async () => {
    const closed = expect.objectContaining({ code: 'store.closed' })
    const begun = watch()
    const [outcome] = await Promise.allSettled([begun, store.close()])
    expect(outcome).toEqual(expect.objectContaining({ reason: closed }))
    await expect(watch()).rejects.toThrow(closed)
    expect(taken()).toBe(0)
  })

  it('that ends while it connects anew leaves nobody listening', async () => {
    const stop = await watch()
    let [connecting, go] = [false, ignore as () => void]
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    beforeClients(() => {
      connecting = true
      return gate
    })
    await cut()
    await expect.poll(() => connecting, { timeout: 5000 }).toBe(true)
    const stopped = stop()
    go()
    await stopped
    await expect.poll(listening).toBe(0)
    expect(taken()).toBe(0)
  })

  it('that the server refuses gives its connection back each time', async () => {
    // As a standby does until it is promoted.
    beforeListening(() => Promise.reject(new Error('cannot execute LISTEN during recovery')))
    for (let n = 0; n < 4; n++) await expect(watch()).rejects.toThrow('during recovery')
    expect(taken()).toBe(0)
  })

  it('whose connection is lost as it begins is refused, and does not begin later', async () => {
    const { undo } = beforeListening(async (client) => {
      await raw.query('select pg_terminate_backend($1)', [(client as unknown as { processID: number }).processID])
    })
    await expect(watch()).rejects.toThrow()
    undo()
    let asked = 0
    beforeClients(() => void asked++)
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect([asked, taken()]).toEqual([0, 0])
  })

  it('goes on for the others where one of them throws', async () => {
    const heard: string[] = []
    await watch(() => {
      throw new Error('the watcher throws')
    })
    await watch((queue) => heard.push(queue))
    await store.commit(changeOf({ set: [taskOf('wake')] }))
    await expect.poll(() => heard).toEqual(['timer'])
  })
})
