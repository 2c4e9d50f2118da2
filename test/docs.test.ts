/** Holds the documentation to its word: every example compiles and runs, every link inside the project leads somewhere. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import tsconfig from '../tsconfig.json' with { type: 'json' }
import { anchorsOf, blocksOf, linksOf } from './docs/read-page.ts'

const ROOT = join(import.meta.dirname, '..')
// One folder a run, since two runs may be under way in one checkout.
const CACHE = join(ROOT, `node_modules/.cache/deskwright-docs-${process.pid}`)

const found = (folder: string, end: string) =>
  (existsSync(join(ROOT, folder)) ? readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }) : [])
    .filter((path) => path.endsWith(end))
    .map((path) => [folder, ...path.split(sep)].join('/'))
const topLevel = readdirSync(ROOT).filter((path) => path.endsWith('.md'))
const pages = [
  ...topLevel,
  ...found('docs', '.md').filter((path) => !path.startsWith('docs/api/')),
  ...found('examples', '.md'),
]
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const blocks = [...pages, ...found('src', '.ts')].flatMap((path) =>
  blocksOf(read(path)).map((block) => {
    const file = `${path.replace(/\W+/g, '-')}-${block.line}.ts`
    return {
      ...block,
      title: `${path}:${block.line}`,
      file: join(CACHE, file),
      ran: join(CACHE, 'out', file.replace(/ts$/, 'js')),
    }
  }),
)

describe.runIf(blocks.length > 0)('an example', () => {
  let errors: ReadonlyMap<string, string>
  let work: string

  beforeAll(async () => {
    mkdirSync(CACHE, { recursive: true })
    // Line numbers in the compiler's messages are those of the page.
    for (const { file, line, code } of blocks) writeFileSync(file, `${'\n'.repeat(line - 1)}${code}\nexport {}\n`)
    errors = compileErrors()
    work = mkdtempSync(join(tmpdir(), 'deskwright-docs-'))
    process.chdir(work)
    await bundle(blocks.filter(({ noRun, file }) => noRun === null && !errors.has(file)).map(({ file }) => file))
  }, 120_000)

  afterAll(() => {
    process.chdir(ROOT)
    for (const folder of [CACHE, work]) rmSync(folder, { recursive: true, force: true })
  })

  it.each(blocks)('of $title compiles', ({ file }) => {
    expect(errors.get(file) ?? '').toBe('')
  })

  it.each(blocks.filter(({ noRun }) => noRun === null))('of $title runs', async ({ file, ran }) => {
    if (errors.has(file)) return expect.fail('it does not compile')
    process.chdir(mkdtempSync(join(work, 'here-')))
    await import(pathToFileURL(ran).href)
  })
})

describe.each(pages)('the links of %s', (page) => {
  const links = linksOf(read(page))

  it('lead to files and headings that there are', () => {
    expect(links.filter((link) => !leadsSomewhere(page, link))).toEqual([])
  })
})

describe('the reader of pages', () => {
  it('finds blocks with their lines, in pages and in comments', () => {
    const page =
      'Hello\n\n```ts\nconst a = 1\n  a\n```\n\n```sh\nls\n```\n- x\n  ```ts no-run: needs a server\n  b()\n  ```\n'
    expect(blocksOf(page)).toEqual([
      { line: 4, code: 'const a = 1\n  a\n', noRun: null },
      { line: 13, code: 'b()\n', noRun: 'needs a server' },
    ])
    const comment = '/**\n * Adds.\n * ```ts\n * add(1)\n *\n *   2\n * ```\n */\n'
    expect(blocksOf(comment)).toEqual([{ line: 4, code: 'add(1)\n\n  2\n', noRun: null }])
  })

  it('refuses a block that is not run for no reason', () => {
    expect(() => blocksOf('```ts no-run\na()\n```\n')).toThrow('then the reason')
    expect(() => blocksOf('```ts norun: x\na()\n```\n')).toThrow('then the reason')
  })

  it('finds links, but not in code or to other places', () => {
    const page =
      '[a](b.md#c) `[no](no.md)` ![p](i.svg "t") [w](https://example.org)\n```ts\n[no](no.md)\n```\n\n[r]: d.md\n'
    expect(linksOf(page)).toEqual(['b.md#c', 'i.svg', 'd.md'])
  })

  it('names headings as GitHub does', () => {
    const page = '# The `desk.tick(now)` call\n## Why, not?\n## Why, not?\n```sh\n# no\n```\n## A [link](x.md)\n'
    expect([...anchorsOf(page)]).toEqual(['the-deskticknow-call', 'why-not', 'why-not-1', 'a-link'])
  })
})

/** Compiles all blocks in one run; the messages for each file that has any. */
function compileErrors(): ReadonlyMap<string, string> {
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false }
  const project = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions,
    files: blocks.map(({ file }) => file),
    include: [],
  }
  writeFileSync(join(CACHE, 'tsconfig.json'), JSON.stringify(project))
  const compiler = join(ROOT, 'node_modules/typescript7/bin/tsc')
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', CACHE, '--pretty', 'false'], {
    cwd: CACHE,
    encoding: 'utf8',
  })
  const messages = new Map<string, string>()
  for (const line of stdout.split('\n').filter((line) => line.includes('error TS'))) {
    const name = basename(line.split('(')[0] ?? line)
    const file = blocks.find((block) => basename(block.file) === name)?.file
    if (file !== undefined) messages.set(file, [messages.get(file) ?? [], line].flat().join('\n'))
    // A message of the compiler about no file at all means that nothing was checked.
    if (!line.includes('): error')) throw new Error(line)
  }
  return messages
}

async function bundle(entryPoints: string[]): Promise<void> {
  const paths = Object.entries(tsconfig.compilerOptions.paths)
  await build({
    entryPoints,
    outdir: join(CACHE, 'out'),
    alias: Object.fromEntries(paths.map(([door, [source]]) => [door, join(ROOT, source ?? '')])),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  })
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(ROOT, target))) return target.startsWith(join('docs', 'api'))
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(read(target)).has(anchor)
}
