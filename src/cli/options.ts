/** Reads the words behind a verb, by Node's own reader, and says what is wrong in the form of all refusals. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Actor } from '../domain/people/people.ts'
import { cliFault } from './cli-faults.ts'

export const text = { type: 'string' } as const
export const flag = { type: 'boolean', default: false } as const

/** Where the desk is, and the form of the answer: what every verb that opens a desk takes. */
export const PLACE = { desk: text, store: text, json: flag } as const
/** Who asks, and in which tenant. */
export const ACTOR = { tenant: text, as: text } as const

/** For the help of verbs. */
export const PLACE_HELP = `  --desk MODULE    a file that exports deskOptions, a desk, or a function that opens one
  --store URL      sqlite:FILE, postgres://…, mariadb://…; without the host's schemas and policies
  --json           one line of JSON`

type Options = NonNullable<ParseArgsConfig['options']>

/** Verbs that take a word of their own, as `run` takes the name of a command. */
const NAMING: ReadonlySet<string> = new Set(['run'])

/** @throws DeskError `cli.bad-option`, also for a word that belongs to no option: it may be one that was forgotten. */
export function readOptions<const O extends Options>(verb: string, words: readonly string[], options: O) {
  const read = parsed(verb, words, options)
  const [word] = read.positionals.slice(NAMING.has(verb) ? 1 : 0)
  if (word === undefined) return read
  throw cliFault('cli.bad-option', { verb, reason: `${JSON.stringify(word)} belongs to no option` })
}

function parsed<const O extends Options>(verb: string, words: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true })
  } catch (error) {
    const reason = (error as Error).message.split('. ', 1)[0] ?? ''
    throw cliFault('cli.bad-option', { verb, reason }, { cause: error })
  }
}

const ACTOR_KINDS = ['agent', 'customer', 'bot', 'rule', 'system'] as const

/**
 * `agent:agt_01J…` as the actor it names; absent: the system, under the name of this command.
 *
 * @throws DeskError `cli.bad-value`.
 */
export function actorOf(given: string | undefined, option = '--as'): Actor {
  if (given === undefined) return { kind: 'system', id: 'deskwright-cli' }
  const [, kind = '', id = ''] = /^([a-z]+):(.+)$/.exec(given) ?? []
  if (!(ACTOR_KINDS as readonly string[]).includes(kind)) {
    const wanted = `an actor such as agent:agt_01J… or system:import (${ACTOR_KINDS.join(', ')})`
    throw cliFault('cli.bad-value', { option, found: given, wanted })
  }
  return { kind, id } as Actor
}

/** A whole number within limits. */
export function numberOf(option: string, given: string, [least, most]: readonly [number, number]): number {
  const number = Number(given)
  if (Number.isInteger(number) && number >= least && number <= most) return number
  throw cliFault('cli.bad-value', { option, found: given, wanted: `a whole number from ${least} to ${most}` })
}
