/** MariaDB's tables: each is made with its indexes by one repeatable statement, since MariaDB commits each statement that changes the schema. */
import type { FieldType } from '../../domain/condition.ts'
import { EXACT, turnTable } from './dialects-mariadb.ts'
import { columnOf, RECORD_KINDS, type TableNames, tableOf } from './schema.ts'

/**
 * The greatest lengths in characters of what is compared and indexed, so that the widest key stays below InnoDB's 3,072
 * bytes at four bytes a character. Longer ones are refused: cut or hashed, one could stand for another.
 */
export const LENGTHS = {
  tenant: 200,
  id: 200,
  kind: 40,
  name: 200,
  queue: 200,
  key: 255,
  group: 255,
  instant: 32,
  value: 255,
} as const

const MOST = 760
const text = (length: number) => `varchar(${length})`

const TYPES: Readonly<Record<FieldType, string>> = {
  text: text(LENGTHS.value),
  list: text(LENGTHS.value),
  instant: text(LENGTHS.instant),
  number: 'double',
  boolean: 'tinyint',
}

/**
 * The statements that make the table of the schema's version, under another name and renamed when its row is in it: so
 * it is there with its row, or not at all.
 */
export function createMeta({ meta }: TableNames): string[] {
  const made = `${meta}_made`
  return [
    createTable(made, [
      'application varchar(40) not null primary key',
      'schema_version bigint not null',
      'fence bigint not null',
    ]),
    `insert into ${made} (application, schema_version, fence) values ('deskwright', 0, 0) on duplicate key update fence = fence`,
    `rename table ${made} to ${meta}`,
  ]
}

/** The statements that make all other tables of version 1. */
export function createMariadbTables(names: TableNames): string[] {
  return [
    ...RECORD_KINDS.map((kind) => createRecordTable(names.record(kind), tableOf(kind))),
    createTable(names.journal, JOURNAL),
    createTable(turnTable(names), [`tenant ${text(LENGTHS.tenant)} not null primary key`]),
    createTable(names.task, TASK),
    createTable(names.command, COMMAND),
    createTable(names.counter, COUNTER),
  ]
}

function createTable(name: string, parts: readonly string[]): string {
  const options = `engine = InnoDB row_format = dynamic character set utf8mb4 collate ${EXACT}`
  return `create table if not exists \`${name}\` (${parts.join(', ')}) ${options}`
}

type Declared = ReturnType<typeof tableOf>

function createRecordTable(name: string, { fields, columns, indexes }: Declared): string {
  const typeOf = (field: string) => TYPES[fields[field] ?? 'text']
  return createTable(name, [
    `tenant ${text(LENGTHS.tenant)} not null`,
    `id ${text(LENGTHS.id)} not null`,
    'version bigint not null',
    'tip longtext not null',
    'doc longtext not null',
    ...columns.map((field) => `${columnOf(field)} ${typeOf(field)}`),
    'primary key (tenant, id)',
    // InnoDB puts the primary key, and so the id, behind the columns of each.
    ...indexes.map((index) => `index by_${index.map(columnOf).join('_')} (tenant, ${partsOf(index, fields)})`),
  ])
}

/** An index that finds by the beginnings of texts, where whole ones would be too long together. */
function partsOf(index: readonly string[], fields: Declared['fields']): string {
  const texts = index.filter((field) => TYPES[fields[field] ?? 'text'] === TYPES.text)
  const room = MOST - LENGTHS.tenant - LENGTHS.instant * (index.length - texts.length)
  const length = Math.floor(room / Math.max(1, texts.length))
  return index
    .map((field) =>
      length < LENGTHS.value && texts.includes(field) ? `${columnOf(field)}(${length})` : columnOf(field),
    )
    .join(', ')
}

const JOURNAL = [
  `tenant ${text(LENGTHS.tenant)} not null`,
  'position bigint not null auto_increment',
  `kind ${text(LENGTHS.kind)} not null`,
  `id ${text(LENGTHS.id)} not null`,
  'version bigint not null',
  'n bigint not null',
  `name ${text(LENGTHS.name)} not null`,
  `at ${text(LENGTHS.instant)} not null`,
  'body longtext not null',
  'hash longtext not null',
  'primary key (tenant, position)',
  'unique index by_position (position)',
  'unique index by_record (tenant, kind, id, version, n)',
  'index by_name (tenant, name, position)',
]

const TASK = [
  `tenant ${text(LENGTHS.tenant)} not null`,
  `queue ${text(LENGTHS.queue)} not null`,
  `\`key\` ${text(LENGTHS.key)} not null`,
  `due_at ${text(LENGTHS.instant)} not null`,
  `grp ${text(LENGTHS.group)}`,
  'seq double not null',
  'body longtext not null',
  'attempts bigint not null',
  'fence bigint not null',
  `ready_at ${text(LENGTHS.instant)} not null`,
  `lease_until ${text(LENGTHS.instant)}`,
  `visible_at ${text(LENGTHS.instant)}`,
  'reason longtext',
  // In place of an index on a part of the rows: the few that are claimed or wait for a retry have it.
  `moved_at ${text(LENGTHS.instant)} as (case when visible_at <> due_at then visible_at end) persistent`,
  'primary key (tenant, queue, `key`)',
  'index by_due (queue, due_at, tenant, `key`, visible_at)',
  'index by_moved (queue, moved_at)',
  'index by_group (queue, tenant, grp(100), due_at, seq)',
  'index by_lease (queue, lease_until)',
  'index by_death (tenant, queue, visible_at, due_at, seq)',
]

const COMMAND = [
  `tenant ${text(LENGTHS.tenant)} not null`,
  `id ${text(LENGTHS.id)} not null`,
  'fingerprint longtext not null',
  'result longtext not null',
  `at ${text(LENGTHS.instant)} not null`,
  'primary key (tenant, id)',
]

const COUNTER = [
  `tenant ${text(LENGTHS.tenant)} not null`,
  `name ${text(LENGTHS.name)} not null`,
  'value bigint not null',
  'primary key (tenant, name)',
]
