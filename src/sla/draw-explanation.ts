/** An explanation as people read it: lines of text with a running sum, and a small picture. */
import type { Explanation, Segment } from './explain.ts'

const HOUR = 3_600_000

/** A length as `1 h 30 min`, `45 s`, `0 min`; parts of a second are cut. */
export function saysLength(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000)
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const
  const said = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`)
  return `${ms < 0 && said.length > 0 ? '-' : ''}${said.join(' ') || '0 min'}`
}

/** Wall time in a zone, with its offset, so that the two readings of a repeated hour can be told apart. */
export function wallTime(timeZone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  })
  return (ms) => {
    const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]))
    const seconds = part.second === '00' ? '' : `:${part.second}`
    return `${part.weekday} ${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}${seconds} ${part.timeZoneName?.replace('GMT', 'UTC')}`
  }
}

const SAYS: Readonly<Record<Segment['kind'], string>> = {
  open: 'runs',
  closed: 'closed',
  paused: 'paused',
  stopped: 'stopped',
}

/** The explanation as text, one line a stretch, in the calendar's own zone. */
export function saysExplanation(explanation: Explanation): string {
  const { metric, cycle, policy, calendar, target, state, dueAt, segments, startedAt, timeZone } = explanation
  const wall = wallTime(timeZone)
  const lines = segments.map(({ kind, from, to, why, sum }) => {
    const length = kind === 'open' ? `+${saysLength(to - from)}` : ''
    return `  ${wall(from).padEnd(31)} ${SAYS[kind].padEnd(8)} ${why.padEnd(24)} ${length.padStart(16)} ${`= ${saysLength(sum)}`.padStart(18)}`.trimEnd()
  })
  return [
    `${metric}, cycle ${cycle}: ${state}. Target ${saysLength(target)} of ${calendar}, by policy ${policy}.`,
    `Started ${wall(startedAt)}.`,
    ...lines,
    dueAt === null ? 'Not due while it stands still.' : `Due ${wall(dueAt)}.`,
  ].join('\n')
}

const WIDTH = 760
const HEIGHT = 96
const FILL: Readonly<Record<Segment['kind'], string>> = {
  open: 'open',
  closed: 'closed',
  paused: 'paused',
  stopped: 'stopped',
}

/**
 * The explanation as a picture, SVG text that stands alone: a bar from start to end, each stretch in its colour, a mark
 * at the due instant. It follows the reader's light or dark setting, and reads its title and stretches to a screen reader.
 */
export function drawExplanation(explanation: Explanation): string {
  const { segments, dueAt, metric, timeZone, target } = explanation
  const wall = wallTime(timeZone)
  const from = segments[0]?.from ?? explanation.startedAt
  const to = Math.max(segments.at(-1)?.to ?? from, from + HOUR)
  const x = (ms: number) => Math.round((20 + ((ms - from) / (to - from)) * (WIDTH - 40)) * 10) / 10
  const bars = segments.map((segment) => {
    const title = escaped(
      `${wall(segment.from)}: ${SAYS[segment.kind]}, ${segment.why}, sum ${saysLength(segment.sum)}`,
    )
    return `<rect class="${FILL[segment.kind]}" x="${x(segment.from)}" y="34" width="${Math.max(0.5, x(segment.to) - x(segment.from))}" height="22"><title>${title}</title></rect>`
  })
  const due =
    dueAt === null || dueAt < from || dueAt > to
      ? ''
      : `<path class="due" d="M${x(dueAt)} 26v38"/><text class="due-text" x="${Math.min(x(dueAt), WIDTH - 20)}" y="80" text-anchor="end">due ${escaped(wall(dueAt))}</text>`
  const title = escaped(`${metric}: target ${saysLength(target)}, ${explanation.state}`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">`,
    '<style>text{font:12px system-ui,sans-serif;fill:#222}.open{fill:#2b7a4b}.closed{fill:#d7dde3}.paused{fill:#d9a441}.stopped{fill:#9aa3ad}.due{stroke:#b3261e;stroke-width:2}.due-text{fill:#b3261e}',
    '@media (prefers-color-scheme:dark){text{fill:#eee}.closed{fill:#3a424b}.due{stroke:#ff8a80}.due-text{fill:#ff8a80}}</style>',
    `<text x="20" y="20">${title}</text>`,
    ...bars,
    due,
    '</svg>',
  ].join('\n')
}

/** Text as SVG may hold it. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] as string)
}
