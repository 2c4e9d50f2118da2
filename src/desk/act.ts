/** Puts the desk into somebody's hands: every command and every read of the tables becomes a verb. */
import * as z from 'zod'
import { id, line } from '../domain/inputs.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Actor } from '../domain/people/people.ts'
import type { Acting, CommandOptions, FieldSchemas } from './acting.ts'
import { ask } from './ask.ts'
import { type CommandName, commands } from './commands.ts'
import { fault } from './desk-faults.ts'
import { HANDS, handle } from './handle.ts'
import type { House } from './house.ts'
import { loadRest } from './load-rest.ts'
import { type QueryName, queries } from './queries.ts'

/** For whom the desk acts. */
export interface ActingContext {
  /** Absent: `main`, for hosts that have one tenant. */
  readonly tenant?: string | undefined
  readonly by: Actor
  /** Permissions to which the actor's own are cut: `ticket.get`, `ticket.*`. Absent: all that the actor has. */
  readonly only?: readonly string[] | undefined
}

const contextInput = z.strictObject({
  tenant: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[\w.:@-]+$/, 'may hold letters, digits and . _ : @ - only')
    .default('main'),
  by: z.union([
    z.strictObject({ kind: z.literal('agent'), id: id('agent') }),
    z.strictObject({ kind: z.literal('customer'), id: id('customer') }),
    z.strictObject({ kind: z.enum(['bot', 'rule', 'system']), id: line(100) }),
  ]),
  only: z.array(z.string().max(60)).max(200).optional(),
})

const verbsOf = (table: object) =>
  Object.keys(table).map((name) => {
    const [noun = '', verb = ''] = name.split('.')
    return { name, noun, verb }
  })
const COMMAND_VERBS = verbsOf(commands)
const QUERY_VERBS = verbsOf(queries)

/** @throws DeskError `context.invalid`. */
export function act<S extends FieldSchemas>(house: House, context: ActingContext): Acting<S> {
  const result = contextInput.safeParse(context)
  if (!result.success) {
    const [issue] = result.error.issues
    throw fault('context.invalid', {
      place: issue?.path.join('.') || 'the context',
      reason: issue?.message ?? 'is not valid',
    })
  }
  const { tenant, by, only } = result.data
  const acting: Record<string, Record<string, unknown>> = {}
  const nounOf = (noun: string) => {
    acting[noun] ??= {}
    return acting[noun]
  }
  for (const { name, noun, verb } of COMMAND_VERBS)
    nounOf(noun)[verb] = (input: unknown, options?: CommandOptions) =>
      house.observe(
        { name: 'command', tenant, command: name, by: by.kind },
        () => handle(house, { tenant, by, only, name: name as CommandName, input, ...checkedOptions(options) }),
        doneTo,
      )
  for (const { name, noun, verb } of QUERY_VERBS)
    nounOf(noun)[verb] = (input: unknown) => ask(house, { tenant, by, only, name: name as QueryName, input })
  const batched = async (items: unknown, options?: Pick<CommandOptions, 'commandId'>) =>
    house.observe({ name: 'command', tenant, command: 'batch', by: by.kind }, async () =>
      (await loadRest()).batch(house, { tenant, by, only, items, ...checkedOptions(options) }, HANDS),
    )
  return { ...acting, batch: batched } as unknown as Acting<S>
}

const doneTo = ({ id }: JsonObject) => ({ code: 'done', kind: 'done' as const, recordId: String(id) })

const optionsInput = z.strictObject({ commandId: line(200).optional(), ifVersion: z.int().min(1).optional() })

function checkedOptions(options: CommandOptions | undefined): CommandOptions {
  if (options === undefined) return {}
  const result = optionsInput.safeParse(options)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => ({
    place: `options.${issue.path.join('.')}`,
    reason: issue.message,
  }))
  throw fault('input.invalid', { command: 'The command', issues })
}
