/** The one condition language: small data, checked against the fields' types, read in memory and compiled to SQL. */

/** What a field of a record holds. `list` is a list of texts (tags, follower ids). Every field may also be absent (`null`). */
export type FieldType = 'text' | 'number' | 'boolean' | 'instant' | 'list'

/** The fields of one kind of record that conditions may name: paths such as `status` or `fields.orderId`. */
export type FieldTypes = Readonly<Record<string, FieldType>>

export type Scalar = string | number | boolean

/** One comparison of the field at path `P`. What each operator means stands at {@link Condition}. */
export type LeafAt<P extends string> =
  | { readonly field: P; readonly is: Scalar | null }
  | { readonly field: P; readonly in: readonly Scalar[] }
  | { readonly field: P; readonly lt: string | number }
  | { readonly field: P; readonly lte: string | number }
  | { readonly field: P; readonly gt: string | number }
  | { readonly field: P; readonly gte: string | number }
  | { readonly field: P; readonly has: string }
  | { readonly field: P; readonly startsWith: string }
  | { readonly field: P; readonly contains: string }

export type Leaf = LeafAt<string>

/**
 * A question about one record that is answered yes or no, as plain JSON. Whoever reads it, in memory or in SQL,
 * gives the same answer by these rules:
 *
 * - **Fields.** `name` is the record's own top-level property; `fields.<key>` is the own property `<key>` of its own
 *   property `fields`, and all that stands behind `fields.` is that one key. A missing property, `undefined` and `null`
 *   are all *absent*; so is every `fields.<key>` of a record without `fields`. `''`, `0`, `false` and `[]` are present.
 * - **Two values, never three.** Every comparison is true or false; `not` turns it around and nothing else. So
 *   `{ not: { field, is: 'x' } }` holds for an absent field, unlike `field <> 'x'` in SQL.
 * - **Absent** matches `is: null` and no other comparison. `is: null` matches nothing that is present.
 * - **Another type never matches**: the text `'1'` is not the number `1`, `true` is not `1`, a list is not a text,
 *   an object matches nothing. No comparison ever converts.
 * - `is`, `in`: equal to the operand, or to one of the list; an empty list matches nothing. `0` and `-0` are equal.
 * - `lt`, `lte`, `gt`, `gte`: numbers by size, texts by Unicode code point (the order of their UTF-8 bytes, not of
 *   UTF-16 units); instants are texts in one written form, so that the order of the text is the order of time.
 * - `has`: the field is a list, and one of its entries is this very text.
 * - `startsWith`, `contains`: code point by code point, upper and lower case apart, no wildcards, no normalisation;
 *   `''` matches every present text.
 * - `all` of nothing is true, `any` of nothing is false. No condition (`null`) is true.
 *
 * Records are JSON; texts hold no U+0000 and no half surrogate pair, since neither survives every store.
 * Conditions from outside go through `checkCondition` first.
 */
export type Condition =
  | Leaf
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }

type Equal<P, V> = { readonly field: P; readonly is: V | null } | { readonly field: P; readonly in: readonly V[] }
type Ordered<P, V> =
  | { readonly field: P; readonly lt: V }
  | { readonly field: P; readonly lte: V }
  | { readonly field: P; readonly gt: V }
  | { readonly field: P; readonly gte: V }
type Written<P> = { readonly field: P; readonly startsWith: string } | { readonly field: P; readonly contains: string }
type Listed<P, E> = { readonly field: P; readonly is: null } | { readonly field: P; readonly has: E }

type If<V, Then> = [V] extends [never] ? never : Then

/** The comparisons that a value of type `V` allows. Literal unions are kept whole, so a misspelt value does not compile. */
type LeafOf<P extends string, V> = unknown extends V
  ? LeafAt<P>
  :
      | If<Extract<V, string>, Equal<P, Extract<V, string>> | Ordered<P, Extract<V, string>> | Written<P>>
      | If<Extract<V, number>, Equal<P, Extract<V, number>> | Ordered<P, Extract<V, number>>>
      | If<Extract<V, boolean>, Equal<P, Extract<V, boolean>>>
      | If<Extract<V, readonly string[]>, Listed<P, Extract<V, readonly string[]>[number]>>

type OwnLeaf<T, F> = {
  [P in keyof F & keyof T & string]-?: F[P] extends 'instant' ? Equal<P, string> | Ordered<P, string> : LeafOf<P, T[P]>
}[keyof F & keyof T & string]

type CustomLeaf<C> = string extends keyof C
  ? LeafAt<`fields.${string}`>
  : { [K in keyof C & string]-?: LeafOf<`fields.${K}`, C[K]> }[keyof C & string]

type LeafOn<T, F> = OwnLeaf<T, F> | (T extends { readonly fields: infer C } ? CustomLeaf<C> : never)

/**
 * A condition on records of type `T`, for people who write conditions in code: only paths that exist compile, with
 * operators and operands that fit. Always assignable to {@link Condition}.
 *
 * @typeParam T - the record; its `fields`, if it has any, are the host's own, named `fields.<key>`.
 * @typeParam F - the declared fields (`typeof ticketFields`), which narrow the paths and tell instants from other texts;
 *   left out, every scalar and every list of texts in `T` may be named.
 */
export type ConditionOn<T, F = { readonly [P in keyof T]: FieldType }> =
  | LeafOn<T, F>
  | { readonly all: readonly ConditionOn<T, F>[] }
  | { readonly any: readonly ConditionOn<T, F>[] }
  | { readonly not: ConditionOn<T, F> }
