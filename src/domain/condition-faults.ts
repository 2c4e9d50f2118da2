/** What the condition language refuses: apart from the check itself, which few processes need at their start. */

/** Refusals of the condition language. `place` is where in the condition: `where.all[2].any[0]`. */
export const conditionFaults = {
  'condition.malformed': {
    kind: 'invalid',
    says: (d: { readonly place: string; readonly reason: string }) =>
      `The condition at ${d.place} is malformed: ${d.reason}.`,
  },
  'condition.unknown-field': {
    kind: 'invalid',
    says: (d: { readonly place: string; readonly field: string }) =>
      `The condition at ${d.place} names ${JSON.stringify(d.field)}, which is no field here; see the record's type for those there are.`,
  },
  'condition.wrong-type': {
    kind: 'invalid',
    says: (d: { readonly place: string; readonly field: string; readonly type: string; readonly reason: string }) =>
      `The condition at ${d.place} does not fit ${d.field} (${d.type}): ${d.reason}.`,
  },
  'condition.too-large': {
    kind: 'invalid',
    says: (d: { readonly place: string; readonly what: string; readonly limit: number }) =>
      `The condition has more than ${d.limit} ${d.what} at ${d.place}; ask for less, or split it.`,
  },
} as const
