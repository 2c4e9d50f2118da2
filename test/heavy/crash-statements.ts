/** Tells of each statement that a driver has run, so that a process can die in the middle of a transaction. */
import type { Reach } from './crash-desk.ts'
import { driverOf, type EngineName } from './crash-engines.ts'

/** Must be called before the desk is opened. */
export function watchStatements(engine: EngineName, reach: Reach): void {
  WATCHES[engine]((sql) => reach(ENDING.test(String(sql)) ? 'transaction ended' : 'statement run'))
}

// On PostgreSQL nearly every commit is one statement, which is a transaction of its own.
const ENDING = /^(commit|with held)\b/i

type Ran = (sql: unknown) => void
const WATCHES: Readonly<Record<EngineName, (ran: Ran) => void>> = {
  sqlite: watchLibsql,
  postgres: watchPg,
  mariadb: watchMysql,
}

type Method = (this: unknown, ...args: unknown[]) => unknown

function watchLibsql(ran: Ran): void {
  const { prototype } = driverOf('libsql') as { prototype: { prepare: Method; exec: Method } }
  const { prepare, exec } = prototype
  prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql) as { run: Method }
    const run = statement.run.bind(statement)
    statement.run = (...params) => {
      const result = run(...params)
      ran(sql)
      return result
    }
    return statement
  }
  prototype.exec = function (sql) {
    exec.call(this, sql)
    ran(sql)
  }
}

function textOf(asked: unknown): unknown {
  const { text, sql } = Object(asked) as { text?: string; sql?: string }
  return text ?? sql ?? asked
}

// Connections answer by a callback or by a promise: either way this is told first.
function watchPg(ran: Ran): void {
  const { Client } = driverOf('pg') as { Client: { prototype: { query: Method } } }
  const { query } = Client.prototype
  Client.prototype.query = function (...args) {
    const told = tellBefore(args, ran)
    const answer = query.apply(this, told)
    if (answer instanceof Promise)
      answer.then(
        () => ran(textOf(args[0])),
        () => undefined,
      )
    return answer
  }
}

function watchMysql(ran: Ran): void {
  const { Connection } = driverOf('mysql2') as { Connection: { prototype: object } }
  let prototype = Connection.prototype
  while (!Object.hasOwn(prototype, 'execute')) prototype = Object.getPrototypeOf(prototype)
  for (const name of ['query', 'execute'] as const) {
    const methods = prototype as Record<typeof name, Method>
    const method = methods[name]
    methods[name] = function (...args) {
      return method.apply(this, tellBefore(args, ran))
    }
  }
}

function tellBefore(args: readonly unknown[], ran: Ran): unknown[] {
  return args.map((arg) => {
    if (typeof arg !== 'function') return arg
    return (error: unknown, ...rest: unknown[]) => {
      if (!error) ran(textOf(args[0]))
      arg(error, ...rest)
    }
  })
}
