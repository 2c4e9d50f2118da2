/** Runs the surveys: `node scripts/run.mjs examples/survey.ts`. Exit code: 0 all is well, 1 something came otherwise. */

import { inkFor } from '../src/cli/ink.ts'
import { afterSolveSurvey } from './after-solve-survey/after-solve-survey.ts'

const print = (lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`)
process.exitCode = (await afterSolveSurvey({ ink: inkFor(process.stdout, process.env), print })) ? 0 : 1
