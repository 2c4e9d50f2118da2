/** Builds one file for each door of the package, ESM only, with what doors share in common chunks. */
import { defineConfig } from 'tsup'
import tsconfig from './tsconfig.json' with { type: 'json' }

/** `deskwright/sqlite` -> `sqlite`, `deskwright` -> `index`: tsconfig.json is the one place that names each door's source. */
const doors = Object.fromEntries(
  Object.entries(tsconfig.compilerOptions.paths).map(([door, [source]]) => [
    door.split('/')[1] ?? 'index',
    source ?? '',
  ]),
)

export default defineConfig({
  // The commands are no doors: nobody imports them.
  entry: { ...doors, conformance: 'src/cli/conformance.ts', deskwright: 'src/cli/deskwright.ts' },
  format: 'esm',
  target: ['es2022', 'node20'],
  // One copy of every module, whatever doors a host enters by: `instanceof DeskError` holds across them.
  splitting: true,
  sourcemap: true,
  clean: true,
  // `node:sqlite` exists under that name alone.
  removeNodeProtocol: false,
  // tsup hands TypeScript a `baseUrl`, which TypeScript 6 calls deprecated.
  dts: { entry: doors, compilerOptions: { ignoreDeprecations: '6.0' } },
})
