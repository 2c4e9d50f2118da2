/** The fast suite, which needs no server and no build: what `npm test` runs. */
import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  // `deskwright/sqlite` in a test is the source that tsconfig.json names, not what was last built.
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/heavy/**'],
    // Native drivers share one address space among threads, and a crash there takes every test along: processes.
    pool: 'forks',
    // One a core: left alone, one core is kept free, which on two of them is half.
    maxWorkers: '100%',
    testTimeout: 10_000,
    // What a test prints is shown when it fails.
    silent: 'passed-only',
    coverage: { include: ['src/**'], reporter: ['text-summary', 'html'] },
  },
})
