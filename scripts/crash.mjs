/** Runs the crash test on one engine: `npm run crash -- --engine sqlite|postgres|mariadb --kills 1000 --seed 42`. */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    kills: { type: 'string', default: '60' },
    seed: { type: 'string' },
  },
})
const ENGINES = ['sqlite', 'postgres', 'mariadb']
if (!ENGINES.includes(values.engine)) {
  process.stderr.write(`There is no engine ${values.engine}; name one of ${ENGINES.join(', ')}.\n`)
  process.exit(2)
}
const { status } = spawnSync('npx', ['vitest', 'run', '--config', 'vitest.heavy.config.ts', 'heavy/crash'], {
  stdio: 'inherit',
  env: { ...process.env, ENGINE: values.engine, KILLS: values.kills, ...(values.seed && { SEED: values.seed }) },
})
process.exit(status ?? 1)
