/** The command line as a function: from words to an exit code. Each verb is loaded when it is asked for. */
import { type DeskError, isDeskError } from '../domain/fault.ts'
import { cliFault } from './cli-faults.ts'
import { packageVersion } from './package-version.ts'
import type { Terminal, Verb } from './terminal.ts'

const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  init: async () => (await import('./init.ts')).init,
  serve: async () => (await import('./serve.ts')).serve,
  migrate: async () => (await import('./migrate.ts')).migrate,
  doctor: async () => (await import('./doctor.ts')).doctor,
  verify: async () => (await import('./verify.ts')).verify,
  dead: async () => (await import('./dead.ts')).dead,
  run: async () => (await import('./run.ts')).run,
  key: async () => (await import('./key.ts')).key,
  import: async () => (await import('./import.ts')).importing,
  demo: async () => (await import('./demo.ts')).demo,
}

const HELP = `deskwright VERB …          a help desk from the command line

  init       writes what a project needs to start
  serve      serves the desk over HTTP, with a worker beside it
  migrate    makes the tables of a store, or brings them forward
  doctor     says what is wrong, and how it is mended
  verify     checks the journal and the records against each other
  dead       lists what was given up, and puts it back
  run        does one command or one read: deskwright run ticket.solve --ticketId tkt_…
  key        makes an API key, by which a program asks over HTTP
  import     takes in tickets from a CSV file, or an incident log
  demo       makes a desk with a week of tickets in it

deskwright VERB --help says more of each; deskwright --version says which release this is.

Which desk: --desk MODULE (a file that exports it; desk.ts, desk.mjs or desk.js is found by itself), or
--store URL (sqlite:FILE, postgres://…, mariadb://…), or the same in DESKWRIGHT_DESK or DESKWRIGHT_STORE,
which may stand in a file .env.
--json writes one line of JSON instead of words for people, refusals (on standard error) included.
Exit code: 0 all is well, 1 it was refused or something is wrong, 2 it could not be done.`

/** Does what the words say. Every end is an exit code; nothing is thrown. */
export async function commandLine(words: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = words
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      terminal.print(HELP)
      return name === undefined ? 2 : 0
    }
    if (name === '--version') {
      terminal.print(packageVersion())
      return 0
    }
    const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
    if (load === undefined) throw cliFault('cli.unknown-verb', { found: name, known: Object.keys(VERBS) })
    const verb = await load()
    if (rest.includes('--help') || rest.includes('-h')) {
      terminal.print(verb.help)
      return 0
    }
    return await verb.run(rest, terminal)
  } catch (error) {
    terminal.warn(words.includes('--json') ? asJson(error) : asWords(error))
    return codeOf(error)
  }
}

/** What the desk refused is an answer; what the command line or the store refused kept it from being asked. */
function codeOf(error: unknown): number {
  return isDeskError(error) && error.kind !== 'unavailable' && !error.code.startsWith('cli.') ? 1 : 2
}

function asWords(error: unknown): string {
  if (isDeskError(error)) return `${error.code}: ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function asJson(error: unknown): string {
  const { code = 'cli.failed', kind = 'unavailable', message, data = {} } = error as Partial<DeskError>
  return JSON.stringify({ error: { code, kind, message: message ?? String(error), data } })
}
