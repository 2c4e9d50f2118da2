/** The rules of the house that a machine can keep: each takes one source file and names what breaks it. */
import ts from 'typescript'
import { place, type Source, visit } from './read-source.ts'

/** What breaks the rule in this file, one line each; empty when nothing does. */
export type Rule = (source: Source) => readonly string[]

interface Floor {
  /** Folders and files below `src` that this floor may import. */
  readonly knows: readonly string[]
  /** Packages it may import; `node:` stands for all of Node's own. */
  readonly libraries: readonly string[]
}

/** The floors, from the ground up. A file belongs to the floor with the longest name that its path starts with. */
const FLOORS: Readonly<Record<string, Floor>> = {
  domain: { knows: ['domain'], libraries: ['@noble/hashes', 'zod'] },
  sla: {
    knows: [
      'sla',
      'domain/time.ts',
      'domain/condition.ts',
      'domain/condition-check.ts',
      'domain/condition-read.ts',
      'domain/fault.ts',
      'domain/json.ts',
      'domain/metrics.ts',
    ],
    libraries: [],
  },
  escalation: {
    knows: [
      'escalation',
      'sla',
      'domain/time.ts',
      'domain/condition.ts',
      'domain/condition-check.ts',
      'domain/condition-read.ts',
      'domain/fault.ts',
      'domain/json.ts',
      'domain/metrics.ts',
    ],
    libraries: [],
  },
  desk: {
    knows: ['desk', 'escalation', 'sla', 'domain'],
    libraries: ['@noble/hashes', 'eventemitter3', 'ulid', 'zod'],
  },
  'adapters/kysely': {
    knows: ['adapters/kysely', 'desk', 'sla', 'domain'],
    libraries: ['better-sqlite3', 'kysely', 'libsql', 'mysql2', 'node:', 'pg'],
  },
  'adapters/http': { knows: ['adapters/http', 'desk', 'domain'], libraries: ['hono', 'zod'] },
  'adapters/memory': { knows: ['adapters/memory', 'desk', 'sla', 'domain'], libraries: [] },
  'adapters/nats': {
    knows: ['adapters/nats', 'desk', 'sla', 'domain'],
    libraries: ['@nats-io/jetstream', '@nats-io/transport-node', 'node:'],
  },
  'adapters/notifier': { knows: ['adapters/notifier', 'desk', 'domain'], libraries: [] },
  'adapters/opentelemetry': { knows: ['adapters/opentelemetry', 'desk', 'domain'], libraries: ['@opentelemetry/api'] },
  'adapters/webhooks': { knows: ['adapters/webhooks', 'desk', 'domain'], libraries: ['node:', 'standardwebhooks'] },
  'adapters/system': { knows: ['adapters/system', 'desk', 'sla', 'domain'], libraries: [] },
  client: { knows: ['client', 'desk', 'domain'], libraries: [] },
  testing: { knows: ['testing', 'desk', 'sla', 'domain', 'adapters/memory'], libraries: [] },
  // `href` is the module that whoever runs the command names.
  cli: {
    knows: ['adapters', 'cli', 'desk', 'domain', 'sla', 'testing', 'index.ts'],
    libraries: ['@hono/node-server', 'cli-progress', 'csv-parse', 'href', 'node:', 'zod'],
  },
  // The front door plugs in the system's clock and randomness, so that `createDesk` works without being told.
  'index.ts': { knows: ['desk', 'sla', 'domain', 'adapters/system'], libraries: [] },
}

/** The words of each capability: all that the others may know of it, as types. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  escalation: ['escalation.ts'],
  people: ['people.ts'],
  reporting: ['measure.ts'],
  policies: ['policies.ts'],
  surveys: ['survey.ts'],
  tickets: ['ticket.ts', 'message.ts'],
}

/** Files of a capability that others may call as well, and why that is no follower, reaction or near record. */
const CALLABLE: Readonly<Record<string, string>> = {
  'domain/surveys/interval.ts': 'how sure a share is, is one arithmetic for surveys and reports',
}

/** All of the library that runs in a client, beside its own files, and why. */
const CLIENT_VALUES: Readonly<Record<string, string>> = {
  'domain/fault.ts': 'a refusal over HTTP is the same class as in process',
  'desk/paths.ts': 'the rule by which names become paths; the handler goes by it too',
}

/** What files below the adapters may nevertheless use, and why. */
const PURITY_EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {}

/** Files past 300 lines, and why they stay whole. */
const LONG_FILES: Readonly<Record<string, string>> = {}

const LONGEST = 300

const floors: Rule = ({ path, imports }) => {
  const name = floorOf(path)
  const floor = FLOORS[name]
  if (floor === undefined) return [`belongs to no floor; add its folder to FLOORS, or move it`]
  return imports.flatMap(({ specifier, target, typeOnly }) => {
    if (target === null)
      return floor.libraries.some((library) => isWithin(specifier, library)) ? [] : [`${name} imports ${specifier}`]
    if (!floor.knows.some((known) => isWithin(target, known))) return [`${name} imports ${target}`]
    if (name === 'client' && !typeOnly && !isWithin(target, 'client') && !(target in CLIENT_VALUES))
      return [`client imports values of ${target}`]
    return []
  })
}

const capabilities: Rule = ({ path, imports }) => {
  const own = capabilityOf(path)
  if (own === null) return []
  return imports.flatMap(({ target, typeOnly }) => {
    const other = target === null ? null : capabilityOf(target)
    if (target === null || other === null || other === own || target in CALLABLE) return []
    const isWords = WORDS[other]?.some((file) => target === `domain/${other}/${file}`) ?? false
    if (!isWords) return [`${own} knows ${target}, which is not among the words of ${other}`]
    return typeOnly ? [] : [`${own} imports values of ${target}; only \`import type\` may cross`]
  })
}

const names: Rule = ({ path }) => {
  const file = path.split('/').at(-1) ?? path
  if (file === 'index.ts' && path !== 'index.ts') return ['is an index file; doors are named after what they open']
  if (/^(utils?|helpers?|types?|common)(\.|$)/.test(file)) return [`${file} says nothing of what is in it`]
  const parts = path.replace(/(\.d)?\.ts$/, '').split('/')
  return parts.every((part) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(part)) ? [] : ['is not kebab-case']
}

const opening: Rule = ({ text }) => {
  const comment = /^(?:#!.*\n)?\/\*\*[\s*]+([\s\S]*?)\s*\*\//.exec(text)?.[1]
  if (comment === undefined) return ['does not open with a sentence on why it exists']
  const sentence = comment.replace(/\s*\*?\s*@module \S+$/, '')
  return /^[A-Z`"'][\s\S]*\.$/.test(sentence) ? [] : [`opens with ${JSON.stringify(comment)}, which is no sentence`]
}

const length: Rule = ({ path, text }) => {
  const lines = text.trimEnd().split('\n').length
  if (lines <= LONGEST) return path in LONG_FILES ? ['is short enough now; take it off LONG_FILES'] : []
  return path in LONG_FILES ? [] : [`has ${lines} lines; split it, or give the reason in LONG_FILES`]
}

const words: Rule = (source) => {
  const findings: string[] = []
  visit(source.tree, (node) => {
    const what = forbiddenSyntax(node, source)
    if (what !== null) findings.push(`${what} in ${place(source, node)}`)
  })
  return findings
}

const purity: Rule = (source) => {
  // A client stands in somebody else's process, as an adapter does.
  if (['adapters', 'cli', 'client'].some((edge) => isWithin(source.path, edge))) return []
  const allowed = PURITY_EXCEPTIONS[source.path] ?? {}
  const own = declaredIn(source)
  const findings: string[] = []
  visit(source.tree, (node) => {
    const what = impurity(node)
    if (what !== null && !(what in allowed) && !own.has(what)) findings.push(`${what} in ${place(source, node)}`)
  })
  return findings
}

/** Every rule that looks at one file alone, by the sentence that it keeps. */
export const houseRules: Readonly<Record<string, Rule>> = {
  'imports only what its floor may know': floors,
  'knows of another capability only its words, as types': capabilities,
  'has a kebab-case name that says what is in it': names,
  'opens with a sentence on why it exists': opening,
  'has at most 300 lines, or a reason': length,
  'has no any, enum, boolean option, default export, or class but DeskError': words,
  'reads no clock, chance, environment, zone or language of the machine below the adapters': purity,
}

/** Circles among the files, `import type` included, each as `a.ts -> b.ts -> a.ts`; every circle is named once. */
export function circles(sources: readonly Source[]): readonly string[] {
  const next = new Map(sources.map(({ path, imports }) => [path, imports.flatMap(({ target }) => target ?? [])]))
  const done = new Set<string>()
  const found = new Set<string>()
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) found.add(circleFrom(trail.slice(start)))
    if (start >= 0 || done.has(path)) return
    for (const target of next.get(path) ?? []) walk(target, [...trail, path])
    done.add(path)
  }
  for (const path of next.keys()) walk(path, [])
  return [...found]
}

/** The same circle reads the same from wherever it was entered. */
function circleFrom(paths: readonly string[]): string {
  const first = paths.indexOf([...paths].sort()[0] as string)
  const turned = [...paths.slice(first), ...paths.slice(0, first)]
  return [...turned, turned[0]].join(' -> ')
}

function floorOf(path: string): string {
  const holding = Object.keys(FLOORS).filter((name) => isWithin(path, name))
  return holding.sort((a, b) => b.length - a.length)[0] ?? path
}

function capabilityOf(path: string): string | null {
  return /^domain\/([^/]+)\//.exec(path)?.[1] ?? null
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(place.endsWith(':') ? place : `${place}/`)
}

function forbiddenSyntax(node: ts.Node, source: Source): string | null {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return isExcused(node, source) ? null : 'any'
  if (ts.isEnumDeclaration(node)) return 'an enum'
  if (ts.isClassLike(node)) return node.name?.text === 'DeskError' ? null : 'a class'
  if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword)
    return ts.isDefaultClause(node) ? null : 'a default export'
  return isBooleanOption(node) ? 'a boolean parameter' : null
}

/** The linter checks that an excuse is needed and has its reason; here it only has to be there. */
function isExcused(node: ts.Node, source: Source): boolean {
  const { line } = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree))
  return source.text.split('\n')[line - 1]?.includes('biome-ignore lint/suspicious/noExplicitAny:') ?? false
}

// The first parameter is what a function is about; a later boolean is a switch that no reader of the call understands.
function isBooleanOption(node: ts.Node): boolean {
  if (!ts.isParameter(node) || node.type?.kind !== ts.SyntaxKind.BooleanKeyword) return false
  return ts.isFunctionLike(node.parent) && node.parent.parameters[0] !== node
}

const GLOBALS = new Set([
  ...['process', 'console', 'fetch', 'crypto', 'performance', 'require', 'Buffer', 'globalThis', 'navigator'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask', 'Temporal'],
])

/** Methods whose answer depends on the time zone or the language that the machine is set to. */
const LOCAL_METHOD =
  /^([gs]et(Hours|Minutes|Seconds|Milliseconds|Date|Day|Month|FullYear)|getTimezoneOffset|toLocale\w+|to(Date|Time)String|localeCompare)$/

function impurity(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node)) {
    const text = `${node.expression.getText()}.${node.name.text}`
    if (text === 'Date.now' || text === 'Math.random') return text
    return LOCAL_METHOD.test(node.name.text) ? node.name.text : null
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && node.arguments?.length !== 1)
    return node.arguments?.length ? 'new Date(year, month, …)' : 'new Date()'
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()'
  return ts.isIdentifier(node) && GLOBALS.has(node.text) && isUsed(node) ? node.text : null
}

/** Whether this name stands for a value here, rather than being a property's name or part of a type. */
function isUsed(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node
  if (ts.isBindingElement(parent)) return parent.initializer === node
  return !ts.isTypeElement(parent) && !ts.isTypeNode(parent) && !ts.isMethodDeclaration(parent)
}

/** Names that the file declares itself: a parameter called `fetch` is what the host handed over, not the global. */
function declaredIn(source: Source): ReadonlySet<string> {
  const names = new Set<string>()
  visit(source.tree, (node) => {
    const declares = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)
    if ((declares || ts.isFunctionDeclaration(node) || ts.isImportSpecifier(node)) && node.name)
      names.add(node.name.getText())
  })
  return names
}
