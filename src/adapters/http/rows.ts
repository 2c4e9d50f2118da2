/** Every command and every read as the web sees it: name, sentence, schema, and the places at which it answers. */
import * as z from 'zod'
import { allRows } from '../../desk/all-rows.ts'
import type { CustomKind } from '../../desk/house.ts'
import { isMaking, type Place, placeOf } from '../../desk/paths.ts'

export interface Row {
  readonly name: string
  readonly says: string
  readonly is: 'command' | 'read'
  readonly input: z.ZodType
  /** The kind of record that a command gives, or that a read shows. */
  readonly kind: string
  /** What a read shows: `one`, `page` …; `record` of a command. */
  readonly as: string
  /** Whose own fields of the host the input carries, and how. */
  readonly custom?: { readonly kind: CustomKind; readonly mode: 'whole' | 'patch' } | undefined
}

/** One way to ask for a row. */
export interface Route {
  readonly row: Row
  readonly method: 'GET' | 'POST'
  /** With the id in braces. */
  readonly path: string
  /** The key of the input that stands in the path. */
  readonly key: string | null
  /** Answers 201: it makes a record in the collection that it is posted to. */
  readonly makes: boolean
}

/** Every row of both tables. */
export async function webRows(): Promise<readonly Row[]> {
  const { commands, queries } = await allRows()
  const asked = Object.entries(commands).map(
    ([name, { says, input, returns, custom }]): Row => ({
      ...{ name, says, is: 'command', input, kind: returns, as: 'record', custom },
    }),
  )
  const read = Object.entries(queries).map(
    ([name, { says, input, shows }]): Row => ({ name, says, is: 'read', input, kind: shows.kind, as: shows.as }),
  )
  return [...asked, ...read]
}

/** The ways to ask for a row. A read may be asked for by GET and, with its input in the body, by POST. */
export function routesOf(row: Row): Route[] {
  return placesOf(row).flatMap((place): Route[] => {
    const { record, key, verb } = place
    const at = { row, key, makes: isMaking(place) }
    const full = `${record}/${verb}`
    if (row.is === 'command') return [{ ...at, method: 'POST', path: at.makes ? record : full }]
    const short = key === null ? 'find' : 'get'
    return [
      { ...at, method: 'GET', path: verb === short ? record : full },
      { ...at, method: 'POST', path: full },
    ]
  })
}

/** The places of a row: more than one where an id that would stand in the path may be left out. */
function placesOf({ name, input }: Row): Place[] {
  const keys = keysOf(input)
  const places = new Map<string, Place>()
  const add = (has: (key: string) => boolean) => {
    const place = placeOf(name, has)
    places.set(place.record, place)
  }
  add((key) => keys.get(key) !== undefined)
  add((key) => keys.get(key) === 'needed')
  return [...places.values()]
}

/** The keys that an input may have: those that it always has, and those that may be left out. */
function keysOf(schema: z.ZodType): ReadonlyMap<string, 'needed' | 'maybe'> {
  if (schema instanceof z.ZodUnion) {
    const options = (schema.options as z.ZodType[]).map(keysOf)
    const names = new Set(options.flatMap((option) => [...option.keys()]))
    const isNeeded = (name: string) => options.every((option) => option.get(name) === 'needed')
    return new Map([...names].map((name) => [name, isNeeded(name) ? 'needed' : 'maybe']))
  }
  if (!(schema instanceof z.ZodObject)) return new Map()
  return new Map(
    Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => [
      name,
      field.safeParse(undefined).success ? 'maybe' : 'needed',
    ]),
  )
}
