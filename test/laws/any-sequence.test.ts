/** Any sequence of commands, by anybody, keeps what must always hold; on every store. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STORES } from '../desk/stores.ts'
import { dump } from '../desk/world.ts'
import { type Acknowledged, mustHold } from './invariants.ts'
import { anyProgram, jittery, openDesk, openSite, RUNS, run, type Step } from './program.ts'

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown

async function playing(
  open: (typeof STORES)[number]['open'],
  play: (site: Awaited<ReturnType<typeof openSite>>) => Promise<void>,
) {
  const store = open()
  try {
    await play(await openSite(store, await openDesk(store)))
  } finally {
    await store.close()
  }
}

describe.each(STORES)('on $name', ({ name, open }) => {
  const runs = RUNS(name === 'memory' ? 40 : 10)

  it('the invariants hold after every step, a refusal changes nothing, and a retry answers as the first time', async () => {
    const program = anyProgram(30)
    await fc.assert(
      fc.asyncProperty(program, (steps) =>
        playing(open, async (site) => {
          const acknowledged: Acknowledged = new Map()
          for (const [n, step] of steps.entries()) {
            const before = await dump(site.store, 'main')
            const answer = await run(site, step, { commandId: `c${n}` })
            if ('refused' in answer) expect(await dump(site.store, 'main')).toBe(before)
            await mustHold(site, acknowledged)
            if ('done' in answer && step.verb !== 'tick') await retried(site, { step, n, answer })
          }
        }),
      ),
      { numRuns: runs },
    )
  }, 60_000)

  it('they hold after bursts of commands that run at the same time', async () => {
    const burst = anyProgram(12)
    const bursts = fc.array(burst, { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(bursts, fc.nat(), (all, seed) =>
        playing(
          () => jittery(open(), seed),
          async (site) => {
            const acknowledged: Acknowledged = new Map()
            for (const steps of all) {
              const answers = await Promise.all(steps.map((step) => run(site, step)))
              expect(answers.filter((answer) => 'refused' in answer && answer.refused === 'command.busy')).toEqual([])
              await mustHold(site, acknowledged)
            }
          },
        ),
      ),
      { numRuns: runs },
    )
  }, 60_000)
})

/** I7, I8: the same command id again answers the same and changes nothing; so does a version that was overtaken. */
async function retried(
  site: Awaited<ReturnType<typeof openSite>>,
  { step, n, answer }: { step: Step; n: number; answer: { readonly done: object } },
): Promise<void> {
  const before = await dump(site.store, 'main')
  const again = await run(site, step, { commandId: `c${n}` })
  // What the numbers of a step name may be another by now: then it is another content, and refused.
  if ('done' in again) expect(plain(again.done)).toEqual(plain(answer.done))
  else expect(again.refused).toBe('command.reused')
  await run(site, step, { ifVersion: 999 })
  expect(await dump(site.store, 'main')).toBe(before)
}
