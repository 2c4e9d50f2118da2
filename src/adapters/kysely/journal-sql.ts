/** The journal: the statements that append to it and read it, by record, by name, or whole. */
import { type Expression, sql } from 'kysely'
import type { JournalEntry, StoredEntry } from '../../desk/ports.ts'
import type { RecordKind } from '../../desk/tables.ts'
import { fromColumnText } from './column-text.ts'
import type { SqlDialect } from './dialects.ts'
import type { TableNames } from './schema.ts'
import type { Row } from './sqlite-driver.ts'
import { type Statement, statement } from './statements.ts'

type Append = JournalEntry & { readonly tenant: string }

/** A stretch of a tenant's journal. */
export interface Stretch {
  readonly tenant: string
  readonly after: number
  readonly from: string
  readonly until: string
  readonly limit: number
}

export interface JournalStatements {
  /** Writes nothing when the entry's place is taken. */
  readonly append: Statement<Append>
  readonly whole: Statement<Stretch>
  readonly ofRecord: Statement<Stretch & { readonly kind: string; readonly id: string; readonly fromVersion: number }>
  readonly named: Statement<Stretch & { readonly name: string }>
}

const COLUMNS = ['position', 'kind', 'id', 'version', 'n', 'name', 'at', 'body', 'hash'] as const

export function journalStatements({ kysely }: SqlDialect, { journal }: TableNames): JournalStatements {
  const stretchBy = (position: Expression<number>, { tenant, after, from, until, limit }: Stretch) =>
    kysely
      .selectFrom(journal)
      .select(COLUMNS)
      .where('tenant', '=', tenant)
      .where((eb) => eb(position, '>', after))
      .where('at', '>=', from)
      .where('at', '<', until)
      .orderBy(position)
      .limit(limit)
  const position = sql.ref<number>('position')
  // A sum, which no index answers: a planner would rather walk the whole journal in order than sort a record's few entries.
  const sorted = sql<number>`${position} + 0`
  return {
    append: statement(({ tenant, kind, id, version, n, name, at, body, hash }) =>
      kysely
        .insertInto(journal)
        // The position is the database's to give.
        .values({ tenant, kind, id, version, n, name, at, body, hash } as never)
        .onConflict((conflict) => conflict.doNothing()),
    ),
    whole: statement((of) => stretchBy(position, of)),
    ofRecord: statement((of) =>
      stretchBy(sorted, of).where('kind', '=', of.kind).where('id', '=', of.id).where('version', '>=', of.fromVersion),
    ),
    named: statement((of) => stretchBy(position, of).where('name', '=', of.name)),
  }
}

export function storedEntry(row: Row): StoredEntry {
  return {
    position: row.position as number,
    kind: row.kind as RecordKind,
    id: fromColumnText(row.id as string),
    version: row.version as number,
    n: row.n as number,
    name: fromColumnText(row.name as string),
    at: row.at as string,
    body: fromColumnText(row.body as string),
    hash: fromColumnText(row.hash as string),
  }
}
