/** Runs the outage: `node scripts/run.mjs examples/outage.ts`. Exit code: 0 all is well, 1 the journal does not hold. */

import { inkFor } from '../src/cli/ink.ts'
import { outage } from './parent-child/outage.ts'

const print = (lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`)
process.exitCode = (await outage({ ink: inkFor(process.stdout, process.env), print })) ? 0 : 1
