/** The verb `run`: does any command and any read by its name; none of them is written here by hand. */
import type { Desk } from '../desk/desk.ts'
import { cliFault } from './cli-faults.ts'
import { openDesk } from './open-desk.ts'
import { ACTOR, actorOf, numberOf, PLACE, PLACE_HELP, readOptions, text } from './options.ts'
import { shown } from './show.ts'
import { type Row, tableRows } from './table-rows.ts'
import type { Terminal, Verb } from './terminal.ts'
import { choices, inputFrom, type Shape, shapeOf } from './values.ts'

const HELP = `deskwright run                     lists every command and every read
deskwright run NAME --describe     says what one takes
deskwright run NAME [--PART VALUE …]

  --PART VALUE     a part of the input: --ticketId tkt_…, --requester.email ada@example.org. Given
                   again, it is a list. Texts are taken as they are, all else is JSON where it can be
  --input JSON     the whole input, or - to read it from standard input; parts are put into it
  --as ACTOR       who asks: agent:agt_…, customer:cus_…, system:NAME. Default system:deskwright-cli
  --tenant NAME    in which tenant. Default main
  --command-id ID  makes a command safe to repeat: the second time gives the first result
  --if-version N   refuses a command on a record that has changed
${PLACE_HELP}`

const OPTIONS = {
  ...PLACE,
  ...ACTOR,
  ...{ input: text, 'command-id': text, 'if-version': text, describe: { type: 'boolean', default: false } as const },
}

/** Names that parts of inputs cannot have here, as they are options. */
export const RESERVED: readonly string[] = [...Object.keys(OPTIONS), 'help']

export const run: Verb = {
  help: HELP,
  async run(words, terminal) {
    const parts = partsIn(words)
    const options = { ...OPTIONS, ...Object.fromEntries(parts.map((name) => [name, { ...text, multiple: true }])) }
    const { values, positionals } = readOptions('run', words, options)
    const asked = values as Asked
    const lost = parts.find((name) => !Object.hasOwn(asked, name))
    if (lost !== undefined) throw cliFault('cli.bad-option', { verb: 'run', reason: `--${lost} can be no option` })
    const rows = await tableRows()
    const [name] = positionals
    if (name === undefined) {
      terminal.print(listed(rows, asked))
      return 0
    }
    const row = rows.get(name)
    if (row === undefined) throw cliFault('cli.no-such', { name, near: near(name, [...rows.keys()]) })
    if (asked.describe) terminal.print(described(name, row, asked))
    else await ask(name, { row, parts, asked }, terminal)
    return 0
  },
}

interface Asked {
  readonly [part: string]: string | readonly string[] | boolean | undefined
  readonly desk?: string
  readonly store?: string
  readonly json?: boolean
  readonly as?: string
  readonly tenant?: string
  readonly input?: string
  readonly describe?: boolean
}

/** The names before `=` of all options that are no options of this verb. */
function partsIn(words: readonly string[]): string[] {
  const names = words.flatMap((word) => /^--([A-Za-z_][\w.-]*)/.exec(word)?.[1] ?? [])
  return [...new Set(names)].filter((name) => !RESERVED.includes(name))
}

type Verbs = Readonly<Record<string, Readonly<Record<string, (input: object, options?: object) => Promise<unknown>>>>>

interface Question {
  readonly row: Row
  readonly parts: readonly string[]
  readonly asked: Asked
}

async function ask(name: string, { row, parts, asked }: Question, terminal: Terminal): Promise<void> {
  const whole = await wholeInput(asked.input, terminal)
  const named = parts.map((part) => [part, asked[part] as readonly string[]] as const)
  const input = merged(whole, inputFrom(shapeOf(row.input), named))
  const { desk } = await openDesk(asked, terminal)
  try {
    const answer = await verbOf(desk, name, asked)(input, row.does === 'command' ? optionsOf(asked) : undefined)
    terminal.print(asked.json ? JSON.stringify(answer) : shown(answer, terminal.ink))
  } finally {
    await desk.close()
  }
}

function verbOf(desk: Desk, name: string, { as, tenant }: Asked) {
  const [noun = '', verb = ''] = name.split('.')
  const acting = desk.as({ tenant, by: actorOf(as) }) as unknown as Verbs
  return acting[noun]?.[verb] as Verbs[string][string]
}

function optionsOf(asked: Asked): object {
  const { 'command-id': commandId, 'if-version': ifVersion } = asked as Readonly<Record<string, string | undefined>>
  return {
    ...(commandId !== undefined && { commandId }),
    ...(ifVersion !== undefined && { ifVersion: numberOf('--if-version', ifVersion, [1, Number.MAX_SAFE_INTEGER]) }),
  }
}

async function wholeInput(given: string | undefined, { readInput }: Terminal): Promise<object> {
  if (given === undefined) return {}
  const wanted = 'a JSON object, or - to read one from standard input'
  try {
    const value: unknown = JSON.parse(given === '-' ? await readInput() : given)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch (cause) {
    throw cliFault('cli.bad-value', { option: '--input', found: 'not JSON', wanted }, { cause })
  }
  throw cliFault('cli.bad-value', { option: '--input', found: 'JSON, but no object', wanted })
}

function merged(whole: object, parts: object): object {
  const both = Object.entries(parts).map(([name, part]) => {
    const before: unknown = Object.hasOwn(whole, name) ? Reflect.get(whole, name) : undefined
    const isInner = typeof part === 'object' && part !== null && !Array.isArray(part)
    return [name, isInner && typeof before === 'object' && before !== null ? merged(before, part) : part] as const
  })
  return { ...whole, ...Object.fromEntries(both) }
}

function listed(rows: ReadonlyMap<string, Row>, { json }: Asked): string {
  if (json) return JSON.stringify([...rows].map(([name, { does, says }]) => ({ name, does, says })))
  const width = Math.max(...[...rows.keys()].map((name) => name.length))
  return [...rows].map(([name, { says }]) => `${name.padEnd(width)}  ${says}`).join('\n')
}

function described(name: string, { says, input }: Row, { json }: Asked): string {
  const shape = shapeOf(input)
  if (json) return JSON.stringify({ name, says, input: shape })
  const parts = new Map(choices(shape).flatMap(({ properties = {} }) => Object.entries(properties)))
  const needed = (part: string) => choices(shape).every(({ required = [] }) => required.includes(part))
  const width = Math.max(0, ...[...parts.keys()].map((part) => part.length))
  const lines = [...parts].map(
    ([part, of]) => `  --${part.padEnd(width)}  ${wordFor(of)}${needed(part) ? ', needed' : ''}`,
  )
  return [`${name}: ${says}`, ...lines].join('\n')
}

/** What a value may be, in a few words. */
function wordFor(shape: Shape): string {
  const words = choices(shape).map(({ type, enum: some, const: only, items }) => {
    if (only !== undefined) return String(only)
    if (some) return some.join(' | ')
    if (type === 'array') return `list of ${items ? wordFor(items) : 'values'}`
    return type === undefined ? 'value' : type === 'object' ? 'JSON object' : String(type)
  })
  return [...new Set(words)].join(' | ')
}

/** The names that begin most alike, those of the same verb first. */
function near(name: string, all: readonly string[]): string[] {
  const verb = name.slice(name.indexOf('.'))
  const alike = (other: string) => {
    const differs = [...name].findIndex((letter, n) => other[n] !== letter)
    return (differs < 0 ? name.length : differs) + (other.endsWith(verb) ? 100 : 0)
  }
  return [...all].sort((a, b) => alike(b) - alike(a)).slice(0, 3)
}
