/** Weighs what a host's bundle grows by, against the budget in size.json. */
import { join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import budgets from '../../size.json' with { type: 'json' }

const ROOT = join(import.meta.dirname, '../..')

interface Weight {
  /** What is loaded at the start. */
  readonly kb: number
  /** What is loaded when it is first needed. */
  readonly laterKb: number
}

/**
 * After esbuild's minifier and gzip -9: the doors from `dist`, the dependencies from where they are installed. The code
 * is split, as every bundler does for `import()`; what the entry imports at once counts, the rest is told beside it.
 */
async function weigh(code: string, without: readonly string[]): Promise<Weight> {
  const doors = Object.entries(packageJson.exports).flatMap(([door, target]) =>
    typeof target === 'string' ? [] : [[`deskwright${door.slice(1)}`, join(ROOT, target.default)]],
  )
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: ROOT },
    alias: Object.fromEntries(doors),
    bundle: true,
    splitting: true,
    metafile: true,
    outdir: 'out',
    absWorkingDir: ROOT,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    external: [...without],
    logLevel: 'silent',
  })
  const sizes = new Map(
    outputFiles.map(({ path, contents }) => [relative(ROOT, path), gzipSync(contents, { level: 9 }).length]),
  )
  const atStart = new Set<string>()
  const visit = (path: string) => {
    if (atStart.has(path)) return
    atStart.add(path)
    for (const { kind, path: next, external } of metafile.outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && !external) visit(next)
  }
  visit(Object.keys(metafile.outputs).find((path) => metafile.outputs[path]?.entryPoint === '<stdin>') ?? '')
  const sum = (paths: Iterable<string>) => [...paths].reduce((kb, path) => kb + (sizes.get(path) ?? 0) / 1000, 0)
  return { kb: sum(atStart), laterKb: sum([...sizes.keys()].filter((path) => !atStart.has(path))) }
}

it.each(budgets)('$name stays within $limitKb KB', async ({ name, code, without, limitKb }) => {
  const { kb, laterKb } = await weigh(code, without)
  const left = without.length > 0 ? `, without ${without.join(', ')}` : ''
  console.log(
    `${kb.toFixed(1).padStart(6)} KB of ${String(limitKb).padStart(3)} KB  ${name}${left}${laterKb > 0 ? `; ${laterKb.toFixed(1)} KB more when first needed` : ''}`,
  )
  expect(kb).toBeGreaterThan(1)
  expect(kb).toBeLessThanOrEqual(limitKb)
})
