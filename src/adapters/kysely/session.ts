/** All statements of one store, compiled for its dialect and its tables. */
import type { CommandRow } from '../../desk/ports.ts'
import type { RecordKind } from '../../desk/tables.ts'
import type { SqlDialect } from './dialects.ts'
import { type FindStatements, findStatements } from './find-sql.ts'
import { type JournalStatements, journalStatements } from './journal-sql.ts'
import {
  type Below,
  descendantTickets,
  type ManyRecords,
  manyRecords,
  type RecordStatements,
  recordStatements,
  type SeveralRecords,
  severalRecords,
} from './record-sql.ts'
import { RECORD_KINDS, type TableNames } from './schema.ts'
import { lazily, statement } from './statements.ts'
import type { Statement } from './steps.ts'
import { type TaskStatements, taskStatements } from './task-sql.ts'

type StoredCommand = Omit<CommandRow, 'result'> & { readonly tenant: string; readonly result: string }

export interface CommandStatements {
  readonly get: Statement<{ readonly tenant: string; readonly id: string }>
  /** Writes nothing when the command id is there already. */
  readonly insert: Statement<StoredCommand>
}

type Reserve = Statement<{ readonly tenant: string; readonly name: string; readonly n: number }>

/** All statements of one store. */
export interface StoreStatements {
  records(kind: RecordKind): RecordStatements
  /** @param kinds - their names, with spaces between them. */
  several(kinds: string): SeveralRecords
  /** @param kinds - each once, with spaces between them. */
  many(kinds: string): ManyRecords
  readonly descendants: Statement<Below>
  readonly journal: JournalStatements
  readonly tasks: TaskStatements
  readonly commands: CommandStatements
  readonly reserve: Reserve
  readonly finds: FindStatements
}

export function storeStatements(dialect: SqlDialect, names: TableNames): StoreStatements {
  return {
    records: lazily((kind) => recordStatements(dialect, names, kind)),
    several: lazily((kinds) => severalRecords(dialect, names, kinds.split(' ') as RecordKind[])),
    many: lazily((kinds) => manyRecords(dialect, names, kinds.split(' ') as RecordKind[])),
    descendants: descendantTickets(dialect, names),
    journal: journalStatements(dialect, names),
    tasks: taskStatements(dialect, names),
    commands: commandStatements(dialect, names),
    reserve: reserveStatement(dialect, names),
    finds: findStatements(dialect, names),
  }
}

function commandStatements(dialect: SqlDialect, { command }: TableNames): CommandStatements {
  const { kysely } = dialect
  return {
    get: statement(({ tenant, id }) =>
      kysely
        .selectFrom(command)
        .select(['id', 'fingerprint', 'result', 'at'])
        .where('tenant', '=', tenant)
        .where('id', '=', id),
    ),
    insert: statement(({ tenant, id, fingerprint, result, at }) =>
      dialect.orNothing(kysely.insertInto(command).values({ tenant, id, fingerprint, result, at })),
    ),
  }
}

function reserveStatement({ kysely }: SqlDialect, { counter }: TableNames): Reserve {
  return statement(({ tenant, name, n }) =>
    kysely
      .insertInto(counter)
      .values({ tenant, name, value: n })
      .onConflict((conflict) =>
        conflict
          .columns(['tenant', 'name'])
          .doUpdateSet(({ eb, ref }) => ({ value: eb(`${counter}.value`, '+', ref('excluded.value')) })),
      )
      .returning('value'),
  )
}

/** The texts of all statements whose shape is fixed, by name: what is to be explained to see that each uses an index. */
export function fixedStatements(statements: StoreStatements): Map<string, string> {
  const { records, journal, tasks, commands, reserve, descendants, several, many } = statements
  const { settle, ...otherTasks } = tasks
  const groups: [string, object][] = [
    ...RECORD_KINDS.map((kind): [string, object] => [kind, records(kind)]),
    ['journal', journal],
    ['task', otherTasks],
    ['settle', settle],
    ['command', commands],
    ['counter', { reserve }],
    ['ticket', { descendants, several: several('ticket customer ticket'), many: many('ticket customer') }],
  ]
  return new Map(
    groups.flatMap(([group, statements]) =>
      Object.entries(statements as Record<string, Statement<object> | null>).flatMap(([name, fixed]) =>
        fixed ? [[`${group}.${name}`, fixed.sql] as const] : [],
      ),
    ),
  )
}
