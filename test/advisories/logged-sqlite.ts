/** A store on SQLite that writes down what it says to its database. */
import { sqliteStore } from 'deskwright/sqlite'
import { drivers, openRaw } from '../adapters/kysely/drivers.ts'
import type { Logged, LoggedStore } from './store-advisories.ts'

type Way = 'run' | 'get' | 'all'

/** On the first driver that can be loaded. */
export async function loggedSqlite(): Promise<LoggedStore> {
  const log: Logged[] = []
  const database = openRaw(drivers[0] as (typeof drivers)[number], ':memory:')
  const watched = new Proxy(database, {
    get(target, name) {
      if (name !== 'prepare') return bound(target, name)
      return (sql: string) => {
        const statement = target.prepare(sql)
        const told = (way: Way) => (params: readonly unknown[]) => {
          log.push({ sql, params })
          return (statement[way] as (params: readonly unknown[]) => unknown)(params)
        }
        return Object.assign(Object.create(statement), { run: told('run'), get: told('get'), all: told('all') })
      }
    },
  })
  const store = sqliteStore(watched)
  await store.migrate()
  return { store, log }
}

function bound(target: object, name: string | symbol): unknown {
  const value = Reflect.get(target, name) as unknown
  return typeof value === 'function' ? value.bind(target) : value
}
