/** Compiles conditions to SQL, so that a database answers them as memory does; its twin is domain/condition-read.ts. */
import { type RawBuilder, sql } from 'kysely'
import type { Table } from '../../desk/tables.ts'
import type { Condition, FieldType, Leaf, Scalar } from '../../domain/condition.ts'
import { CONDITION_LIMITS } from '../../domain/condition-check.ts'
import { conditionFaults } from '../../domain/condition-faults.ts'
import { faultsOf } from '../../domain/fault.ts'
import { toColumnText, toJsonText } from './column-text.ts'
import type { SqlDialect } from './dialects.ts'
import { columnOf } from './schema.ts'
import type { Param } from './steps.ts'

const fault = faultsOf(conditionFaults)

/** A column that holds a field. */
export interface Column {
  readonly name: string
  readonly type: FieldType
}

/** How one kind of record is laid out. */
export interface Layout {
  /** The column that holds a field, if one does. */
  column(field: string): Column | null
  /** Whether a field stands in the document. */
  inDocument(field: string): boolean
}

type Operator = 'is' | 'in' | 'lt' | 'lte' | 'gt' | 'gte' | 'has' | 'startsWith' | 'contains'
const OPERATORS: readonly Operator[] = ['is', 'in', 'lt', 'lte', 'gt', 'gte', 'has', 'startsWith', 'contains']
type ScalarType = 'text' | 'number' | 'boolean'

/**
 * What of a condition decides the text of its SQL: all but the operands, of which only the types and the place among
 * the operands are kept. Conditions of equal shape share one statement.
 */
export type Shape =
  | { readonly all: readonly Shape[] }
  | { readonly any: readonly Shape[] }
  | { readonly not: Shape }
  | { readonly field: string; readonly operator: Operator; readonly types: readonly ScalarType[]; readonly at: number }

/** A parameter whose value is made of a condition's operands when the statement runs. */
export interface Slot {
  readonly fill: (operands: readonly unknown[]) => Param
}

/** Takes a condition apart: its operands are added to `operands`, its shape is returned. */
export function shapeOf(condition: Condition, operands: unknown[]): Shape {
  if ('all' in condition) return { all: condition.all.map((part) => shapeOf(part, operands)) }
  if ('any' in condition) return { any: condition.any.map((part) => shapeOf(part, operands)) }
  if ('not' in condition) return { not: shapeOf(condition.not, operands) }
  const operator = operatorOf(condition)
  const operand = (condition as unknown as Record<Operator, Scalar | null | readonly Scalar[]>)[operator]
  const values = Array.isArray(operand) ? (operand as readonly Scalar[]) : [operand as Scalar | null]
  const types = [...new Set(values.flatMap((value) => scalarType(value) ?? []))].sort()
  return { field: condition.field, operator, types, at: operands.push(operand) - 1 }
}

function operatorOf(leaf: Leaf): Operator {
  const operator = OPERATORS.find((name) => Object.hasOwn(leaf, name))
  if (operator === undefined) throw fault('condition.malformed', { place: 'where', reason: 'a part has no operator' })
  return operator
}

function scalarType(value: unknown): ScalarType | null {
  if (typeof value === 'string') return 'text'
  return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as 'number' | 'boolean') : null
}

/** What one comparison is made of. */
interface Comparison {
  readonly dialect: SqlDialect
  readonly operator: Exclude<Operator, 'has'>
  readonly at: number
}

/**
 * The SQL of a shape. It is true where the condition holds, and false or SQL `null` where it does not; its parameters
 * are {@link Slot}s. Comparisons with columns stay as an index can answer them.
 *
 * @throws DeskError `condition.unknown-field` for a field that the layout does not know.
 */
export function conditionSql(shape: Shape, layout: Layout, dialect: SqlDialect): RawBuilder<boolean> {
  const part = (inner: Shape) => conditionSql(inner, layout, dialect)
  if ('all' in shape) return joined(shape.all.map(part), 'and') ?? dialect.always
  if ('any' in shape) return joined(shape.any.map(part), 'or') ?? dialect.never
  if ('not' in shape) return sql`not ${dialect.decided(part(shape.not))}`
  const column = layout.column(shape.field)
  if (!column && !layout.inDocument(shape.field))
    throw fault('condition.unknown-field', { place: 'where', field: shape.field })
  if (shape.operator === 'has') return column ? dialect.never : hasSql(shape, dialect)
  const comparison = { dialect, operator: shape.operator, at: shape.at }
  return column ? columnSql(column, comparison, shape.types) : documentSql(shape.field, comparison, shape.types)
}

// SQLite refuses expressions that nest 1000 deep, and a plain chain of n parts nests n deep: so a longer one than commands
// may ask for is halved. A shorter one is not, since parentheses are what its parser keeps, and it keeps 100.
function joined(parts: readonly RawBuilder<boolean>[], by: 'and' | 'or'): RawBuilder<boolean> | undefined {
  if (parts.length < 2) return parts[0]
  if (parts.length <= CONDITION_LIMITS.leaves) return sql`(${sql.join(parts, by === 'and' ? sql` and ` : sql` or `)})`
  const middle = parts.length >> 1
  const [left, right] = [joined(parts.slice(0, middle), by), joined(parts.slice(middle), by)]
  return by === 'and' ? sql`(${left} and ${right})` : sql`(${left} or ${right})`
}

const SIGNS = { is: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const

interface Compared extends Comparison {
  readonly type: 'text' | 'number' | 'boolean'
  readonly value: RawBuilder<unknown>
  readonly operand: RawBuilder<unknown>
  readonly list: Slot
}

function compare({ dialect, operator, type, value, operand, list }: Compared): RawBuilder<boolean> {
  if (operator === 'in') return dialect.isIn(value, list, type)
  if (operator === 'startsWith') return dialect.startsWith(value, operand)
  if (operator === 'contains') return dialect.contains(value, operand)
  return sql`${value} ${sql.raw(SIGNS[operator])} ${operand}`
}

function columnSql(column: Column, comparison: Comparison, types: readonly ScalarType[]): RawBuilder<boolean> {
  const { dialect, operator, at } = comparison
  const value = sql.ref(column.name)
  if (operator === 'is' && types.length === 0) return sql`${value} is null`
  const type = column.type === 'number' || column.type === 'boolean' ? column.type : 'text'
  if (!types.includes(type)) return dialect.never
  const operand = sql`${slot((operands) => operands[at] as Param)}`
  return compare({ ...comparison, type, value, operand, list: listSlot(at, type, toColumnText) })
}

function documentSql(path: string, comparison: Comparison, types: readonly ScalarType[]): RawBuilder<boolean> {
  const { dialect, operator } = comparison
  if (operator === 'is' && types.length === 0) return sql`${dialect.jsonValue(DOC, path, 'text')} is null`
  return (
    joined(
      types.map((type) => typedSql(path, comparison, type)),
      'or',
    ) ?? dialect.never
  )
}

/** The comparison with operands of one type. What is of another type in the document never matches, so the type is asked first. */
function typedSql(path: string, comparison: Comparison, type: ScalarType): RawBuilder<boolean> {
  const { dialect, operator, at } = comparison
  if (type === 'boolean') return booleanSql(path, comparison)
  const value = dialect.jsonValue(DOC, path, type)
  const list = listSlot(at, type, toColumnText)
  const compared = { ...comparison, type, value, operand: dialect.jsonParam(jsonSlot(at), type), list }
  const matches = operator === 'in' ? dialect.jsonIsIn(value, list, type) : compare(compared)
  return sql`(${dialect.jsonHas(DOC, path, type)} and ${matches})`
}

function hasSql(
  { field, at }: { readonly field: string; readonly at: number },
  dialect: SqlDialect,
): RawBuilder<boolean> {
  return dialect.jsonListHolds(DOC, field, jsonSlot(at))
}

const DOC = sql.ref('doc')

// JSON has two types for the two booleans, so the operand chooses between two questions about the type.
function booleanSql(path: string, { dialect, operator, at }: Comparison): RawBuilder<boolean> {
  if (operator !== 'is' && operator !== 'in') return dialect.never
  const asksFor = (value: boolean) =>
    slot((operands) => (operator === 'in' ? (operands[at] as unknown[]).includes(value) : operands[at] === value))
  const holds = (value: boolean) => sql`${dialect.jsonHas(DOC, path, `${value}`)} and ${dialect.isTrue(asksFor(value))}`
  return sql`((${holds(true)}) or (${holds(false)}))`
}

function slot(fill: Slot['fill']): Slot {
  return { fill }
}

/** An operand as JSON text: it is then read as the values in documents are, which columns and parameters may not be. */
function jsonSlot(at: number): Slot {
  return slot((operands) => toJsonText(operands[at]))
}

/** A list operand as JSON text, without the values of other types. */
function listSlot(at: number, type: ScalarType, written: (text: string) => string): Slot {
  return slot((operands) =>
    JSON.stringify(
      (operands[at] as readonly Scalar[])
        .filter((value) => scalarType(value) === type)
        .map((value) => (typeof value === 'string' ? written(value) : value)),
    ),
  )
}

const NAME = /^[A-Za-z0-9_-]+$/
const CUSTOM = 'fields.'

/**
 * The layout of a kind of record by its declaration. Custom fields with other names than letters, digits, `_` and `-`
 * are not known: names of fields stand in the SQL's text, as no parameter can.
 */
export function layoutOf({ fields, columns, custom }: Pick<Table, 'fields' | 'columns' | 'custom'>): Layout {
  const known = new Map(
    columns.map((field): [string, Column] => [field, { name: columnOf(field), type: fields[field] ?? 'text' }]),
  )
  if (Object.hasOwn(fields, 'id')) known.set('id', { name: 'id', type: 'text' })
  return {
    column: (field) => known.get(field) ?? null,
    inDocument: (field) =>
      Object.hasOwn(fields, field) || (custom && field.startsWith(CUSTOM) && NAME.test(field.slice(CUSTOM.length))),
  }
}
