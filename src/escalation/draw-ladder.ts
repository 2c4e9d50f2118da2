/** A ladder as people read it: a line of text for each step, and a picture in which it goes down by its own time. */
import { escaped, saysLength, wallTime } from '../sla/draw-explanation.ts'
import type { LadderEvent } from './ladder-words.ts'

/** One step of a dry run: told, or passed because there was nobody, or because the ticket did not meet its condition. */
export type Rung = Extract<LadderEvent, { name: 'told' | 'passed' }> & {
  /** The step's own name. */
  readonly named: string | null
}

/** How a ladder would go. Instants are epoch milliseconds. */
export interface LadderCourse {
  readonly policy: string
  readonly startedAt: number
  readonly rungs: readonly Rung[]
  /** When nobody else would be told; `null`: that instant never comes, since a calendar does not open again. */
  readonly exhaustedAt: number | null
}

interface Look {
  readonly timeZone: string
  readonly nameOf: (id: string) => string
}

/** The ladder as text, one line a step. */
export function saysLadder({ policy, startedAt, rungs, exhaustedAt }: LadderCourse, look: Look): string {
  const wall = wallTime(look.timeZone)
  const lines = rungs.map((rung) => {
    const when = `${wall(rung.at)}  +${saysLength(rung.at - startedAt)}`
    return `  ${when.padEnd(46)} ${saysPlace(rung).padEnd(22)} ${saysReached(rung, look)}`.trimEnd()
  })
  const end =
    exhaustedAt === null ? 'It stands there until somebody acts.' : `Nobody else is told after ${wall(exhaustedAt)}.`
  return [`${policy}, from ${wall(startedAt)}, if nobody answers:`, ...lines, end].join('\n')
}

function saysPlace({ loop, step, named }: Rung): string {
  return `${named ?? `step ${step}`}${loop > 1 ? `, time ${loop}` : ''}`
}

function saysReached(rung: Rung, { nameOf }: Look): string {
  if (rung.name === 'passed')
    return rung.why === 'condition' ? 'passed: not asked for' : `passed: nobody (${rung.missing.join(', ')})`
  const people = rung.people.map(({ person, via }) =>
    via === `agent ${person}` ? nameOf(person) : `${nameOf(person)} (${via})`,
  )
  const others = [...rung.webhooks.map((name) => `webhook ${name}`), ...rung.commands.map(({ command }) => command)]
  const missing = rung.missing.length === 0 ? [] : [`nobody for ${rung.missing.join(', ')}`]
  return [...people, ...others, ...missing].join(', ')
}

const WIDTH = 760
const ROW = 44
const TOP = 56

/** The ladder as a picture, SVG text that stands alone. */
export function drawLadder(plain: LadderCourse, look: Look): string {
  const { policy, startedAt, rungs, exhaustedAt } = plain
  const wall = wallTime(look.timeZone)
  const height = TOP + rungs.length * ROW + 40
  const rows = rungs.map((rung, n) => {
    const y = TOP + n * ROW + 12
    const kind = rung.name === 'told' ? 'told' : 'passed'
    return [
      `<g><circle class="${kind}" cx="262" cy="${y}" r="7"/>`,
      `<text x="242" y="${y}" text-anchor="end">${escaped(wall(rung.at))}</text>`,
      `<text class="small" x="242" y="${y + 15}" text-anchor="end">+${saysLength(rung.at - startedAt)}</text>`,
      `<text class="strong" x="282" y="${y}">${escaped(saysPlace(rung))}</text>`,
      `<text x="282" y="${y + 15}">${escaped(cut(saysReached(rung, look)))}</text></g>`,
    ].join('')
  })
  const bottom = TOP + (rungs.length - 1) * ROW + 12
  const end =
    exhaustedAt === null ? 'It stands there until somebody acts.' : `${wall(exhaustedAt)}: nobody else is told`
  const title = escaped(`${policy}, if nobody answers`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">`,
    '<style>text{font:13px system-ui,sans-serif;fill:#222;dominant-baseline:middle}.strong{font-weight:600}.small{fill:#667}.rail{stroke:#c4cbd3;stroke-width:3}.told{fill:#2b7a4b}.passed{fill:#fff;stroke:#9aa3ad;stroke-width:2}',
    '@media (prefers-color-scheme:dark){text{fill:#eee}.small{fill:#a8b0ba}.rail{stroke:#4a535d}.passed{fill:#222}}</style>',
    `<text class="strong" x="20" y="24">${title}</text>`,
    `<path class="rail" d="M262 ${TOP + 12}V${bottom}"/>`,
    ...rows,
    `<text class="small" x="282" y="${height - 22}">${escaped(end)}</text>`,
    '</svg>',
  ].join('\n')
}

/** As much as a row has room for. */
function cut(text: string): string {
  return text.length <= 76 ? text : `${text.slice(0, 75)}…`
}
