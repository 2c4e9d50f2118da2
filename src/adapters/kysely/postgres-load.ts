/** Opens connections to a URL by the driver `pg`, which is loaded only then: it is nobody's dependency. */
import { fault } from '../../domain/refusals.ts'
import type { Links } from './async-engine.ts'
import { linksOfPool, type PgPool } from './postgres-links.ts'

interface OwnPool extends PgPool {
  on(event: 'error', listener: () => void): unknown
  on(event: 'connect', listener: (client: { on(event: 'error', listener: () => void): unknown }) => void): unknown
  end(): Promise<void>
}

type PoolMaker = new (options: object) => OwnPool

/** A pool of our own, opened at first use and ended by `close`. */
export function ownPool(
  url: string,
  connections: number,
): { readonly links: Links; readonly place: string; readonly pool: () => Promise<PgPool> } {
  const place = placeOf(url)
  let opening: Promise<OwnPool> | null = null
  const open = async () => {
    const Pool = await loadPool()
    const pool = new Pool({ connectionString: url, max: connections + 1, application_name: 'deskwright' })
    // An idle connection that the server ends is replaced at the next use; without a listener it would end the process.
    pool.on('error', () => undefined)
    // One that is ended while it is being handed out, before anybody else listens.
    pool.on('connect', (client) => client.on('error', () => undefined))
    return pool
  }
  const pool = () => {
    opening ??= open()
    return opening
  }
  return { links: { ...linksOfPool(pool, place), close: async () => (await opening)?.end() }, place, pool }
}

async function loadPool(): Promise<PoolMaker> {
  try {
    const { Pool } = (await import('pg')) as unknown as { Pool: PoolMaker }
    return Pool
  } catch (error) {
    throw fault('store.no-driver', { tried: `pg: ${(error as Error).message}`, install: 'pg' }, { cause: error })
  }
}

/** The address without what is secret in it. */
function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return `PostgreSQL at ${host}${pathname}`
  } catch {
    return 'PostgreSQL at the given address'
  }
}
