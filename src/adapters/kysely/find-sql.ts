/** Finds and counts: statements whose shape depends on the question, built by Kysely once for each shape. */
import { type Compilable, type RawBuilder, sql } from 'kysely'
import type { FindRequest, Order } from '../../desk/ports.ts'
import type { RecordKind } from '../../desk/tables.ts'
import type { Condition } from '../../domain/condition.ts'
import { conditionFaults } from '../../domain/condition-faults.ts'
import { faultsOf } from '../../domain/fault.ts'
import { conditionSql, layoutOf, type Shape, type Slot, shapeOf } from './condition-sql.ts'
import type { SqlDialect } from './dialects.ts'
import { type Piece, piecesBehind, WHOLE } from './page-pieces.ts'
import { RECORD_COLUMNS } from './record-sql.ts'
import { type TableNames, tableOf } from './schema.ts'
import { lazily } from './statements.ts'
import type { Param, Query } from './steps.ts'

const fault = faultsOf(conditionFaults)

interface Built {
  readonly sql: string
  readonly slots: readonly Slot[]
}

export interface FindStatements {
  /**
   * The statements that give one page when they are run in order, each for as many as the ones before left over. None
   * walks over what earlier pages gave: each begins at its place in an index on the order, where there is one.
   */
  page(tenant: string, kind: RecordKind, request: FindRequest): ((limit: number) => Query)[]
  /** One row a group: its values as `g0`, `g1` …, `count`, and `sum`. What is no column is given as JSON text. */
  count(tenant: string, kind: RecordKind, request: CountRequest): Query
}

export interface CountRequest {
  readonly where: Condition | null
  readonly by: readonly string[]
  readonly sum?: string | undefined
}

// Anybody who may search can make shapes; they must not fill the memory.
const KEPT_SHAPES = 200

// Where the operands of every statement begin; those of the condition follow.
const TENANT = 0
const LIMIT = 1

export function findStatements(dialect: SqlDialect, names: TableNames): FindStatements {
  const builders = lazily((kind: RecordKind) => builderOf(dialect, names, kind))
  const kept = new Map<string, Built>()

  function build(key: unknown, make: () => Compilable): Built {
    const name = JSON.stringify(key)
    const known = kept.get(name)
    if (known) return known
    const { sql, parameters } = make().compile()
    const built = { sql, slots: parameters as readonly Slot[] }
    const oldest = kept.size >= KEPT_SHAPES ? kept.keys().next().value : undefined
    if (oldest !== undefined) kept.delete(oldest)
    kept.set(name, built)
    return built
  }

  return {
    page(tenant, kind, { where, order, after }) {
      const operands: unknown[] = [tenant, 0]
      const shape = where && shapeOf(where, operands)
      const from = operands.length
      if (after) operands.push(...after.values, after.id)
      const pieces = after ? piecesBehind(order, after.values) : [WHOLE]
      return pieces.map((piece) => {
        const built = build(['find', kind, shape, order, piece], () =>
          builders(kind).page({ shape, order, piece, from }),
        )
        return (limit) => fill(built, operands.with(LIMIT, limit))
      })
    },
    count(tenant, kind, { where, by, sum }) {
      const operands: unknown[] = [tenant, 0]
      const shape = where && shapeOf(where, operands)
      return fill(
        build(['count', kind, shape, by, sum], () => builders(kind).count(shape, by, sum)),
        operands,
      )
    },
  }
}

function fill({ sql, slots }: Built, operands: readonly unknown[]): Query {
  return { sql, params: slots.map((slot) => slot.fill(operands)) }
}

interface PageShape {
  readonly shape: Shape | null
  readonly order: readonly Order[]
  readonly piece: Piece
  /** Where the place behind which it continues stands among the operands. */
  readonly from: number
}

function builderOf(dialect: SqlDialect, names: TableNames, kind: RecordKind) {
  const layout = layoutOf(tableOf(kind))
  const operand = (at: number): Slot => ({ fill: (operands) => operands[at] as Param })

  function asked(shape: Shape | null) {
    const ofTenant = dialect.kysely
      .selectFrom(names.record(kind))
      .where(sql<boolean>`${sql.ref('tenant')} = ${operand(TENANT)}`)
    return shape ? ofTenant.where(conditionSql(shape, layout, dialect)) : ofTenant
  }

  function orderedBy(field: string, n: number): RawBuilder<Param> {
    const name = field === 'id' ? 'id' : layout.column(field)?.name
    if (name === undefined) throw fault('condition.unknown-field', { place: `order[${n}]`, field })
    return sql.ref(name)
  }

  return {
    page({ shape, order, piece, from }: PageShape): Compilable {
      const fields = [...order.map(({ field }, n) => orderedBy(field, n)), sql.ref('id')]
      let query = asked(shape).select(RECORD_COLUMNS)
      for (const [n, relation] of piece.entries())
        query = query.where(sql<boolean>`${fields[n]} ${RELATIONS[relation](operand(from + n))}`)
      for (const [n, { direction }] of order.entries())
        query = query.orderBy(dialect.ordered(fields[n] as RawBuilder<Param>, direction))
      return query.orderBy('id').limit(sql<number>`${operand(LIMIT)}`)
    },
    count(shape: Shape | null, by: readonly string[], sum?: string): Compilable {
      const added = sum === undefined ? null : layout.column(sum)
      if (sum !== undefined && !added) throw fault('condition.unknown-field', { place: 'sum', field: sum })
      const groups = by.map((field, n) => {
        const column = layout.column(field)
        if (!column && !layout.inDocument(field)) throw fault('condition.unknown-field', { place: `by[${n}]`, field })
        return column ? sql.ref(column.name) : dialect.jsonText(sql.ref('doc'), field)
      })
      const query = asked(shape).select([
        sql<number>`count(*)`.as('count'),
        ...(added ? [sql<number>`coalesce(sum(${sql.ref(added.name)}), 0)`.as('sum')] : []),
        ...groups.map((group, n) => group.as(`g${n}`)),
      ])
      return groups.length > 0 ? query.groupBy(groups) : query
    },
  }
}

const RELATIONS: Readonly<Record<Piece[number], (operand: Slot) => RawBuilder<unknown>>> = {
  equal: (operand) => sql`= ${operand}`,
  above: (operand) => sql`> ${operand}`,
  below: (operand) => sql`< ${operand}`,
  absent: () => sql`is null`,
  present: () => sql`is not null`,
}
