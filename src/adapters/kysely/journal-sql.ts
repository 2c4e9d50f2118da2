/** The journal: the statements that append to it and read it, by record, by name, or whole. */
import { type Expression, sql } from 'kysely'
import type { JournalEntry, StoredEntry } from '../../desk/ports.ts'
import type { RecordKind } from '../../desk/tables.ts'
import { fromColumnText } from './column-text.ts'
import type { SqlDialect } from './dialects.ts'
import type { TableNames } from './schema.ts'
import { statement } from './statements.ts'
import type { Row, Statement } from './steps.ts'

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
  /** Run before the first entry of a change: see `SqlDialect.beforeAppend`. */
  readonly hold: Statement<{ readonly tenant: string }> | null
  /** Writes nothing when the entry's place is taken. */
  readonly append: Statement<Append>
  readonly whole: Statement<Stretch>
  readonly ofRecord: Statement<Stretch & { readonly kind: string; readonly id: string; readonly fromVersion: number }>
  readonly named: Statement<Stretch & { readonly name: string }>
}

const COLUMNS = ['position', 'kind', 'id', 'version', 'n', 'name', 'at', 'body', 'hash'] as const

export function journalStatements(dialect: SqlDialect, names: TableNames): JournalStatements {
  const { kysely, beforeAppend } = dialect
  const { journal } = names
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
    hold: beforeAppend && statement(({ tenant }) => ({ compile: () => beforeAppend(names, tenant).compile(kysely) })),
    append: statement(({ tenant, kind, id, version, n, name, at, body, hash }) =>
      // The position is the database's to give.
      dialect.orNothing(
        kysely.insertInto(journal).values({ tenant, kind, id, version, n, name, at, body, hash } as never),
      ),
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
    position: Number(row.position),
    kind: row.kind as RecordKind,
    id: fromColumnText(row.id as string),
    version: Number(row.version),
    n: Number(row.n),
    name: fromColumnText(row.name as string),
    at: row.at as string,
    body: fromColumnText(row.body as string),
    hash: fromColumnText(row.hash as string),
  }
}
