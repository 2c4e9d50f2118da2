/** Sends a ticket round the world: `node scripts/run.mjs examples/follow-the-sun.ts`. Exit code: 0 all is well, 1 the journal does not hold. */
import { inkFor } from '../src/cli/ink.ts'
import { followTheSun } from './follow-the-sun/follow-the-sun.ts'

const print = (lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`)
process.exitCode = (await followTheSun({ ink: inkFor(process.stdout, process.env), print })) ? 0 : 1
