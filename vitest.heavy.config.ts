/** The suites that build, pack, kill or compare at length. Each has its own script: `npm run test:NAME` runs `test/heavy/NAME.test.ts`. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/heavy/**/*.test.ts'],
    pool: 'forks',
    // One at a time: they measure, and they use both cores themselves.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
    disableConsoleIntercept: true,
  },
})
