/** Lines over periods as SVG that stands in a page: told apart by dash and mark as well as by colour, and read out by screen readers. */

export interface Line {
  readonly name: string
  /** One for each label; `null`: there is none, and the line is interrupted. */
  readonly values: readonly (number | null)[]
}

export interface Chart {
  /** Unique in the page. */
  readonly id: string
  readonly title: string
  /** What it shows, for those who do not see it. */
  readonly says: string
  readonly labels: readonly string[]
  readonly lines: readonly Line[]
  /** Where the first line lies with some confidence, for each label. */
  readonly band?: readonly (readonly [low: number, high: number] | null)[]
  readonly format: (value: number) => string
  /** What the axis may end at; a quarter of each is said beside it. Absent: round numbers. */
  readonly tops?: readonly number[]
}

const [WIDTH, HEIGHT] = [720, 260]
const [LEFT, RIGHT, TOP, BOTTOM] = [92, 34, 14, 52]

/** How many lines a chart may have and still be read. */
export const MOST_LINES = 5

/** Escapes text for HTML and SVG, in elements and in attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

export function drawChart(chart: Chart): string {
  const { id, title, says, labels, lines, band = [], format, tops = [] } = chart
  const numbers = [...lines.flatMap(({ values }) => values), ...band.flatMap((pair) => pair ?? [])]
  const greatest = Math.max(0, ...numbers.map((value) => value ?? 0))
  const top = tops.find((one) => one >= greatest) ?? niceTop(greatest)
  const x = (index: number) =>
    round(LEFT + (labels.length === 1 ? 0.5 : index / (labels.length - 1)) * (WIDTH - LEFT - RIGHT))
  const y = (value: number) => round(TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM))
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(share * top)
    return `<path class="grid" d="M${LEFT} ${at}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${at + 4}" text-anchor="end">${escaped(format(share * top))}</text>`
  })
  const every = Math.ceil(labels.length / 8)
  const below = labels.flatMap((label, index) =>
    index % every === 0
      ? [`<text x="${x(index)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${escaped(label)}</text>`]
      : [],
  )
  const drawn = lines.map((line, n) => drawLine({ line, n, labels, x, y, format }))
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-t ${id}-d">`,
    `<title id="${id}-t">${escaped(title)}</title><desc id="${id}-d">${escaped(says)}</desc>`,
    ...grid,
    ...below,
    ...drawBand(band, x, y),
    ...drawn,
    legend(lines),
    '</svg>',
  ].join('\n')
}

/** A round number at or above the greatest value. */
function niceTop(greatest: number): number {
  if (greatest <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(greatest))
  return [1, 2, 4, 5, 8, 10].map((step) => step * power).find((top) => top >= greatest) ?? 10 * power
}

const round = (value: number) => Math.round(value * 10) / 10

interface Drawing {
  readonly line: Line
  readonly n: number
  readonly labels: readonly string[]
  readonly x: (index: number) => number
  readonly y: (value: number) => number
  readonly format: (value: number) => string
}

function drawLine({ line, n, labels, x, y, format }: Drawing): string {
  const parts = line.values.map((value, index) => {
    if (value === null) return ''
    const before = line.values[index - 1] ?? null
    return `${before === null ? 'M' : 'L'}${x(index)} ${y(value)}`
  })
  const marks = line.values.flatMap((value, index) =>
    value === null
      ? []
      : [
          `<g><title>${escaped(`${line.name}, ${labels[index]}: ${format(value)}`)}</title>${mark(n, x(index), y(value))}</g>`,
        ],
  )
  return `<g class="line l${n}"><path d="${parts.join('')}"/>${marks.join('')}</g>`
}

/** A disc, a square, a triangle, a diamond, a ring. */
function mark(n: number, x: number, y: number): string {
  const shapes = [
    `<circle cx="${x}" cy="${y}" r="3.5"/>`,
    `<rect x="${round(x - 3.5)}" y="${round(y - 3.5)}" width="7" height="7"/>`,
    `<path d="M${x} ${round(y - 4.5)}l4.5 8h-9z"/>`,
    `<path d="M${x} ${round(y - 5)}l5 5l-5 5l-5-5z"/>`,
    `<circle class="ring" cx="${x}" cy="${y}" r="3.5"/>`,
  ]
  return (shapes[n] ?? shapes[0]) as string
}

function drawBand(band: NonNullable<Chart['band']>, x: Drawing['x'], y: Drawing['y']): string[] {
  return band.flatMap((pair, index) =>
    pair === null ? [] : [`<path class="band" d="M${x(index)} ${y(pair[0])}V${y(pair[1])}"/>`],
  )
}

function legend(lines: readonly Line[]): string {
  let at = LEFT
  return lines
    .map(({ name }, n) => {
      const shown = name.length > 24 ? `${name.slice(0, 23)}…` : name
      const own = `<g class="line l${n}"><path d="M${at} ${HEIGHT - 12}h24"/>${mark(n, at + 12, HEIGHT - 12)}</g><text x="${at + 30}" y="${HEIGHT - 8}">${escaped(shown)}</text>`
      at += 46 + shown.length * 7
      return own
    })
    .join('')
}
