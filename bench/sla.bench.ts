/**
 * How many questions of business time are answered in a second, ours and those of the npm peers, in one run.
 *
 * Monday to Friday 9–17 with a break 12–13 and ten holidays in America/New_York; random instants of 2026 as epoch
 * milliseconds. Peers are measured when `bench/node_modules` has them (`npm install --prefix bench`).
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { CalendarDefinition } from '../src/sla/sla.ts'
import { calendar } from '../src/sla/sla.ts'

const ZONE = 'America/New_York'
// Peers know no zones but the server's own.
process.env.TZ = ZONE

const HOUR = 3_600_000
const DAY = 24 * HOUR
const HOLIDAYS = ['01-01', '01-19', '02-16', '05-25', '06-19', '07-03', '09-07', '10-12', '11-26', '12-25'].map(
  (day) => `2026-${day}`,
)
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri'] as const
const AMOUNTS = [0.5, 4, 24, 160]

const definition: CalendarDefinition = {
  timeZone: ZONE,
  weekly: Object.fromEntries(WEEK.map((day) => [day, [['09:00', '17:00']]])),
  breaks: Object.fromEntries(WEEK.map((day) => [day, [['12:00', '13:00']]])),
  exceptions: HOLIDAYS.map((date) => ({ date, open: [] })),
}

/** One library: the two questions, on epoch milliseconds. */
interface Subject {
  readonly name: string
  readonly add: (t: number, hours: number) => number | null
  readonly between: (a: number, b: number) => number
}

/** The same numbers in each run (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = randomOf(2026)
const COUNT = 2 ** 16
const starts = Float64Array.from({ length: COUNT }, () => Math.floor(Date.UTC(2026, 0) + random() * 365 * DAY))
const ends = starts.map((start) => Math.floor(start + random() * 90 * DAY))

// ---------------------------------------------------------------- peers, by structure, as they may be absent

interface WorkingMoment {
  addWorkingTime(amount: number, unit: string): WorkingMoment
  workingDiff(other: WorkingMoment, unit: string): number
  valueOf(): number
}
interface BusinessDay {
  addBusinessMinutes(minutes: number): BusinessDay
  businessMinutesDiff(other: BusinessDay): number
  valueOf(): number
}
interface OpeningHours {
  getOpenDuration(from: Date, to: Date): [number, number]
  getIterator(at: Date): { getState(): boolean; advance(): boolean; getDate(): Date }
}

const load = createRequire(join(process.cwd(), 'bench', 'package.json'))

function peersOf(): readonly Subject[] {
  return [momentPeer, dayjsPeer, openingHoursPeer].flatMap((peer) => {
    try {
      return [peer()]
    } catch (error) {
      console.log(`left out: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
      return []
    }
  })
}

function momentPeer(): Subject {
  const moment = load('moment-business-time') as {
    (t: number): WorkingMoment
    updateLocale(name: string, options: unknown): void
  }
  const hours = ['09:00:00', '12:00:00', '13:00:00', '17:00:00']
  const workinghours = { 0: null, 1: hours, 2: hours, 3: hours, 4: hours, 5: hours, 6: null }
  moment.updateLocale('en', { workinghours, holidays: HOLIDAYS })
  return {
    name: 'moment-business-time',
    add: (t, amount) =>
      moment(t)
        .addWorkingTime(amount * 60, 'minutes')
        .valueOf(),
    between: (a, b) => moment(b).workingDiff(moment(a), 'milliseconds'),
  }
}

function dayjsPeer(): Subject {
  const dayjs = load('dayjs') as {
    (t: number): BusinessDay
    extend(plugin: unknown): void
    setHolidays(days: string[]): void
    setBusinessTime(week: unknown): void
  }
  dayjs.extend(load('dayjs-business-time'))
  const hours = [
    { start: '09:00:00', end: '12:00:00' },
    { start: '13:00:00', end: '17:00:00' },
  ]
  dayjs.setHolidays(HOLIDAYS)
  dayjs.setBusinessTime({
    sunday: null,
    monday: hours,
    tuesday: hours,
    wednesday: hours,
    thursday: hours,
    friday: hours,
    saturday: null,
  })
  return {
    name: 'dayjs-business-time',
    add: (t, amount) =>
      dayjs(t)
        .addBusinessMinutes(amount * 60)
        .valueOf(),
    between: (a, b) => dayjs(a).businessMinutesDiff(dayjs(b)) * 60_000,
  }
}

function openingHoursPeer(): Subject {
  const OpeningHoursOf = load('opening_hours') as new (value: string) => OpeningHours
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  const days = HOLIDAYS.map((date) => `2026 ${months[Number(date.slice(5, 7)) - 1]} ${date.slice(8)} off`)
  const hours = new OpeningHoursOf(`Mo-Fr 09:00-12:00,13:00-17:00; ${days.join('; ')}`)
  const add = (t: number, amount: number): number | null => {
    let left = amount * HOUR
    const walk = hours.getIterator(new Date(t))
    for (let at = t; ; ) {
      const isOpen = walk.getState()
      if (!walk.advance()) return null
      const next = walk.getDate().getTime()
      const length = isOpen ? next - at : 0
      if (isOpen && left <= length) return at + left
      left -= length
      at = next
    }
  }
  return { name: 'opening_hours', add, between: (a, b) => hours.getOpenDuration(new Date(a), new Date(b))[0] }
}

// ---------------------------------------------------------------- measuring

let sink = 0

/** Processor time so far: what other programs do on the machine does not count. */
function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Answers a second of processor time, the best of rounds of 0.2 s, of a function that gives `answers` a call. */
function bestOf(ask: () => void, answers: number, rounds: number): number {
  let best = 0
  for (let round = 0; round < rounds; round++) {
    let calls = 0
    const begin = processorMs()
    let spent = 0
    while (spent < 200) {
      ask()
      calls++
      spent = processorMs() - begin
    }
    best = Math.max(best, (calls * answers * 1000) / spent)
  }
  return best
}

/** Peers answer so slowly that 20 questions between two looks at the clock are enough. */
function rateOf(ask: (index: number) => number | null, rounds: number): number {
  let index = 0
  const some = () => {
    for (let i = 0; i < 20; i++) sink += ask(index++ & (COUNT - 1)) ?? 0
  }
  return bestOf(some, 20, rounds)
}

function columnsOf(subject: Subject): readonly ((index: number) => number | null)[] {
  const adds = AMOUNTS.map((hours) => (i: number) => subject.add(starts[i] ?? 0, hours))
  return [...adds, (i: number) => subject.between(starts[i] ?? 0, ends[i] ?? 0)]
}

/** Ours is asked in a loop of its own, in which nothing else has been seen: that is how a program would do it. */
function oursOf(rounds: number): readonly number[] {
  const { add, between } = calendar(definition)
  const loops = AMOUNTS.map((hours) => () => {
    const ms = hours * HOUR
    for (let i = 0; i < COUNT; i++) sink += add(starts[i] as number, ms) ?? 0
  })
  loops.push(() => {
    for (let i = 0; i < COUNT; i++) sink += between(starts[i] as number, ends[i] as number)
  })
  return loops.map((loop) => bestOf(loop, COUNT, rounds))
}

/** The share of a peer's answers that are ours, to the minute, over 400 questions a column. */
function agreement(peer: Subject): string {
  const desk = calendar(definition)
  const ours = columnsOf({ name: 'ours', add: (t, hours) => desk.add(t, hours * HOUR), between: desk.between })
  const theirs = columnsOf(peer)
  const shares = ours.map((ask, column) => {
    let same = 0
    for (let i = 0; i < 400; i++) if (Math.abs((ask(i) ?? 0) - (theirs[column]?.(i) ?? 0)) < 60_000) same++
    return `${(same / 4).toFixed(0)} %`
  })
  return shares.join('  ')
}

function firstAnswers(): string {
  // The Intl of the engine loads once a process; a new calendar does not pay for it again.
  new Intl.DateTimeFormat('en-US', { timeZone: 'Europe/Paris', hour: '2-digit' }).format(0)
  const zones = [
    'America/New_York',
    'Europe/Berlin',
    'Asia/Tokyo',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
    'Africa/Casablanca',
    'Asia/Kolkata',
  ]
  const times = zones.map((timeZone) => {
    const begin = processorMs()
    sink += calendar({ ...definition, timeZone }).add(Date.UTC(2026, 2, 2), 4 * HOUR) ?? 0
    return processorMs() - begin
  })
  return times.map((ms) => ms.toFixed(2)).join('  ')
}

/** Processor time of the move of a million open due instants to a calendar with one more holiday. */
function recompute(): string {
  const count = 1_000_000
  const old = calendar(definition)
  const created = Float64Array.from({ length: count }, (_, i) => starts[i & (COUNT - 1)] as number)
  const now = Date.UTC(2026, 5, 1)
  const spent = created.map((t) => old.between(t, now))
  const before = processorMs()
  const changed = calendar({
    ...definition,
    exceptions: [...(definition.exceptions ?? []), { date: '2026-06-05', open: [] }],
  })
  const due = new Float64Array(count)
  for (let i = 0; i < count; i++) due[i] = changed.add(now, 40 * HOUR - ((spent[i] as number) % (39 * HOUR))) ?? 0
  const used = processorMs() - before
  sink += due[count - 1] ?? 0
  return `${(used / 1000).toFixed(3)} s`
}

function memory(): string {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = () => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const make = (years: number) => {
    const desk = calendar(definition)
    for (let year = 0; year < years; year++) desk.isOpen(Date.UTC(2006 + year, 5))
    return desk
  }
  const kept = [make(40)]
  const measure = (years: number) => {
    const before = used()
    for (let i = 0; i < 50; i++) kept.push(make(years))
    return (used() - before) / 50
  }
  const one = measure(1)
  const forty = measure(40)
  return `${(one / 1024).toFixed(1)} KB with one year, ${((forty - one) / 39 / 1024).toFixed(1)} KB for each more (${kept.length} calendars)`
}

// ---------------------------------------------------------------- report

const HEAD = ['', ...AMOUNTS.map((hours) => `add ${hours} h`), 'between ≤90 d']
const row = (cells: readonly string[]) =>
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(24) : cell.padStart(14))).join(''))
const perSecond = (rate: number) => (rate >= 1e5 ? `${(rate / 1e6).toFixed(1)} M` : rate.toFixed(0))

console.log(
  `Node ${process.version}; answers a second of processor time, ${definition.timeZone}, random instants of 2026`,
)
console.log(`first answer of a new calendar, ms: ${firstAnswers()}`)
row(HEAD)
const before = oursOf(6)
const fastest = before.map(() => 0)
const peers = peersOf()
for (const peer of peers) {
  const rates = columnsOf(peer).map((ask) => rateOf(ask, 3))
  rates.forEach((rate, i) => {
    fastest[i] = Math.max(fastest[i] ?? 0, rate)
  })
  row([peer.name, ...rates.map(perSecond)])
  console.log(`  answers as ours: ${agreement(peer)}`)
}
// Ours is measured before and after the peers, so that a busy moment of the machine does not decide the ratio.
const ours = oursOf(6).map((rate, i) => Math.max(rate, before[i] ?? 0))
row(['deskwright/sla', ...ours.map(perSecond)])
if (peers.length > 0)
  row(['times the fastest peer', ...ours.map((rate, i) => `${Math.round(rate / (fastest[i] ?? 1))} x`)])
console.log(`a million due instants recomputed after a calendar change: ${recompute()} of processor time`)
console.log(`memory of a calendar: ${memory()}`)
if (Number.isNaN(sink)) console.log('an answer was no number')
