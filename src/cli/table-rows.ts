/** Every command and every read by its name: what the verb `run` is made of. */
import type * as z from 'zod'
import { allRows } from '../desk/all-rows.ts'

/** A command or a read, as far as the command line needs to know it. */
export interface Row {
  readonly does: 'command' | 'read'
  readonly says: string
  readonly input: z.ZodType
}

export async function tableRows(): Promise<ReadonlyMap<string, Row>> {
  const { commands, queries } = await allRows()
  const of = (does: Row['does'], table: Readonly<Record<string, Omit<Row, 'does'>>>) =>
    Object.entries(table).map(([name, { says, input }]) => [name, { does, says, input }] as const)
  return new Map([...of('command', commands), ...of('read', queries)])
}
