/** Any sequence of commands, by anybody, keeps what must always hold; on every store. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STORES } from '../desk/stores.ts'
import { dump } from '../desk/world.ts'
import { type Acknowledged, mustHold } from './invariants.ts'
import { anyProgram, inputOf, jittery, openDesk, openSite, RUNS, run, type Step } from './program.ts'

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
            const input = inputOf(site, step)
            const answer = await run(site, step, { commandId: `c${n}` }, input)
            if ('refused' in answer) expect(await dump(site.store, 'main')).toBe(before)
            await mustHold(site, acknowledged)
            if ('done' in answer && step.verb !== 'tick') await retried(site, { step, n, input, answer })
          }
        }),
      ),
      { numRuns: runs },
    )
  })

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
  })
})

/** I7, I8: the same command id again answers the same and changes nothing; so does a version that was overtaken. */
async function retried(
  site: Awaited<ReturnType<typeof openSite>>,
  { step, n, input, answer }: { step: Step; n: number; input: object; answer: { readonly done: object } },
): Promise<void> {
  const before = await dump(site.store, 'main')
  // What the numbers of a step name may be another by now: the input is the one of the first time.
  const again = await run(site, step, { commandId: `c${n}` }, input)
  // Who took the right from themselves by it is refused like anybody without it.
  const expected =
    'refused' in again && again.refused === 'access.forbidden' ? await run(site, step, {}, input) : answer
  expect(plain(again)).toEqual(plain(expected))
  await run(site, step, { ifVersion: 999 }, input)
  expect(await dump(site.store, 'main')).toBe(before)
}
