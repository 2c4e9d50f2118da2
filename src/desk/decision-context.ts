/** What a decision may know, gathered: the records read, the fields checked, what is counted and listed. */
import type { Context, CommandRow as Row } from '../domain/decider.ts'
import type { JsonObject } from '../domain/json.ts'
import { type CustomKind, type House, splitFields } from './house.ts'
import { loadFields } from './load-fields.ts'
import { loadRest } from './load-rest.ts'
import { PERMISSIONS } from './permissions.ts'
import { rolesOf } from './policies.ts'
import type { Read } from './read.ts'

const nothingToCheck = () => {}

/** All that the decision of a command may know. */
export async function contextOf(
  house: House,
  { row, parsed, tenant }: { readonly row: Row; readonly parsed: object; readonly tenant: string },
  read: Read,
): Promise<Context<unknown, unknown>> {
  return {
    input: parsed,
    found: read.found,
    now: read.now,
    by: read.by,
    policies: read.policies,
    newId: house.newId,
    random: () => house.random.next(),
    secret: house.secret,
    number: row.numbered ? await house.newNumber(tenant) : 0,
    fields: await customFields(house, row, { input: parsed, found: read.found }),
    split: (kind, fields) => splitFields(house, kind, fields),
    rolesOf: (names) => rolesOf(read.policies, names),
    checkDocuments: row.publishes ? await (await loadRest()).documentCheck(PERMISSIONS, house.secret) : nothingToCheck,
    counts: row.counts ? await counted(house, tenant, row.counts(parsed, read.found as never)) : {},
    lists: row.lists ? await listed(house, tenant, row.lists(parsed, read.found as never, read.policies)) : {},
  }
}

async function customFields(
  house: House,
  row: Row,
  { input, found }: { input: object; found: Read['found'] },
): Promise<JsonObject | null> {
  if (row.custom === undefined) return null
  const { kind, mode } = row.custom
  const given = (input as { fields?: Record<string, unknown> }).fields
  const schema = house.schemas[kind satisfies CustomKind]
  if (given === undefined && mode === 'patch') return null
  if (given === undefined && schema === undefined) return {}
  const { checkFields, patchFields } = await loadFields()
  if (mode === 'whole' || given === undefined) return checkFields(kind, schema, given ?? {})
  const stored = ((found[kind] as { fields?: JsonObject } | null)?.fields ?? {}) as JsonObject
  return checkFields(kind, schema, patchFields(stored, given))
}

async function listed(
  house: House,
  tenant: string,
  wanted: ReturnType<NonNullable<Row['lists']>>,
): Promise<Record<string, JsonObject[]>> {
  const lists: Record<string, JsonObject[]> = {}
  for (const [name, { kind, where, orderBy, after = null, limit }] of Object.entries(wanted)) {
    const order = orderBy === undefined ? [] : [{ field: orderBy, direction: 'asc' as const }]
    lists[name] = (await house.store.find(tenant, kind, { where, order, limit, after })).map(({ doc }) => doc)
  }
  return lists
}

async function counted(
  house: House,
  tenant: string,
  wanted: ReturnType<NonNullable<Row['counts']>>,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [name, { kind, where }] of Object.entries(wanted)) {
    const [row] = await house.store.count(tenant, kind, where as never, [])
    counts[name] = row?.count ?? 0
  }
  return counts
}
