/** A report as one page that stands alone: each chart beside a table of the same numbers, in light and dark, without a script. */
import { type Chart, drawChart, escaped, type Line, MOST_LINES } from './chart.ts'
import { type FigureCells, figureCells } from './figure-cells.ts'
import { type MetricDefinition, type MetricName, reportMetrics } from './metric.ts'
import type { Figure, Report } from './report.ts'

export interface PageOptions {
  /** Absent: `Report`. */
  readonly title?: string | undefined
  /** The page’s language, a BCP 47 tag; its own words are English. */
  readonly language?: string | undefined
}

/** What each metric is called on a page. */
const NAMES: Readonly<Record<MetricName, string>> = {
  firstReply: 'First reply',
  nextReply: 'Next reply',
  firstResolution: 'First resolution',
  fullResolution: 'Full resolution',
  requesterWait: 'Requester’s wait',
  agentWait: 'Wait for the requester',
  onHold: 'On hold',
  firstContactResolution: 'First contact resolution',
  oneTouch: 'One-touch',
  reopenRate: 'Reopened',
  resolutionRate: 'Solved by opened',
  created: 'Opened',
  solved: 'Solved',
  reopened: 'Reopened tickets',
  merged: 'Merged',
  unmerged: 'Unmerged',
  deleted: 'Deleted',
  restored: 'Restored',
  backlog: 'Backlog',
  csat: 'CSAT',
  goodBad: 'CSAT, good or bad',
  ces1: 'CES 1.0',
  ces2: 'CES 2.0',
  nps: 'NPS',
}

/** The report as HTML: one document, nothing loaded from anywhere. */
export function reportPage(report: Report, { title = 'Report', language = 'en' }: PageOptions = {}): string {
  const metrics = [...new Set(report.figures.map(({ metric }) => metric))]
  const [from, until] = [report.periods[0]?.from ?? '', report.periods.at(-1)?.until ?? '']
  const about = `${from.slice(0, 10)} until ${until.slice(0, 10)}, ${report.timeZone}. Lengths are of ${report.time === 'working' ? 'working time' : 'all time'}. Made ${report.asOf.slice(0, 16).replace('T', ' ')} UTC.`
  return `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escaped(title)}</h1><p>${escaped(about)}</p></header>
<main>
${metrics.map((metric) => sectionOf(report, metric)).join('\n')}
</main>
</body>
</html>
`
}

interface Row {
  readonly figure: Figure
  readonly cells: FigureCells
}

function sectionOf(report: Report, metric: MetricName): string {
  const definition: MetricDefinition = reportMetrics[metric]
  const rows = report.figures.flatMap((figure) =>
    figure.metric === metric ? [{ figure, cells: figureCells(figure) }] : [],
  )
  const format = formatOf(definition)
  return `<section aria-labelledby="h-${metric}">
<h2 id="h-${metric}">${escaped(NAMES[metric])}</h2>
<p>${escaped(definition.says)} <span class="source">${escaped(definition.source)}</span></p>
${
  rows.every(({ cells }) => cells.value === null || cells.n === 0)
    ? '<p>Nothing in this time.</p>'
    : chartOf(report, { metric, rows, format }) + tableOf(report, { metric, rows, format, definition })
}
</section>`
}

type Format = (value: number) => string

interface Shown {
  readonly metric: MetricName
  readonly rows: readonly Row[]
  readonly format: Format
}

function chartOf(report: Report, { metric, rows, format }: Shown): string {
  const labels = report.periods.map(({ name }) => name)
  const groups = [...new Set(rows.map(({ figure }) => figure.group))]
  if (report.by !== null && groups.length > MOST_LINES) return ''
  const at = new Map(rows.map((row) => [`${row.figure.period}\n${row.figure.group}`, row.cells]))
  const valuesOf = (group: string | null, part: 'value' | 'p90') =>
    labels.map((label) => at.get(`${label}\n${group}`)?.[part] ?? null)
  const isTime = rows[0]?.figure.kind === 'time'
  const lines: Line[] =
    report.by === null
      ? [
          { name: isTime ? 'Median' : NAMES[metric], values: valuesOf(null, 'value') },
          ...(isTime ? [{ name: '90th percentile', values: valuesOf(null, 'p90') }] : []),
        ]
      : groups.map((group) => ({ name: nameOf(report, group), values: valuesOf(group, 'value') }))
  const band =
    report.by === null
      ? labels.map((label) => {
          const { low = null, high = null } = at.get(`${label}\nnull`) ?? {}
          return low === null || high === null ? null : ([low, high] as const)
        })
      : []
  const chart: Chart = {
    ...{ id: `c-${metric}`, title: NAMES[metric], labels, lines, band, format },
    ...(isTime ? { tops: TIMES } : {}),
    says: saysOf(lines, labels, format),
  }
  return `<div class="chart" tabindex="0" role="group" aria-label="${escaped(`${NAMES[metric]}, chart`)}">${drawChart(chart)}</div>`
}

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]

/** Lengths of which a quarter is a length that people say, in seconds. */
const TIMES = [
  ...[4, 20, MINUTE, 4 * MINUTE, 20 * MINUTE, 40 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR],
  ...[1, 2, 4, 8, 20, 40, 80, 200, 400].map((days) => days * DAY),
]

/** The ends and the extremes of each line: the table has the rest. */
function saysOf(lines: readonly Line[], labels: readonly string[], format: Format): string {
  return lines
    .flatMap(({ name, values }) => {
      const known = values.flatMap((value, index) => (value === null ? [] : [{ value, label: labels[index] }]))
      const [first, last] = [known[0], known.at(-1)]
      if (first === undefined || last === undefined) return []
      const greatest = known.reduce((a, b) => (b.value > a.value ? b : a))
      return [
        `${name}: ${format(first.value)} in ${first.label}, ${format(last.value)} in ${last.label}, at most ${format(greatest.value)} in ${greatest.label}.`,
      ]
    })
    .join(' ')
}

function nameOf(report: Report, group: string | null): string {
  if (group === null) return 'none'
  return Object.hasOwn(report.names, group) ? (report.names[group] as string) : group
}

interface Column {
  readonly title: string
  readonly cell: (cells: FigureCells) => string
}

function tableOf(
  report: Report,
  { metric, rows, format, definition }: Shown & { definition: MetricDefinition },
): string {
  const columns = columnsOf(definition, format)
  const heads = ['Period', ...(report.by === null ? [] : [GROUP_NAMES[report.by]])].map(
    (title) => `<th scope="col" class="name">${escaped(title)}</th>`,
  )
  const body = rows.map(({ figure, cells }) => {
    const group = report.by === null ? '' : `<th scope="row">${escaped(nameOf(report, figure.group))}</th>`
    return `<tr><th scope="row">${escaped(figure.period)}</th>${group}${columns.map(({ cell }) => `<td>${escaped(cell(cells))}</td>`).join('')}</tr>`
  })
  const head = [...heads, ...columns.map(({ title }) => `<th scope="col">${escaped(title)}</th>`)]
  return `<div class="table" tabindex="0" role="group" aria-label="${escaped(`${NAMES[metric]}, table`)}"><table><caption>${escaped(NAMES[metric])}</caption><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`
}

const GROUP_NAMES: Readonly<Record<NonNullable<Report['by']>, string>> = {
  agent: 'Agent',
  team: 'Team',
  channel: 'Channel',
  tag: 'Tag',
  priority: 'Priority',
  segment: 'Segment',
  organisation: 'Organisation',
}

const count = (value: number | null) => (value === null ? '–' : String(value))

function columnsOf(definition: MetricDefinition, format: Format): Column[] {
  const said = (title: string, part: (cells: FigureCells) => number | null): Column => ({
    title,
    cell: (cells) => {
      const value = part(cells)
      return value === null ? '–' : format(value)
    },
  })
  const n: Column = { title: 'Number', cell: (cells) => count(cells.n) }
  const sure: Column = {
    title: '95 % interval',
    cell: ({ low, high }) => (low === null || high === null ? '–' : `${format(low)} to ${format(high)}`),
  }
  switch (definition.kind) {
    case 'time':
      return [
        n,
        said('Mean', ({ mean }) => mean),
        said('Median', ({ value }) => value),
        said('90th percentile', ({ p90 }) => p90),
      ]
    case 'share':
      return [n, { title: 'Met', cell: ({ met }) => count(met) }, said('Share', ({ value }) => value), sure]
    case 'score':
      return [n, said('Score', ({ value }) => value), sure]
    default:
      return [n]
  }
}

function formatOf({ unit }: MetricDefinition): Format {
  switch (unit) {
    case 'seconds':
      return saysSeconds
    case 'share':
      return (value) => `${(value * 100).toFixed(1).replace(/\.0$/, '')} %`
    default:
      return (value) => String(Math.round(value * 100) / 100)
  }
}

const UNITS = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [1, 's'],
] as const

/** The two largest units, as people say it; nothing is lost in the CSV. */
function saysSeconds(seconds: number): string {
  let rest = Math.round(seconds)
  const parts: string[] = []
  for (const [length, unit] of UNITS) {
    const whole = Math.floor(rest / length)
    if (whole === 0 && parts.length === 0) continue
    if (parts.length === 2) break
    if (whole > 0) parts.push(`${whole} ${unit}`)
    rest -= whole * length
    if (parts.length === 1 && whole === 0) break
  }
  return parts.join(' ') || '0 s'
}

const STYLE = `
:root{--ink:#1c2126;--faint:#5b6570;--paper:#fff;--panel:#f5f7f9;--rule:#d5dbe1;--l0:#0b5cad;--l1:#a3440c;--l2:#1d6b3c;--l3:#7a2e8f;--l4:#5a5f00}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecf0;--faint:#a7b1bb;--paper:#14181c;--panel:#1d2329;--rule:#39424b;--l0:#7db8f5;--l1:#f2a36b;--l2:#74cf97;--l3:#d59be6;--l4:#d5d96b}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
header,main{max-width:1180px;margin:0 auto;padding:20px 24px}
header{padding-bottom:0}
h1{margin:0;font-size:1.75rem;line-height:1.2}
header p{margin:.4rem 0 0;color:var(--faint)}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:20px;align-items:start}
section{min-width:0;background:var(--panel);border:1px solid var(--rule);border-radius:10px;padding:16px 18px}
h2{margin:0;font-size:1.15rem}
section p{margin:.25rem 0 .75rem;color:var(--faint);font-size:.9rem}
.source::before{content:"Source: "}
.chart,.table{overflow-x:auto}
.table{margin-top:10px;max-height:320px;overflow-y:auto}
.chart:focus-visible,.table:focus-visible{outline:3px solid var(--l0);outline-offset:2px}
svg{display:block;width:100%;min-width:460px;height:auto}
svg text{font:13px system-ui,sans-serif;fill:var(--faint)}
.grid{stroke:var(--rule);stroke-width:1}
.band{stroke:var(--l0);stroke-width:9;opacity:.28}
.line>path{fill:none;stroke-width:2.2}
${[0, 1, 2, 3, 4].map((n) => `.l${n}>path{stroke:var(--l${n})}.l${n}>circle,.l${n}>rect,.l${n}>path+path,.l${n} g *{fill:var(--l${n})}`).join('\n')}
.l1>path:first-child{stroke-dasharray:7 4}.l2>path:first-child{stroke-dasharray:2 3}.l3>path:first-child{stroke-dasharray:10 3 2 3}.l4>path:first-child{stroke-dasharray:4 2}
.ring{fill:var(--panel)!important;stroke:var(--l4);stroke-width:2}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:5px 10px 5px 0;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th.name,th[scope=row]{text-align:left;font-weight:500}
thead th{position:sticky;top:0;background:var(--panel);color:var(--faint);font-weight:600}
@media print{section{break-inside:avoid}.table{max-height:none}}
`
