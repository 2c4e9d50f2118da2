import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDesk } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { sqliteStore } from 'deskwright/sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { afternoon } from '../../examples/support-day/afternoon.ts'
import { figuresOf, ticketsOf } from '../../examples/support-day/figures.ts'
import { live, openShop } from '../../examples/support-day/live.ts'
import { midday } from '../../examples/support-day/midday.ts'
import { morning } from '../../examples/support-day/morning.ts'
import { supportDay } from '../../examples/support-day/support-day.ts'
import { NO_INK } from '../../src/cli/ink.ts'

const folder = mkdtempSync(join(tmpdir(), 'deskwright-day-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the support day', () => {
  const file = join(folder, 'day.db')
  const lines: string[] = []
  let ok = false
  beforeAll(async () => {
    ok = await supportDay({ file, ink: NO_INK, print: (more) => void lines.push(...more) })
  })
  const section = (title: string) => {
    const start = lines.findIndex((line) => line.startsWith(title))
    const rest = lines.slice(start + 1)
    return rest.slice(0, rest.indexOf(''))
  }

  it('ends with a journal that holds', () => {
    expect(ok).toBe(true)
    expect(section('The journal').join('\n')).toMatch(/desk\.verify\(\) is ok/)
  })

  it('fits into 100 columns, without colours', () => {
    expect(lines.filter((line) => line.length > 100 || line.includes('\u001b'))).toEqual([])
  })

  it('tells one ticket from its opening to its end', () => {
    const story = section('One ticket')
    expect(story[0]).toMatch(/08:02 .* opened #1 by email/)
    expect(story.at(-2)).toMatch(/16:06 {2}Piet de Wit +solved: open → solved/)
    expect(story.at(-1)).toMatch(/16:06 {2}Piet de Wit +resolution in time/)
    expect(story.some((line) => line.includes('reopened: solved → open'))).toBe(true)
  })

  it('prints no card number: the message that held it is wiped', () => {
    const text = lines.join('\n')
    expect(text).toContain('[redacted]')
    expect(text).not.toContain('4111')
  })

  it('shows what was refused, with code and sentence', () => {
    const refusals = section('What the desk refused').join('\n')
    for (const code of ['access.forbidden', 'ticket.unassigned', 'ticket.closed']) expect(refusals).toContain(code)
    expect(refusals).toContain('ticket.followUp')
  })

  it('lists every ticket that is not deleted, once', () => {
    const numbers = section('The desk in the evening')
      .slice(1)
      .map((line) => Number(line.trim().split(/\s+/)[0]))
    expect(numbers).toHaveLength(29)
    expect(new Set(numbers).size).toBe(29)
    expect(numbers).not.toContain(3)
  })

  it('says of each ticket what is due, what is late, and what waits', () => {
    const desk = section('The desk in the evening')
    const dueOf = (number: number) =>
      desk
        .find((line) => line.trim().startsWith(`${number} `))
        ?.split(/ {2,}/)
        .at(-1)
    expect([1, 7, 13, 28].map(dueOf)).toEqual(['–', 'waits', 'late', 'Tue 09:20'])
  })

  it('explains a due time over the night, to the sum that makes it due', () => {
    expect(section('Why is the first reply to #28 due')).toEqual([
      expect.stringContaining('promised in 2 h'),
      expect.any(String),
      expect.stringContaining('sum'),
      expect.stringMatching(/Mon 17:20 {2}Mon 18:00 {2}it runs +hours of shop +40 min$/),
      expect.stringMatching(/Mon 18:00 {2}Tue 08:00 {2}closed +outside the hours +40 min$/),
      expect.stringMatching(/Tue 08:00 {2}Tue 09:20 {2}it runs +hours of shop +2 h$/),
      '  Due Tue 09:20.',
    ])
  })

  it('counts the promises that were kept', () => {
    const figures = section('Figures').join('\n')
    for (const kept of ['first replies 18 of 23', 'later replies 3 of 3', 'solutions 18 of 18'])
      expect(figures).toContain(`${kept} in time`)
  })

  it('leaves a desk in the file that another process can open', async () => {
    const desk = await createDesk({ store: sqliteStore(file) })
    const me = desk.as({ by: { kind: 'system', id: 'test' } })
    expect(await me.ticket.count({})).toEqual([{ group: [], count: 30 }])
    await desk.close()
  })
})

describe('the day’s figures', () => {
  it('are those of its tickets', async () => {
    const shop = await openShop(memoryStore())
    await live(shop, [...morning, ...midday, ...afternoon])
    const me = shop.desk.as({ by: { kind: 'system', id: 'test' } })
    const tickets = await ticketsOf(me)
    const figures = await figuresOf(me, tickets)
    const total = (tallies: readonly { count: number }[]) => tallies.reduce((sum, { count }) => sum + count, 0)
    for (const tallies of [figures.byStatus, figures.byPriority, figures.byChannel])
      expect(total(tallies)).toBe(tickets.length)
    expect(figures).toMatchObject({ solved: 17, reopened: 1, followUps: 1, deleted: 1, firstReplyMedian: 510_000 })
    await shop.desk.close()
  })

  it('count as broken what the clocks made anew call late', async () => {
    const shop = await openShop(memoryStore())
    await live(shop, [...morning, ...midday, ...afternoon])
    shop.clock.set('2026-03-02T18:00:00Z')
    await shop.desk.tick()
    const me = shop.desk.as({ by: { kind: 'system', id: 'test' } })
    const { attained } = await figuresOf(me, await ticketsOf(me))
    const { rows } = await me.sla.simulate({})
    const sum = (list: readonly { met: number; breached: number }[]) =>
      list.reduce((all, { met, breached }) => [all[0]! + met, all[1]! + breached], [0, 0])
    expect(sum(attained)).toEqual(sum(rows.map((row) => row.actual)))
    expect((await me.sla.rebuild({})).differences).toEqual([])
    await shop.desk.close()
  })

  it('wake a snoozed ticket at its own time, whenever the next thing happens', async () => {
    const shop = await openShop(memoryStore())
    await live(shop, [...morning, ...midday, ...afternoon])
    const me = shop.desk.as({ by: { kind: 'system', id: 'test' } })
    const { entries } = await me.ticket.timeline({ ticketId: shop.tickets.get('refund')! })
    const woken = entries.find(({ event }) => event.name === 'ticket.woken')
    expect(woken?.at).toBe('2026-03-02T14:00:00.000Z')
    await shop.desk.close()
  })

  it('come from a script whose every refusal is expected', async () => {
    const shop = await openShop(memoryStore())
    const surprising = morning.map((step) => (step.refused ? { ...step, refused: 'ticket.closed' } : step))
    await expect(live(shop, surprising)).rejects.toMatchObject({ code: 'access.forbidden' })
    await shop.desk.close()
  })
})
