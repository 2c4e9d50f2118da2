/** The wall before the condition language: turns whatever came in from outside into a condition, or refuses it by name. */
import type { Condition, FieldType, FieldTypes, Leaf, Scalar } from './condition.ts'
import { conditionFaults } from './condition-faults.ts'
import { faultsOf } from './fault.ts'
import { type Instant, toInstant } from './time.ts'

/** How much one condition may ask. A condition at a limit passes, one beyond it is refused. */
export const CONDITION_LIMITS = {
  /** Parts within parts; a lone comparison is one level. */
  levels: 16,
  /** Comparisons, and empty groups. */
  leaves: 200,
  /** Values in one `in`. */
  values: 1000,
  /** Values in all lists together: a store binds each one, and SQLite binds at most 32,766. */
  allValues: 5000,
  /** UTF-16 units in one text. */
  characters: 1000,
} as const

const fault = faultsOf(conditionFaults)

/** Against what a condition is checked. */
export interface ConditionShape {
  /** The record's own fields. */
  readonly fields: FieldTypes
  /**
   * The host's own fields, without the prefix `fields.`. `'any'`: the types are not known here, so every well-formed
   * name passes with every operand, and values of another type will not match. `'none'`: there are none.
   */
  readonly custom: FieldTypes | 'any' | 'none'
  /** What to call the condition in refusals, such as `targets[0].match`; `where` if left out. */
  readonly place?: string
}

const OPERATORS = ['is', 'in', 'lt', 'lte', 'gt', 'gte', 'has', 'startsWith', 'contains'] as const
type Operator = (typeof OPERATORS)[number]

const SIZE = ['lt', 'lte', 'gt', 'gte'] as const
const FITTING: Readonly<Record<FieldType | 'any', readonly Operator[]>> = {
  text: ['is', 'in', ...SIZE, 'startsWith', 'contains'],
  number: ['is', 'in', ...SIZE],
  boolean: ['is', 'in'],
  instant: ['is', 'in', ...SIZE],
  list: ['is', 'has'],
  any: OPERATORS,
}

interface Walk {
  readonly shape: ConditionShape
  leaves: number
  values: number
}

/** One comparison on its way through the check. */
interface Claimed {
  readonly place: string
  readonly field: string
  readonly type: FieldType | 'any'
  readonly operator: Operator
}

/**
 * Checks a condition that came from outside, against the fields it may name.
 *
 * Operands must have the field's type; `null` is for `is` alone, and the only operand of `is` on a list. An instant may
 * be any ISO-8601 text with `Z` or an offset, of the years 0000 to 9999; it is written anew in the project's one form.
 * A name of a custom field under `'any'` is a letter or `_`, then up to 63 letters, digits, `_` or `-`.
 *
 * @returns a fresh plain copy: what the caller does to its own object later changes nothing. Checking it again gives an equal one.
 * @throws DeskError `condition.malformed`, `condition.unknown-field`, `condition.wrong-type`, or `condition.too-large`
 *   (see `CONDITION_LIMITS`), each with the `place` in its data.
 */
export function checkCondition(input: unknown, shape: ConditionShape): Condition {
  return checkPart(input, { place: shape.place ?? 'where', level: 1 }, { shape, leaves: 0, values: 0 })
}

function checkPart(input: unknown, at: { place: string; level: number }, walk: Walk): Condition {
  const { place, level } = at
  if (level > CONDITION_LIMITS.levels) throw tooLarge(place, 'levels')
  if (!isPlainObject(input)) throw malformed(place, `it is ${nameOf(input)}, not an object such as { field, is }`)
  if (Object.hasOwn(input, 'field')) return checkLeaf(input, place, walk)
  const [key, ...more] = Object.keys(input)
  if (key === undefined) throw malformed(place, 'it is empty; write { all: [] } for a condition that always holds')
  if (more.length > 0) throw malformed(place, 'without field it may have one key only: all, any or not')
  if (key === 'not') return { not: checkPart(input[key], { place: `${place}.not`, level: level + 1 }, walk) }
  if (key !== 'all' && key !== 'any') throw malformed(place, `${shown(key)} is none of field, all, any and not`)
  const parts = input[key]
  if (!Array.isArray(parts)) throw malformed(place, `${key} takes a list of conditions, not ${nameOf(parts)}`)
  if (parts.length === 0) countLeaf(place, walk)
  if (parts.length > CONDITION_LIMITS.leaves) throw tooLarge(place, 'leaves')
  const checked = Array.from(parts, (part: unknown, n) =>
    checkPart(part, { place: `${place}.${key}[${n}]`, level: level + 1 }, walk),
  )
  return key === 'all' ? { all: checked } : { any: checked }
}

function checkLeaf(input: Readonly<Record<string, unknown>>, place: string, walk: Walk): Leaf {
  countLeaf(place, walk)
  const { field } = input
  const [operator, ...more] = Object.keys(input).filter((key) => key !== 'field')
  if (typeof field !== 'string') throw malformed(place, `field takes the name of a field, not ${nameOf(field)}`)
  if (operator === undefined) throw malformed(place, `it has no operator; give one of ${OPERATORS.join(', ')}`)
  if (!isOperator(operator)) throw malformed(place, `${shown(operator)} is no operator; use ${OPERATORS.join(', ')}`)
  if (more.length > 0) throw malformed(place, 'it has several operators; give each a part of its own, under all or any')
  const type = typeOf(field, walk.shape)
  if (type === null) throw fault('condition.unknown-field', { place, field: field.slice(0, NAME_LENGTH) })
  const leaf: Claimed = { place, field, type, operator }
  if (!FITTING[type].includes(operator))
    throw wrongType(leaf, `${operator} is not for it; use ${FITTING[type].join(', ')}`)
  return { field, [operator]: checkOperand(input[operator], leaf, walk) } as unknown as Leaf
}

function countLeaf(place: string, walk: Walk): void {
  walk.leaves += 1
  if (walk.leaves > CONDITION_LIMITS.leaves) throw tooLarge(place, 'leaves')
}

const NAME_LENGTH = 64
const CUSTOM_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
const CUSTOM = 'fields.'

function typeOf(field: string, { fields, custom }: ConditionShape): FieldType | 'any' | null {
  if (Object.hasOwn(fields, field)) return fields[field] ?? null
  if (custom === 'none' || !field.startsWith(CUSTOM)) return null
  const name = field.slice(CUSTOM.length)
  if (custom !== 'any') return Object.hasOwn(custom, name) ? (custom[name] ?? null) : null
  return CUSTOM_NAME.test(name) && !(name in Object.prototype) ? 'any' : null
}

function checkOperand(operand: unknown, leaf: Claimed, walk: Walk): Scalar | null | readonly Scalar[] {
  if (leaf.operator === 'is' && operand === null) return null
  if (leaf.type === 'list' && leaf.operator === 'is')
    throw wrongType(leaf, 'is takes null here; ask for an entry by has')
  if (leaf.operator !== 'in') return checkScalar(operand, leaf)
  if (!Array.isArray(operand)) throw wrongType(leaf, `in takes a list, not ${nameOf(operand)}`)
  if (operand.length > CONDITION_LIMITS.values) throw tooLarge(leaf.place, 'values')
  walk.values += operand.length
  if (walk.values > CONDITION_LIMITS.allValues) throw tooLarge(leaf.place, 'allValues')
  return Array.from(operand, (value: unknown) => checkScalar(value, leaf))
}

function checkScalar(value: unknown, leaf: Claimed): Scalar {
  const wanted = wantedBy(leaf)
  if (typeof value === 'string' && wanted.includes('instant')) return checkInstant(value, leaf)
  if (typeof value === 'string' && wanted.includes('text')) return checkText(value, leaf)
  if (typeof value === 'boolean' && wanted.includes('boolean')) return value
  if (typeof value !== 'number' || !wanted.includes('number'))
    throw wrongType(leaf, `${leaf.operator} takes ${wanted.map((type) => A[type]).join(' or ')}, not ${nameOf(value)}`)
  if (!Number.isFinite(value)) throw wrongType(leaf, `${value} is not a number that can be stored`)
  return value === 0 ? 0 : value // JSON has no -0
}

const A = {
  text: 'a text',
  number: 'a number',
  boolean: 'true or false',
  instant: 'an instant',
  list: 'a list',
} as const

function wantedBy({ type, operator }: Claimed): readonly FieldType[] {
  if (operator === 'has' || operator === 'startsWith' || operator === 'contains') return ['text']
  if (type !== 'any') return [type]
  return operator === 'is' || operator === 'in' ? ['text', 'number', 'boolean'] : ['text', 'number']
}

// Neither survives every store: PostgreSQL refuses U+0000, and half a surrogate pair has no UTF-8 form.
const UNSTORABLE = /[\0\p{Surrogate}]/u

function checkText(value: string, { place }: Claimed): string {
  if (value.length > CONDITION_LIMITS.characters) throw tooLarge(place, 'characters')
  if (UNSTORABLE.test(value)) throw malformed(place, 'its text holds U+0000 or half a surrogate pair; take it out')
  return value
}

// Years past 9999 are written with a sign, and such texts no longer sort in the order of time.
const WRITTEN_LENGTH = '2026-03-02T09:30:00.000Z'.length

function checkInstant(value: string, leaf: Claimed): Instant {
  const instant = instantOrNull(value)
  if (instant?.length === WRITTEN_LENGTH) return instant
  throw wrongType(
    leaf,
    `${shown(value)} is no instant of the years 0000 to 9999; write it like 2026-03-02T09:30:00.000Z`,
  )
}

function instantOrNull(value: string): Instant | null {
  try {
    return toInstant(value)
  } catch {
    return null
  }
}

// Any realm's plain object will do: its prototype is null, or has none itself.
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function isOperator(key: string): key is Operator {
  return (OPERATORS as readonly string[]).includes(key)
}

const WHAT = {
  levels: 'levels',
  leaves: 'comparisons',
  values: 'values in one list',
  allValues: 'values in all its lists',
  characters: 'characters in one text',
} as const

function tooLarge(place: string, limit: keyof typeof CONDITION_LIMITS) {
  return fault('condition.too-large', { place, what: WHAT[limit], limit: CONDITION_LIMITS[limit] })
}

function malformed(place: string, reason: string) {
  return fault('condition.malformed', { place, reason })
}

function wrongType({ place, field, type }: Claimed, reason: string) {
  return fault('condition.wrong-type', { place, field, type: type === 'any' ? 'custom field' : type, reason })
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'a text'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, NAME_LENGTH))
}
