/** Tenants do not touch each other, and commands about different records may come in any order. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STORES } from '../desk/stores.ts'
import { dump } from '../desk/world.ts'
import { anyProgram, openDesk, openSite, RUNS, run, type Site, type Step } from './program.ts'

/** A dump in which ids are named by the order in which they appear, and what hangs on their text is left out. */
function byShape(text: string): string {
  const names = new Map<string, string>()
  const name = (id: string) => {
    const known = names.get(id) ?? `${id.slice(0, 3)}#${names.size}`
    names.set(id, known)
    return known
  }
  return text
    .replace(/(?:tkt|msg|cus|org|agt|tea)_[0-9A-Z]{26}/g, name)
    .replace(/[0-9a-f]{64}/g, 'hash')
    .replace(/"position":\d+/g, '"position":0')
}

type Open = (typeof STORES)[number]['open']

/** Lets each tenant's program run, step by step in turn, in one store; the tenants' shapes afterwards. */
async function shapesOf(
  open: Open,
  programs: Readonly<Record<string, readonly Step[]>>,
): Promise<Record<string, string>> {
  const store = open()
  const opened = await openDesk(store)
  const sites: Site[] = []
  for (const tenant of Object.keys(programs)) sites.push(await openSite(store, opened, tenant))
  const length = Math.max(...Object.values(programs).map((steps) => steps.length))
  for (let n = 0; n < length; n++) {
    for (const site of sites) {
      const step = programs[site.tenant]?.[n]
      if (step && step.verb !== 'tick') await run(site, step)
    }
    // The clock is everybody's: it goes on by the same for all, with or without others.
    opened.clock.advance(17 * 60_000)
    await opened.desk.tick()
  }
  const shapes: Record<string, string> = {}
  for (const { tenant } of sites) shapes[tenant] = byShape(await dump(store, tenant))
  await store.close()
  return shapes
}

describe.each(STORES)('on $name', ({ name, open }) => {
  const runs = RUNS(name === 'memory' ? 25 : 8)
  const program = anyProgram(20)

  it('two tenants in one store are each as they would be alone', async () => {
    await fc.assert(
      fc.asyncProperty(program, program, async (a, b) => {
        const length = Math.max(a.length, b.length)
        const wait: Step = { verb: 'tick', by: 0, on: 0, with: 0 }
        const same = (steps: readonly Step[]) => [...steps, ...Array<Step>(length - steps.length).fill(wait)]
        const together = await shapesOf(open, { a: same(a), b: same(b) })
        expect(together.a).toBe((await shapesOf(open, { a: same(a) })).a)
        expect(together.b).toBe((await shapesOf(open, { b: same(b) })).b)
      }),
      { numRuns: runs },
    )
  })

  it('a tenant that works leaves the other byte for byte as it was', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (steps) => {
        const store = open()
        const opened = await openDesk(store)
        const still = await openSite(store, opened, 'still')
        const busy = await openSite(store, opened, 'busy')
        const before = await dump(store, still.tenant)
        for (const step of steps) if (step.verb !== 'tick') await run(busy, step)
        expect(await dump(store, still.tenant)).toBe(before)
        await store.close()
      }),
      { numRuns: runs },
    )
  })

  it('commands about two tickets leave the same, in whatever order they are dealt', async () => {
    const verbs = [
      'reply',
      'note',
      'assign',
      'change',
      'tag',
      'pend',
      'hold',
      'resume',
      'solve',
      'reopen',
      'close',
      'snooze',
    ]
    const step = fc.record({
      verb: fc.constantFrom(...verbs.map((verb) => `ticket.${verb}` as Step['verb'])),
      by: fc.nat({ max: 11 }),
      with: fc.nat({ max: 8 }),
    })
    const deal = fc.array(fc.boolean(), { minLength: 24, maxLength: 24 })
    const lists = fc.tuple(fc.array(step, { maxLength: 10 }), fc.array(step, { maxLength: 10 }))
    await fc.assert(
      fc.asyncProperty(lists, deal, async ([first, second], order) => {
        const play = async (turns: readonly boolean[]) => {
          const store = open()
          const site = await openSite(store, await openDesk(store))
          const rest = [first.map((one) => ({ ...one, on: 0 })), second.map((one) => ({ ...one, on: 1 }))] as const
          for (const turn of turns) {
            const list = rest[turn ? 1 : 0].length > 0 ? rest[turn ? 1 : 0] : rest[turn ? 0 : 1]
            const next = list.shift()
            if (next) await run({ ...site, tickets: site.tickets.slice(0, 2) }, next)
          }
          const shapes = await Promise.all(
            site.tickets.slice(0, 2).map(async (ticketId) => {
              const where = { field: 'ticketId', is: ticketId }
              const messages = await store.find('main', 'message', {
                where,
                order: [{ field: 'seq', direction: 'asc' }],
                limit: 100,
                after: null,
              })
              const [ticket] = await store.get('main', [{ kind: 'ticket', id: ticketId }])
              return byShape(JSON.stringify([ticket, messages]))
            }),
          )
          await store.close()
          return shapes
        }
        const inOrder = [...Array<boolean>(12).fill(false), ...Array<boolean>(12).fill(true)]
        expect(await play(order)).toEqual(await play(inOrder))
      }),
      { numRuns: runs },
    )
  })
})
