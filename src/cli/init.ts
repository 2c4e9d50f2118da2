/** The verb `init`: writes what a project needs to start, and touches nothing that is there already. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cliFault } from './cli-faults.ts'
import { DATABASES, type Database, filesFor, type Language } from './init-files.ts'
import { flag, readOptions, text } from './options.ts'
import type { Terminal, Verb } from './terminal.ts'

/** What becomes of one file. */
interface Piece {
  readonly file: string
  readonly does: 'written' | 'changed' | 'left as it is'
  readonly content: string
}

export const init: Verb = {
  help: `deskwright init     writes what a project needs to start; what is there already stays as it is

  --database NAME  sqlite (the default), postgres or mariadb
  --dry-run        prints each file, and writes none
  --json           one line of JSON

It writes a desk (desk.ts where the project has a tsconfig.json and this Node reads TypeScript, else
desk.mjs), a worker, .env.example, and the script desk:worker in package.json.`,
  async run(words, terminal) {
    const { values } = readOptions('init', words, {
      ...{ database: { ...text, default: 'sqlite' }, 'dry-run': flag, json: flag },
    })
    const database = databaseOf(values.database)
    const isDry = values['dry-run'] === true
    const language = languageIn(terminal.folder)
    const pieces = [
      ...filesFor({ database, language }).map(([file, content]) => pieceOf(terminal.folder, file, content)),
      ...packageJson(terminal.folder, language),
    ]
    if (!isDry) write(terminal.folder, pieces)
    terminal.print(values.json ? asJson(isDry, pieces) : asWords(pieces, { isDry, database, terminal }))
    return 0
  },
}

function databaseOf(given: string): Database {
  if (Object.hasOwn(DATABASES, given)) return given as Database
  const wanted = `one of ${Object.keys(DATABASES).join(', ')}`
  throw cliFault('cli.bad-value', { option: '--database', found: given, wanted })
}

function languageIn(folder: string): Language {
  const readsTypes = Boolean((process.features as { typescript?: unknown }).typescript)
  return readsTypes && existsSync(join(folder, 'tsconfig.json')) ? 'ts' : 'mjs'
}

function pieceOf(folder: string, file: string, content: string): Piece {
  const isThere = existsSync(join(folder, file))
  return { file, does: isThere ? 'left as it is' : 'written', content }
}

/** The script of the worker, in the form that the file has; nothing where there is no package.json. */
function packageJson(folder: string, language: Language): Piece[] {
  const path = join(folder, 'package.json')
  if (!existsSync(path)) return []
  const before = readFileSync(path, 'utf8')
  const json = objectIn(before)
  const scripts = (json.scripts ?? {}) as Readonly<Record<string, string>>
  if (Object.hasOwn(scripts, 'desk:worker')) return [{ file: 'package.json', does: 'left as it is', content: before }]
  const indent = /^([ \t]+)"/m.exec(before)?.[1] ?? '  '
  const after = { ...json, scripts: { ...scripts, 'desk:worker': `node desk-worker.${language}` } }
  return [{ file: 'package.json', does: 'changed', content: `${JSON.stringify(after, null, indent)}\n` }]
}

function objectIn(content: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(content)
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw cliFault('cli.bad-value', {
    option: 'package.json',
    found: 'no JSON object',
    wanted: 'a package.json that npm can read',
  })
}

function write(folder: string, pieces: readonly Piece[]): void {
  for (const { file, does, content } of pieces) if (does !== 'left as it is') writeFileSync(join(folder, file), content)
}

function asJson(isDry: boolean, pieces: readonly Piece[]): string {
  return JSON.stringify({ dryRun: isDry, files: pieces.map(({ file, does }) => ({ file, does })) })
}

interface Told {
  readonly isDry: boolean
  readonly database: Database
  readonly terminal: Terminal
}

function asWords(pieces: readonly Piece[], { isDry, database, terminal }: Told): string {
  const { bold, faint } = terminal.ink
  const lines = pieces.flatMap(({ file, does, content }) => {
    const would = isDry && does !== 'left as it is' ? `would be ${does}` : does
    const shown =
      isDry && does !== 'left as it is'
        ? [
            '',
            ...content
              .trimEnd()
              .split('\n')
              .map((line) => `  ${line}`),
            '',
          ]
        : []
    return [`${bold(file)} ${faint(would)}`, ...shown]
  })
  const hasPackage = pieces.some(({ file }) => file === 'package.json')
  const next = [
    ...(hasPackage ? [] : ['npm init -y']),
    `npm install deskwright ${DATABASES[database].driver}`,
    'npx deskwright migrate',
    "npx deskwright run ticket.open --requester.email ada@example.org --subject 'It hums' --body 'Since noon.'",
    'npx deskwright doctor',
  ]
  return [...lines, '', 'Next:', ...next.map((line) => `  ${line}`)].join('\n')
}
