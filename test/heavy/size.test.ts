/** Weighs what a host's bundle grows by, against the budget in size.json. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import budgets from '../../size.json' with { type: 'json' }

const ROOT = join(import.meta.dirname, '../..')

/** Bytes after esbuild's minifier and gzip -9: the doors from `dist`, the dependencies from where they are installed. */
async function weigh(code: string, without: readonly string[]): Promise<number> {
  const doors = Object.entries(packageJson.exports).flatMap(([door, target]) =>
    typeof target === 'string' ? [] : [[`deskwright${door.slice(1)}`, join(ROOT, target.default)]],
  )
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: ROOT },
    alias: Object.fromEntries(doors),
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    external: [...without],
    logLevel: 'silent',
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
}

it.each(budgets)('$name stays within $limitKb KB', async ({ name, code, without, limitKb }) => {
  const kb = (await weigh(code, without)) / 1000
  const left = without.length > 0 ? `, without ${without.join(', ')}` : ''
  console.log(`${kb.toFixed(1).padStart(6)} KB of ${String(limitKb).padStart(3)} KB  ${name}${left}`)
  expect(kb).toBeLessThanOrEqual(limitKb)
})
