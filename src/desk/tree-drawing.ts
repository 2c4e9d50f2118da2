/** A tree as people look at it: lines of text, or a small picture that stands alone. */
import type { Tree, TreeNode } from './tree.ts'

/**
 * Draws a tree.
 *
 * @param form - `text`: one line a ticket, with the lines of a box. `svg`: the same as SVG text that stands alone, follows
 *   the reader's light or dark setting, and is read out by a screen reader line by line.
 */
export function drawTree(tree: Tree, form: 'text' | 'svg'): string {
  const rows = rowsOf(tree.root)
  return (form === 'text' ? textOf(tree, rows) : svgOf(tree, rows)).join('\n')
}

interface Row {
  readonly node: TreeNode
  readonly depth: number
  /** The lines of the box in front of it. */
  readonly branch: string
  /** The row of its parent; -1: it is the root. */
  readonly parent: number
}

function rowsOf(root: TreeNode): Row[] {
  const rows: Row[] = []
  const add = (node: TreeNode, row: Omit<Row, 'node'>, indent: string) => {
    const index = rows.push({ node, ...row }) - 1
    node.children.forEach((child, n) => {
      const isLast = n === node.children.length - 1
      const branch = `${indent}${isLast ? '└─ ' : '├─ '}`
      add(child, { depth: row.depth + 1, branch, parent: index }, `${indent}${isLast ? '   ' : '│  '}`)
    })
  }
  add(root, { depth: 0, branch: '', parent: -1 }, '')
  return rows
}

function textOf({ isCut }: Tree, rows: readonly Row[]): string[] {
  return [...rows.map(({ branch, node }) => `${branch}${saysNode(node)}`), ...(isCut ? ['… and more'] : [])]
}

/** `#12 It hums · open · P1 · 2 of 5 done · breached` */
function saysNode({ number, subject, status, priority, children, total, sla }: TreeNode): string {
  const { solved, closed } = total.byCategory
  const done = children.length === 0 ? [] : [`${solved + closed} of ${total.tickets} done`]
  const promise = sla === 'breached' || sla === 'due' ? [sla] : []
  return [`#${number} ${oneLine(subject)}`, status, priority, ...done, ...promise].join(' · ')
}

// A subject may come from anywhere; control characters would break the drawing.
function oneLine(text: string): string {
  const plain = [...text.replace(/\p{Cc}/gu, ' ')]
  return plain.length > 80 ? `${plain.slice(0, 79).join('')}…` : plain.join('')
}

const ROW = 28
const STEP = 28
const LETTER = 7.5
const LEFT = 24

function svgOf({ isCut }: Tree, rows: readonly Row[]): string[] {
  const width = Math.ceil(
    Math.max(...rows.map(({ depth, node }) => LEFT + depth * STEP + 24 + saysNode(node).length * LETTER)),
  )
  const height = rows.length * ROW + 16 + (isCut ? ROW : 0)
  const title = escaped(`Ticket ${saysNode((rows[0] as Row).node)}`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">`,
    '<style>text{font:13px system-ui,sans-serif;fill:#222}path{fill:none;stroke:#9aa3ad}.open{fill:#d9a441}.waits{fill:#9aa3ad}.done{fill:#2b7a4b}.late{stroke:#b3261e;stroke-width:3}',
    '@media (prefers-color-scheme:dark){text{fill:#eee}path{stroke:#6b747d}.done{fill:#58b37d}.late{stroke:#ff8a80}}</style>',
    ...rows.map((row, index) => drawRow(row, index)),
    ...(isCut ? [`<text x="${LEFT}" y="${rows.length * ROW + 26}">… and more</text>`] : []),
    '</svg>',
  ]
}

const CLASS = { new: 'open', open: 'open', pending: 'waits', hold: 'waits', solved: 'done', closed: 'done' } as const

function drawRow({ node, depth, parent }: Row, index: number): string {
  const x = LEFT + depth * STEP
  const y = yOf(index)
  const line = parent < 0 ? '' : `<path d="M${x - STEP} ${yOf(parent) + 8}V${y}H${x - 8}"/>`
  const late = node.sla === 'breached' ? ' late' : ''
  const says = escaped(saysNode(node))
  return `<g>${line}<circle class="${CLASS[node.category]}${late}" cx="${x}" cy="${y}" r="6"/><text x="${x + 14}" y="${y + 4}">${says}</text></g>`
}

function yOf(index: number): number {
  return 20 + index * ROW
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] as string)
}
