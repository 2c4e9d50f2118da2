/** The bare driver beside a desk: the rows that a desk writes, written by prepared statements and nothing else. */
import { type Change, createDesk, type Desk, type Store, tables } from 'deskwright'
import Database from 'libsql'

export type Desks = { readonly desk: Desk; readonly agentId: `agt_${string}`; readonly changes: Change[] }

// One transport, so that each commit also writes its outbox row.
const transports = [{ name: 'bench', deliver: async () => {} }]

/** A desk whose changes are handed to `seen` on their way into the store. */
export async function openDesk(store: Store): Promise<Desks> {
  const changes: Change[] = []
  const commit: Store['commit'] = (change) => {
    changes.push(change)
    return store.commit(change)
  }
  const recorded: Store = { ...store, commit }
  const desk = await createDesk({ store: recorded, transports })
  const agent = await desk.as({ by: { kind: 'system', id: 'bench' } }).agent.create({ name: 'Ada' })
  return { desk, agentId: agent.id, changes }
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
export const quoted = (name: string) => `"${name}"`

/** The bare driver: prepared statements, one transaction for each change, values ready made before the clock starts. */
export function bareWriter(path: string) {
  const db = new Database(path)
  db.exec('pragma journal_mode = wal; pragma synchronous = normal')
  const prepared = new Map<string, { run(params: unknown[]): { changes: number } }>()
  const statement = (sql: string) => {
    const one = prepared.get(sql) ?? db.prepare(sql)
    prepared.set(sql, one)
    return one
  }
  const insert = (table: string, row: Record<string, unknown>): [string, unknown[]] => {
    const names = Object.keys(row)
    return [
      `insert into desk_${table} (${names.map(quoted)}) values (${names.map(() => '?')})`,
      Object.values(row).map(bound),
    ]
  }
  const bound = (value: unknown) => (typeof value === 'boolean' ? Number(value) : (value ?? null))
  const statementsOf = (change: Change): [string, unknown[]][] => {
    const { tenant } = change
    const out: [string, unknown[]][] = []
    if (change.command)
      out.push(insert('command', { tenant, ...change.command, result: JSON.stringify(change.command.result) }))
    for (const { kind, id, expected, doc, tip } of change.writes) {
      const columns = Object.fromEntries(
        tables[kind].columns.map((name) => [snake(name), (doc as Record<string, unknown>)[name]]),
      )
      const row = { tenant, id, version: expected + 1, tip, doc: JSON.stringify(doc), ...columns }
      const table = snake(kind)
      if (expected === 0) out.push(insert(table, row))
      else {
        const { tenant: _, id: __, ...set } = row
        out.push([
          `update desk_${table} set ${Object.keys(set).map((name) => `${quoted(name)} = ?`)} where tenant = ? and id = ? and version = ?`,
          [...Object.values(set).map(bound), tenant, id, expected],
        ])
      }
    }
    for (const entry of change.journal) out.push(insert('journal', { tenant, ...entry }))
    for (const { queue, key, dueAt, group, seq, body } of change.set)
      out.push(
        insert('task', {
          tenant,
          queue,
          key,
          due_at: dueAt,
          grp: group,
          seq,
          body: JSON.stringify(body),
          attempts: 0,
          fence: 1,
          ready_at: dueAt,
          visible_at: dueAt,
        }),
      )
    return out
  }
  return {
    prepare: (changes: readonly Change[]) => changes.map(statementsOf),
    write(changes: readonly [string, unknown[]][][]) {
      for (const change of changes) {
        statement('begin immediate').run([])
        for (const [sql, params] of change) statement(sql).run(params)
        statement('commit').run([])
      }
    },
    db,
  }
}
