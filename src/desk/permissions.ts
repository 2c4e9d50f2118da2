/** Every permission that something asks for: the names of both tables, and some that widen what a command may do. */
import { commands } from './commands.ts'
import { queries } from './queries.ts'

/** What a role may name, beside `noun.*` and `*`. */
export const PERMISSIONS: ReadonlySet<string> = new Set([
  ...Object.keys(commands),
  ...Object.keys(queries),
  'ticket.readInternal',
  'ticket.overrideGuard',
  'message.editAny',
  'ticket.offerResolution',
])
