/** Runs a TypeScript file of this project from its sources: `node scripts/run.mjs examples/start.ts [arguments]`. */
import { mkdirSync, renameSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const [entry, ...rest] = process.argv.slice(2)
if (entry === undefined) {
  process.stderr.write('Name the file to run: node scripts/run.mjs examples/start.ts [arguments]\n')
  process.exit(2)
}

const folder = join(ROOT, 'node_modules', '.cache', 'deskwright')
const name = relative(ROOT, resolve(entry)).replaceAll(/[^\w.-]+/g, '_')
const built = join(folder, `${name}.${process.pid}.mjs`)
const bundle = join(folder, `${name}.mjs`)
mkdirSync(folder, { recursive: true })
await build({
  entryPoints: [entry],
  outfile: built,
  // `deskwright/…` is the source that tsconfig.json names; every other package stays where it is installed.
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
})
// By renaming: of two runs at once, neither reads half of what the other writes.
renameSync(built, bundle)
process.setSourceMapsEnabled(true)
process.argv.splice(1, process.argv.length, bundle, ...rest)
await import(pathToFileURL(bundle).href)
