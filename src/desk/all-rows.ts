/** Both tables with every row in place, those of late capabilities among them: for what makes routes, pages and verbs of them. */
import { type CommandRow, here } from '../domain/decider.ts'
import { type CommandName, commands } from './commands.ts'
import { type QueryName, queries } from './queries.ts'
import type { QueryRow } from './query.ts'

export interface AllRows {
  readonly commands: Readonly<Record<CommandName, CommandRow>>
  readonly queries: Readonly<Record<QueryName, QueryRow>>
}

export async function allRows(): Promise<AllRows> {
  return { commands: (await rowsOf(commands)) as never, queries: (await rowsOf(queries)) as never }
}

async function rowsOf(table: object): Promise<object> {
  const rows = Object.entries(table).map(async ([name, row]) => [name, await here(row as object)] as const)
  return Object.fromEntries(await Promise.all(rows))
}
