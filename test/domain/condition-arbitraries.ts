/** Random records and random valid conditions on them, shared by every test that compares two readings of the language. */
import fc from 'fast-check'
import type { Condition, FieldType, FieldTypes, Leaf } from '../../src/domain/condition.ts'
import type { ConditionShape } from '../../src/domain/condition-check.ts'
import { toInstant } from '../../src/domain/time.ts'

export const ownFields = {
  name: 'text',
  other: 'text',
  size: 'number',
  done: 'boolean',
  openedAt: 'instant',
  tags: 'list',
} as const satisfies FieldTypes

export const customFields = {
  code: 'text',
  level: 'number',
  urgent: 'boolean',
  dueAt: 'instant',
  parts: 'list',
} as const

export const shape: ConditionShape = { fields: ownFields, custom: customFields }

// Few texts, so that comparisons often hold; among them those where UTF-16 order, wildcards, case or emptiness go wrong.
const text = fc.oneof(
  fc.constantFrom('', 'a', 'A', 'ab', 'b', 'ä', 'a\u0308', '%', '_', 'a%', "'", '"', '\\', '1', 'true', 'null'),
  fc.constantFrom('\uff01', '\u{1f600}', '\ud7ff', '\ue000', '\uffff', '\u{10ffff}', 'a\u{1f600}', 'a\uff01'),
  fc.string({ unit: 'binary', maxLength: 4 }).map((value) => value.replaceAll('\0', '')),
)
const number = fc.oneof(
  fc.constantFrom(0, 1, -1, 1.5, 10, 2, Number.MAX_SAFE_INTEGER, 1e21, 5e-324),
  fc.integer({ min: -5, max: 5 }),
)
const instant = fc.integer({ min: 0, max: 5 }).map((days) => toInstant(Date.UTC(2026, 1, 26 + days, 9, 30)))
const list = fc.array(text, { maxLength: 3 })
const valuesOf: Readonly<Record<FieldType, fc.Arbitrary<string | number | boolean | readonly string[]>>> = {
  text,
  number,
  boolean: fc.boolean(),
  instant,
  list,
}

// Mostly of the declared type; now and then absent, or of a type that nobody declared.
function stored(type: FieldType) {
  const stray = fc.oneof(text, number, fc.boolean(), list, fc.constant({ a: 1 }))
  return fc.oneof(
    { weight: 8, arbitrary: valuesOf[type] },
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: stray },
  )
}

function recordOf(types: FieldTypes) {
  return fc.record(Object.fromEntries(Object.entries(types).map(([name, type]) => [name, stored(type)])), {
    requiredKeys: [],
  })
}

/** JSON records with the fields of {@link shape}; some are missing, `null`, or of another type than declared. */
export const anyRecord: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(recordOf(ownFields), fc.option(recordOf(customFields)))
  .map(([record, fields]) => ({ ...record, ...(fields === null ? {} : { fields }) }))

function leavesOf(field: string, type: FieldType): fc.Arbitrary<Leaf>[] {
  const absent = fc.constant<Leaf>({ field, is: null })
  if (type === 'list') return [absent, text.map((has): Leaf => ({ field, has }))]
  const value = valuesOf[type] as fc.Arbitrary<string | number | boolean>
  const equal = [
    absent,
    value.map((is): Leaf => ({ field, is })),
    fc.array(value, { maxLength: 4 }).map((values): Leaf => ({ field, in: values })),
  ]
  if (type === 'boolean') return equal
  const sizes = fc
    .tuple(fc.constantFrom('lt', 'lte', 'gt', 'gte'), value)
    .map(([operator, operand]) => ({ field, [operator]: operand }) as unknown as Leaf)
  if (type !== 'text') return [...equal, sizes]
  return [
    ...equal,
    sizes,
    text.map((startsWith): Leaf => ({ field, startsWith })),
    text.map((contains): Leaf => ({ field, contains })),
  ]
}

const paths: [string, FieldType][] = [
  ...Object.entries(ownFields),
  ...Object.entries(customFields).map(([key, type]): [string, FieldType] => [`fields.${key}`, type]),
]

/** Valid comparisons, as `checkCondition` returns them for {@link shape}. */
export const anyLeaf: fc.Arbitrary<Leaf> = fc.oneof(...paths.map(([field, type]) => fc.oneof(...leavesOf(field, type))))

/** Valid conditions, groups within groups included. */
export const anyCondition: fc.Arbitrary<Condition> = fc.letrec<{ part: Condition }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', maxDepth: 5, withCrossShrink: true },
    anyLeaf,
    fc.array(tie('part'), { maxLength: 3 }).map((all): Condition => ({ all })),
    fc.array(tie('part'), { maxLength: 3 }).map((any): Condition => ({ any })),
    tie('part').map((not): Condition => ({ not })),
  ),
})).part
