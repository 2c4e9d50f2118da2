/** The files that `init` writes: short enough to be read, and to be changed at once. */

export type Database = 'sqlite' | 'postgres' | 'mariadb'
export type Language = 'ts' | 'mjs'

interface Choice {
  readonly database: Database
  readonly language: Language
}

/** What each database needs: its door, the variable that says where it is, and its driver. */
export const DATABASES: Readonly<
  Record<
    Database,
    { readonly factory: string; readonly variable: string; readonly example: string; readonly driver: string }
  >
> = {
  sqlite: { factory: 'sqliteStore', variable: 'SUPPORT_DB', example: 'support.db', driver: 'libsql' },
  postgres: {
    factory: 'postgresStore',
    variable: 'DATABASE_URL',
    example: 'postgres://user:password@localhost:5432/support',
    driver: 'pg',
  },
  mariadb: {
    factory: 'mariadbStore',
    variable: 'DATABASE_URL',
    example: 'mysql://user:password@localhost:3306/support',
    driver: 'mysql2',
  },
}

/** The files by their names, in the order in which they are worth reading. */
export function filesFor(choice: Choice): readonly (readonly [name: string, content: string])[] {
  const { variable, example } = DATABASES[choice.database]
  return [
    [`desk.${choice.language}`, deskFile(choice)],
    [`desk-worker.${choice.language}`, workerFile(choice)],
    ['.env.example', `# Where the help desk keeps its data.\n${variable}=${example}\n`],
  ]
}

function deskFile({ database, language }: Choice): string {
  const { factory, variable, example } = DATABASES[database]
  const isTyped = language === 'ts'
  const place = database === 'sqlite' ? `process.env.${variable} ?? '${example}'` : `process.env.${variable} ?? ''`
  return `/** The help desk of this app: where its tickets are, and what is special about them. */
import { createDesk${isTyped ? ', type DeskOptions' : ''} } from 'deskwright'
import { ${factory} } from 'deskwright/${database}'

/** What createDesk takes. The command deskwright reads it too. */
export const deskOptions = {
  store: ${factory}(${place}),
  // Fields of your own, typed by zod, valibot or arktype:
  // fields: { ticket: z.object({ orderId: z.string() }) },
  policies: {
    // Solved tickets close by themselves after three days; until then the customer's reply reopens them.
    lifecycle: {
      reopenWindow: '72h',
      closeAfter: '72h',
      solveAfterSilence: null,
      customerReplyResumes: { pending: true, hold: false },
    },
  },
}${isTyped ? ' satisfies DeskOptions' : ''}

/** Opens the desk; once in each process. */
export const openDesk = () => createDesk(deskOptions)
${isTyped ? '\nexport type SupportDesk = Awaited<ReturnType<typeof openDesk>>\n' : ''}`
}

function workerFile({ language }: Choice): string {
  return `/** Rings timers and carries deliveries until it is told to stop: run one or more of it beside the app. */
import { existsSync } from 'node:fs'

if (existsSync('.env')) process.loadEnvFile()
const { openDesk } = await import('./desk.${language}')

const desk = await openDesk()
desk.work()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void desk.close())
`
}
