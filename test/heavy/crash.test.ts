/** Kills processes while they write to one SQLite file, and shows that what was acknowledged is there, whole, once. */
import { seededRandom } from 'deskwright/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleProgram, programFolder } from './bundle.ts'
import type { BrokenWay } from './crash-broken.ts'
import type { Finding } from './crash-check.ts'
import { STEPS, type Step } from './crash-desk.ts'
import type { Death } from './crash-process.ts'
import {
  drain,
  type Figures,
  killOnce,
  removeSeries,
  type Series,
  startSeries,
  withDesk,
  workTogether,
} from './crash-series.ts'
import { readRows } from './crash-snapshot.ts'

const KILLS = Number(process.env.KILLS ?? 60)
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000)
const KILLS_PER_FILE = 10

const { folder, remove } = programFolder()
const started: Series[] = []
let program: string

function newSeries(broken: BrokenWay | null = null): Series {
  const series = startSeries(program, broken)
  started.push(series)
  return series
}

beforeAll(async () => {
  console.log(`crash: seed ${SEED}; to repeat: SEED=${SEED} KILLS=${KILLS} npm run test:crash`)
  program = await bundleProgram('crash-worker', folder)
})
afterAll(() => {
  started.forEach(removeSeries)
  remove()
})

/** How often a step can be passed before the kill; else 40. */
const OFTEN: Partial<Record<Step, number>> = { 'statement run': 600, 'numbers reserved': 4, 'timers claimed': 3 }

/** The nth kill: at each step in turn, and as often by the clock, from before the file is there to the middle of the work. */
function deathOf(n: number, pick: (below: number) => number): Death {
  if (n % 4 === 0) return { since: 'start', afterMs: 100 + pick(500) }
  if (n % 4 === 2) return { since: 'opening', afterMs: pick(1000) }
  const step = STEPS[((n - 1) / 2) % STEPS.length] as Step
  return { step, nth: 1 + pick(OFTEN[step] ?? 40) }
}

describe('a desk on one SQLite file', () => {
  const total: Figures = { kills: 0, acknowledged: 0, retried: 0, undone: 0, unheard: 0 }
  const found: Finding[] = []

  for (let first = 0; first < KILLS; first += KILLS_PER_FILE) {
    const end = Math.min(first + KILLS_PER_FILE, KILLS)
    it(`keeps what it acknowledged, once and whole, through kills ${first + 1} to ${end}`, async () => {
      const random = seededRandom(SEED + first)
      const pick = (below: number) => Math.floor(random.next() * below)
      const series = newSeries()
      const findings: Finding[] = []
      for (let n = first; n < end; n++) {
        const beside = n % 3 === 2 ? 'survivor' : 'nobody'
        findings.push(...(await killOnce(series, { seed: pick(2 ** 31), death: deathOf(n, pick), beside })))
      }
      findings.push(...(await drain(series)))
      for (const key of Object.keys(total) as (keyof Figures)[]) total[key] += series.figures[key]
      found.push(...findings)
      expect(findings).toEqual([])
    })
  }

  it.runIf(KILLS >= 2 * STEPS.length)('is killed before commits, and after commits that nobody heard of', () => {
    expect(total.acknowledged).toBeGreaterThan(KILLS)
    expect(total.undone).toBeGreaterThan(0)
    expect(total.unheard).toBeGreaterThan(0)
  })

  afterAll(() => {
    const { kills, acknowledged, retried, undone, unheard } = total
    const [doubled, lost] = ['doubled', 'lost'].map((one) => found.filter(({ kind }) => kind === one).length)
    console.log(
      `crash: ${kills} kills, ${acknowledged} commands acknowledged, ${retried} retried ` +
        `(${undone} not done before, ${unheard} done and unheard), ${doubled} doubled, ${lost} lost`,
    )
  })

  it('loses no update while three processes write to it', async () => {
    const series = newSeries()
    expect(await workTogether(series, [SEED, SEED + 1, SEED + 2], 2000)).toEqual([])
    expect(await drain(series)).toEqual([])
    expect(series.figures.acknowledged).toBeGreaterThan(50)
  })

  it('rings a timer that a killed process held when its lease is over, and once', async () => {
    const series = newSeries()
    const death = { step: 'timers claimed', nth: 1 } as const
    expect(await killOnce(series, { seed: SEED, death, beside: 'nobody' })).toEqual([])
    const held = readRows(series.file).tasks.find(({ queue, leaseUntil }) => queue === 'timer' && leaseUntil !== null)
    const stands = () => readRows(series.file).tasks.some(({ key }) => key === held?.key)
    const leaseEnd = Date.parse(held?.leaseUntil ?? '')
    await withDesk(series, 0, async (desk) => {
      await desk.tick(leaseEnd - 1)
      expect(stands()).toBe(true)
      await desk.tick(leaseEnd)
      expect(stands()).toBe(false)
    })
    expect(await drain(series)).toEqual([])
  })
})

const BROKEN: readonly (readonly [BrokenWay, Death, Finding['kind']])[] = [
  ['commits in two transactions', { step: 'between two halves', nth: 20 }, 'half'],
  ['forgets command ids', { step: 'answer given', nth: 20 }, 'doubled'],
  ['answers before it commits', { step: 'answer written', nth: 20 }, 'lost'],
  ['forgets timers', { step: 'answer written', nth: 60 }, 'half'],
  ['settles deliveries when they are claimed', { step: 'delivery begun', nth: 20 }, 'lost'],
]

describe('a store that', () => {
  it.each(BROKEN)('%s is found out', async (way, death, kind) => {
    const series = newSeries(way)
    const kinds = (await killOnce(series, { seed: 1, death, beside: 'nobody' })).map((finding) => finding.kind)
    expect(new Set(kinds)).toContain(kind)
  })
})
