/** Makes one plain file of a program in this folder, so that it can be run by any Node and killed without harm to the tests. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

// Below `node_modules`, so that the program still finds the drivers, which cannot be bundled.
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/deskwright')

/** A folder of this run alone, and how to remove it. */
export function programFolder(): { readonly folder: string; remove(): void } {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'heavy-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** @returns the path of the bundle. */
export async function bundleProgram(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, `${entry}.mjs`)
  await build({
    entryPoints: [join(import.meta.dirname, `${entry}.ts`)],
    outfile,
    bundle: true,
    // Drivers with a native part, and those whose statements a program watches.
    external: ['pg', 'mysql2'],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  })
  return outfile
}
