/** Runs the command as a person does: as a process of its own, on modules that lie in a folder. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { storeCases } from 'deskwright/testing'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import tsconfig from '../../tsconfig.json' with { type: 'json' }

const ROOT = join(import.meta.dirname, '../..')
// Inside the project, so that its packages are found from there; one folder a run.
const FOLDER = join(ROOT, `node_modules/.cache/deskwright-conformance-${process.pid}`)
const COMMAND = join(FOLDER, 'conformance.js')
const file = (name: string) => join(FOLDER, name)

/** Modules of makers of stores, by name. */
const MODULES: Readonly<Record<string, string>> = {
  'good.mjs': `import { memoryStore } from './memory.js'
    export const openStore = () => memoryStore()`,
  'default.mjs': `import { memoryStore } from './memory.js'
    export default { open: async () => memoryStore(), close() {} }`,
  'broken.mjs': `import { memoryStore } from './memory.js'
    export const openStore = () => ({ ...memoryStore(), dead: async () => [], reserve: async () => 7 })`,
  'hanging.mjs': `import { memoryStore } from './memory.js'
    setInterval(() => {}, 1000)
    export const openStore = () => ({ ...memoryStore(), command: () => new Promise(() => {}) })`,
  'never-opening.mjs': 'export const openStore = () => new Promise(() => {})',
  'never-migrating.mjs': `import { memoryStore } from './memory.js'
    export const storeSetup = {
      open: () => ({ ...memoryStore(), capabilities: { durable: true, processes: 'one' }, migrate: () => new Promise(() => {}) }),
      reopen() {},
    }`,
  'never-closing.mjs': `import { memoryStore } from './memory.js'
    let tried = false
    export const openStore = () => {
      const store = memoryStore()
      if (!tried) return (tried = true), store
      return { ...store, close: () => new Promise(() => {}) }
    }`,
  'never-loaded.mjs': 'await new Promise(() => {})',
  'ending.mjs': 'export const openStore = () => process.exit(0)',
  'stray.mjs': `import { memoryStore } from './memory.js'
    export const openStore = () => ({ ...memoryStore(), close() { void Promise.reject(new Error('too late')) ; return Promise.resolve() } })`,
  'thrown.mjs': `import { memoryStore } from './memory.js'
    export const openStore = () => {
      const store = memoryStore()
      return { ...store, commit(change) { setTimeout(() => { throw new Error('thrown late') }); return store.commit(change) } }
    }`,
  'syntax.mjs': 'export const = 1',
  'throwing.mjs': `throw new Error('no database here')`,
  'empty.mjs': 'export {}',
  'other.mjs': 'export const makeStore = () => ({}); export const version = 1',
  'no-open.mjs': 'export const storeSetup = { reopen() {} }',
  'text.mjs': `export const storeSetup = { open() {}, reopen: 'yes' }`,
  'no-store.mjs': 'export const openStore = () => ({ capabilities: {}, get() {}, close() {} })',
  'refusing.mjs': `export const openStore = async () => { throw new Error('connect ECONNREFUSED') }`,
}

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { cwd: FOLDER, encoding: 'utf8' })
  return { status, stdout, stderr }
}

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true })
  for (const [name, code] of Object.entries(MODULES)) writeFileSync(file(name), code)
  const paths = Object.entries(tsconfig.compilerOptions.paths)
  await build({
    entryPoints: {
      conformance: join(ROOT, 'src/cli/conformance.ts'),
      memory: join(ROOT, 'src/adapters/memory/memory-store.ts'),
      lines: join(ROOT, 'examples/custom-store/store-setup.ts'),
    },
    outdir: FOLDER,
    alias: Object.fromEntries(paths.map(([door, [source]]) => [door, join(ROOT, source ?? '')])),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  })
}, 60_000)

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

describe('a store that keeps its promises', () => {
  it('gets a line for each topic, the reasons for what was skipped, figures, and exit code 0', () => {
    const { status, stdout, stderr } = run('good.mjs', '--json', 'report.json', '--badge', 'badge.json')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^✓ atomicity +\d+ passed, 1 skipped, \d+\.\d s$/m)
    expect(stdout).toMatch(/^skipped store\S+, store\S+ and \d+ more: the store says processes: 'one'/m)
    expect(stdout.trim().split('\n').at(-1)).toMatch(
      new RegExp(`^${storeCases.length} store cases: \\d+ passed, \\d+ skipped, \\d+\\.\\d s$`),
    )
    const report = JSON.parse(readFileSync(file('report.json'), 'utf8'))
    expect(report.results).toHaveLength(storeCases.length)
    expect(report.passed + report.skipped).toBe(storeCases.length)
    expect(report.results.find(({ id }: { id: string }) => id === 'store.race.versions')).toMatchObject({
      about: 'race',
      outcome: 'passed',
      title: 'of two commits that expect one version, exactly one succeeds',
    })
    expect(JSON.parse(readFileSync(file('badge.json'), 'utf8'))).toEqual({
      schemaVersion: 1,
      label: 'deskwright store',
      message: `${report.passed}/${report.passed} cases`,
      color: 'brightgreen',
    })
  })

  it('may be exported as the default, as a whole setup', () => {
    const { status, stdout } = run('default.mjs', '--only', 'store.commit.whole')
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/1 store cases: 1 passed/) })
  })

  it.each(['Infinity', '1e10'])('has the time that it is given, however long: %s s', (seconds) => {
    const { status, stdout } = run('lines.js', '--only', 'store.commit.whole', '--timeout', seconds)
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/1 store cases: 1 passed/) })
  })

  it('is asked only what was named', () => {
    const { stdout } = run('./good.mjs', '--only', 'store.reserve', '--only', 'store.find.wildcards')
    const named = storeCases.filter(({ id }) => id.startsWith('store.reserve.') || id === 'store.find.wildcards')
    expect(stdout).toContain(`${named.length} store cases: `)
  })

  it('may be on a disk: the one of JSON lines passes through the command', () => {
    const { status, stdout } = run('lines.js', '--only', 'store.crash', '--only', 'store.commit')
    expect(stdout).not.toContain('FAILED')
    expect(status).toBe(0)
  }, 60_000)
})

describe('a store that breaks promises', () => {
  it('is told which, and what was found, with exit code 1 and a red badge', () => {
    const asked = ['--only', 'store.dead', '--only', 'store.reserve', '--only', 'store.order']
    const { status, stdout } = run('broken.mjs', ...asked, '--badge', 'red.json')
    expect(status).toBe(1)
    expect(stdout).toMatch(/^✗ lease /m)
    expect(stdout).toMatch(/^✓ order /m)
    expect(stdout).toContain(
      'FAILED store.dead.listed\n  promise: a dead task is listed with its reason, and never handed out again\n  found:   the dead tasks',
    )
    expect(JSON.parse(readFileSync(file('red.json'), 'utf8')).color).toBe('red')
  })

  it('is not waited for when it never answers', () => {
    const { status, stdout } = run('hanging.mjs', '--only', 'store.command.as-written', '--timeout', '0.2')
    expect(status).toBe(1)
    expect(stdout).toContain('found:   the case had not ended after 0.2 s')
  })

  it.each([
    ['never-closing.mjs', 'store.command.as-written', 'closing its stores had not ended after 0.2 s'],
    ['never-migrating.mjs', 'store.crash', 'opening its store had not ended after 0.2 s'],
    ['never-migrating.mjs', 'store.command.as-written', 'the case had not ended after 0.2 s'],
  ])('is not waited for around its cases either: %s', (module, only, says) => {
    const { status, stdout } = run(module, '--only', only, '--timeout', '0.2')
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining(`found:   ${says}`) })
  })

  it.each([
    [
      'never-opening.mjs',
      'conformance.cannot-open: open() of never-opening.mjs gave no store: trying it had not ended',
    ],
    ['never-loaded.mjs', 'conformance.cut-off'],
    ['ending.mjs', 'conformance.cut-off'],
  ])('never ends with 0 and no report: %s', (module, says) => {
    const { status, stdout, stderr } = run(module, '--timeout', '0.2')
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: expect.stringContaining(says) })
  })

  it('is told of errors that nobody waited for', () => {
    const { status, stdout } = run('stray.mjs', '--only', 'store.commit.nothing', '--only', 'store.commit.whole')
    expect(status).toBe(1)
    expect(stdout).toContain('FAILED an error that nobody waited for, about store.commit')
  })

  it('is told of errors thrown out of its callbacks, and has its other cases run', () => {
    const asked = ['--only', 'store.command', '--only', 'store.order']
    const { status, stdout } = run('thrown.mjs', ...asked)
    expect(status).toBe(1)
    expect(stdout).toMatch(/FAILED an error that nobody waited for, about \S+: Error: thrown late/)
    expect(stdout).toMatch(/^✓ order /m)
  })

  it('has a red badge, and a report of what went astray, where all cases pass', () => {
    const asked = ['--only', 'store.commit.nothing', '--badge', 'stray-badge.json', '--json', 'stray.json']
    expect(run('stray.mjs', ...asked).status).toBe(1)
    const badge = JSON.parse(readFileSync(file('stray-badge.json'), 'utf8'))
    expect(badge).toMatchObject({ color: 'red', message: expect.stringMatching(/^1\/1 cases, \d stray$/) })
    expect(JSON.parse(readFileSync(file('stray.json'), 'utf8'))).toMatchObject({
      ...{ badge, failed: 0, stray: expect.arrayContaining([expect.stringContaining('too late')]) },
    })
  })
})

describe('a module without a store', () => {
  it.each([
    ['absent.mjs', 'conformance.no-module: There is no file absent.mjs; name the module'],
    ['syntax.mjs', 'conformance.unloadable: syntax.mjs cannot be loaded: Unexpected token'],
    ['throwing.mjs', 'conformance.unloadable: throwing.mjs cannot be loaded: no database here; see'],
    ['empty.mjs', 'conformance.no-setup: empty.mjs exports nothing; export storeSetup'],
    ['other.mjs', 'conformance.no-setup: other.mjs exports makeStore, version; export storeSetup'],
    ['no-open.mjs', 'conformance.bad-setup: open of the setup in no-open.mjs is absent; make it a function'],
    ['text.mjs', 'conformance.bad-setup: reopen of the setup in text.mjs is string'],
    ['no-store.mjs', 'conformance.cannot-open: open() of no-store.mjs gave no store: it lacks migrate, find, count'],
    ['refusing.mjs', 'conformance.cannot-open: open() of refusing.mjs gave no store: connect ECONNREFUSED; it gives'],
  ])('is told what is wrong with %s, with exit code 2', (module, says) => {
    const { status, stdout, stderr } = run(module)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(says)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('the command', () => {
  it('explains itself, and names all cases', () => {
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('openTransaction()') })
    expect(run('--list').stdout.trim().split('\n')).toHaveLength(storeCases.length)
  })

  it('shows the report also where its file cannot be written', () => {
    const { status, stdout } = run('good.mjs', '--only', 'store.commit.whole', '--json', 'no/such/folder/x.json')
    expect({ status, stdout }).toEqual({ status: 2, stdout: expect.stringMatching(/1 store cases: 1 passed/) })
  })

  it('refuses what it does not know', () => {
    expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('conformance.no-module') })
    expect(run('good.mjs', '--fast')).toMatchObject({ status: 2, stderr: expect.stringContaining("'--fast'") })
    const unknown = run('good.mjs', '--only', 'store.nothing')
    expect(unknown).toMatchObject({ status: 2, stderr: expect.stringContaining('conformance.no-case') })
    const late = run('good.mjs', '--timeout', 'soon')
    expect(late).toMatchObject({ status: 2, stderr: expect.stringContaining('conformance.bad-timeout') })
  })
})
