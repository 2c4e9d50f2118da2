/** Keeps the rules of the house (docs/architecture.md) on every file of `src`, and shows that each rule can fail. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import knip from '../knip.json' with { type: 'json' }
import packageJson from '../package.json' with { type: 'json' }
import tsconfig from '../tsconfig.json' with { type: 'json' }
import typedoc from '../typedoc.json' with { type: 'json' }
import { readSource } from './house/read-source.ts'
import { circles, houseRules } from './house/rules.ts'

const ROOT = join(import.meta.dirname, '..')
const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readSource(path.split(sep).join('/'), readFileSync(join(ROOT, 'src', path), 'utf8')))

describe('every file of src', () => {
  it.each(Object.entries(houseRules))('%s', (_, rule) => {
    expect(sources.flatMap((source) => rule(source).map((finding) => `${source.path}: ${finding}`))).toEqual([])
  })

  it('imports in no circle, types included', () => {
    expect(circles(sources)).toEqual([])
  })
})

describe('the doors of the package', () => {
  const doors = Object.entries(tsconfig.compilerOptions.paths)

  it('are those that tsconfig.json gives a source', () => {
    const named = Object.keys(packageJson.exports).filter((door) => door !== './package.json')
    expect(named.map((door) => `deskwright${door.slice(1)}`)).toEqual(doors.map(([door]) => door))
  })

  it.each(doors)('%s opens a file that is documented and counts as used', (_, [source = '']) => {
    expect(existsSync(join(ROOT, source))).toBe(true)
    expect(typedoc.entryPoints.map((path) => `./${path}`)).toContain(source)
    expect(knip.entry.map((path) => `./${path}`)).toContain(source)
  })
})

/** For each rule, by the first words of its sentence: files that break it, and files that only look as if. */
const PROOFS: Readonly<Record<string, { bad: readonly [string, string][]; good: readonly [string, string][] }>> = {
  'imports only': {
    bad: [
      ['domain/a.ts', `import { handle } from '../desk/handle.ts'`],
      ['domain/a.ts', `import type { Store } from '../desk/ports.ts'`],
      ['domain/a.ts', `import { readFileSync } from 'node:fs'`],
      ['sla/a.ts', `import type { Ticket } from '../domain/tickets/ticket.ts'`],
      ['sla/a.ts', `import * as z from 'zod'`],
      ['desk/a.ts', `export { memoryStore } from '../adapters/memory/memory-store.ts'`],
      ['desk/a.ts', `const { Kysely } = await import('kysely')`],
      ['desk/a.ts', `export type Db = import('kysely').Kysely<unknown>`],
      ['desk/a.ts', 'const driver = await import(name)'],
      ['adapters/kysely/a.ts', `import { memoryStore } from '../memory/memory-store.ts'`],
      ['adapters/memory/a.ts', `import { Kysely } from 'kysely'`],
      ['client/a.ts', `import { commands } from '../desk/commands.ts'`],
      ['testing/a.ts', `import { sqliteStore } from '../adapters/kysely/sqlite.ts'`],
      ['index.ts', `export { memoryStore } from './adapters/memory/memory-store.ts'`],
      ['somewhere/a.ts', ''],
    ],
    good: [
      ['sla/a.ts', `import { toMs } from '../domain/time.ts'`],
      ['desk/a.ts', `import { sha256 } from '@noble/hashes/sha2.js'`],
      ['adapters/kysely/a.ts', `import { readFileSync } from 'node:fs'`],
      ['client/a.ts', `import type { Commands } from '../desk/commands.ts'`],
      ['desk/a.ts', `// import { Kysely } from 'kysely'`],
    ],
  },
  'knows of another': {
    bad: [
      ['domain/people/a.ts', `import { CATEGORIES } from '../tickets/ticket.ts'`],
      ['domain/people/a.ts', `import type { decideTicket } from '../tickets/ticket-decider.ts'`],
    ],
    good: [
      ['domain/people/a.ts', `import type { Ticket } from '../tickets/ticket.ts'`],
      ['domain/people/a.ts', `import { identity } from './identity.ts'`],
      ['domain/people/a.ts', `import { toMs } from '../time.ts'`],
    ],
  },
  'has a kebab-case': {
    bad: [
      ['domain/utils.ts', ''],
      ['desk/types.ts', ''],
      ['desk/common.d.ts', ''],
      ['domain/tickets/index.ts', ''],
      ['domain/ticketDecider.ts', ''],
      ['domain/Tickets/ticket.ts', ''],
    ],
    good: [
      ['index.ts', ''],
      ['domain/field-types.ts', ''],
    ],
  },
  'opens with': {
    bad: [
      ['a.ts', 'export const a = 1'],
      ['a.ts', '/** todo */\nexport const a = 1'],
      ['a.ts', '// Why it exists.\nexport const a = 1'],
    ],
    good: [
      ['a.ts', '/** Why it exists. */\nexport const a = 1'],
      ['a.ts', '/**\n * Why it exists.\n * @module deskwright/a\n */\nexport const a = 1'],
      ['a.ts', '#!/usr/bin/env node\n/** Why it exists. */'],
    ],
  },
  'has at most': { bad: [['a.ts', '\n'.repeat(300).concat('a')]], good: [['a.ts', '\n'.repeat(299).concat('a\n')]] },
  'has no any': {
    bad: [
      ['a.ts', 'const a: any = 1'],
      ['a.ts', 'enum A { B }'],
      ['a.ts', 'class StoreError extends Error {}'],
      ['a.ts', 'export default 1'],
      ['a.ts', 'export default function a() {}'],
      ['a.ts', 'function a(b: string, c: boolean) {}'],
      ['a.ts', 'type A = (b: string, c?: boolean) => void'],
    ],
    good: [
      ['a.ts', 'class DeskError extends Error {}'],
      ['a.ts', `// Not any class\nconst a = 'any enum'`],
      ['a.ts', '// biome-ignore lint/suspicious/noExplicitAny: it is contravariant.\nconst a: any = 1'],
      ['a.ts', 'switch (1) { default: }'],
      ['a.ts', 'const holds = (claim: boolean, what: string) => {}'],
    ],
  },
  'reads no clock': {
    bad: [
      ['desk/a.ts', 'const now = Date.now()'],
      ['desk/a.ts', 'const now = new Date()'],
      ['desk/a.ts', 'const now = Date()'],
      ['sla/a.ts', 'const noon = new Date(2026, 2, 2, 12)'],
      ['sla/a.ts', 'const hour = new Date(ms).getHours()'],
      ['domain/a.ts', 'const luck = Math.random()'],
      ['domain/a.ts', 'const id = crypto.randomUUID()'],
      ['desk/a.ts', 'const mode = process.env.NODE_ENV'],
      ['desk/a.ts', `console.log('here')`],
      ['desk/a.ts', `await fetch('https://example.org')`],
      ['desk/a.ts', 'setTimeout(run, 10)'],
      ['desk/a.ts', 'const ports = { setTimeout }'],
      ['domain/a.ts', 'names.sort((a, b) => a.localeCompare(b))'],
    ],
    good: [
      ['adapters/system/a.ts', 'const now = Date.now()'],
      ['sla/a.ts', 'const hour = new Date(ms).getUTCHours()'],
      ['desk/a.ts', 'export const send = (fetch: Fetch) => fetch(url)'],
      ['desk/a.ts', '// Date.now() is a port\nconst a = ports.process(1)'],
      ['desk/a.ts', 'interface Ports { readonly fetch: Fetch; process(): void }'],
    ],
  },
}

describe('each rule of the house', () => {
  const proven = Object.entries(houseRules).map(([sentence, rule]) => {
    const proof = Object.entries(PROOFS).find(([start]) => sentence.startsWith(start))?.[1]
    return { sentence, rule, proof }
  })

  it.each(proven)('fails on what breaks it: $sentence', ({ rule, proof }) => {
    expect(proof?.bad.length).toBeGreaterThan(0)
    for (const [path, text] of proof?.bad ?? []) expect(rule(readSource(path, text)), text).toHaveLength(1)
  })

  it.each(proven)('lets pass what only looks alike: $sentence', ({ rule, proof }) => {
    for (const [path, text] of proof?.good ?? []) expect(rule(readSource(path, text)), text).toEqual([])
  })

  it('finds a circle of types, once, and leaves a diamond alone', () => {
    const circle = [
      readSource('b.ts', `import { c } from './c.ts'`),
      readSource('c.ts', `export type { A } from './a.ts'`),
      readSource('a.ts', `import type { B } from './b.ts'`),
    ]
    const diamond = [
      readSource('a.ts', `import './b.ts'\nimport './c.ts'`),
      readSource('b.ts', `import './d.ts'`),
      readSource('c.ts', `import './d.ts'`),
      readSource('d.ts', ''),
    ]
    expect(circles(circle)).toEqual(['a.ts -> b.ts -> c.ts -> a.ts'])
    expect(circles(diamond)).toEqual([])
  })
})
