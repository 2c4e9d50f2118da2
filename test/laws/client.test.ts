/** A desk and a client of it are one: the same commands give the same records, refusals and journal, step by step. */

import type { Acting, Desk } from 'deskwright'
import { createClient } from 'deskwright/client'
import { handler } from 'deskwright/http'
import { memoryStore } from 'deskwright/memory'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { authenticate, tokenOf } from '../adapters/http/served.ts'
import { dump } from '../desk/world.ts'
import { anyProgram, openDesk, openSite, RUNS, run, type Site, type Step } from './program.ts'

/** The desk as its clients have it: everything goes out as a request and comes back as text. */
function overHttp(desk: Desk): Desk {
  const handle = handler(desk, { authenticate })
  const as: Desk['as'] = (identity) =>
    createClient<Desk>({ url: 'http://desk.test', token: tokenOf(identity), fetch: handle, retries: 0 }) as Acting
  return { ...desk, as }
}

async function outcomeOf(steps: readonly Step[], through: (desk: Desk) => Desk) {
  const store = memoryStore()
  const opened = await openDesk(store)
  const site: Site = await openSite(store, { ...opened, desk: through(opened.desk) })
  const answers: unknown[] = []
  for (const [n, step] of steps.entries()) {
    answers.push(await run(site, step, { commandId: `c${n}` }))
    // A retry, and one at a version that the record may not have.
    if (n % 4 === 0) answers.push(await run(site, step, { commandId: `c${n}` }))
    if (n % 4 === 1) answers.push(await run(site, step, { commandId: `d${n}`, ifVersion: 2 }))
  }
  // Setting up took command ids that clients make by chance.
  const journal = (await dump(store, 'main')).replace(/\\?"commandId\\?":\\?"[0-9a-f]{32}\\?"/g, '"commandId":null')
  return {
    answers,
    journal: journal.replaceAll('\\"commandId\\":null', '"commandId":null').replace(/[0-9a-f]{64}/g, ''),
  }
}

it('a desk and its client give the same for any sequence of commands', async () => {
  await fc.assert(
    fc.asyncProperty(anyProgram(25), async (steps) => {
      const here = await outcomeOf(steps, (desk) => desk)
      const there = await outcomeOf(steps, overHttp)
      expect(there.answers).toEqual(JSON.parse(JSON.stringify(here.answers)))
      expect(there.journal).toBe(here.journal)
    }),
    { numRuns: RUNS(15) },
  )
})
