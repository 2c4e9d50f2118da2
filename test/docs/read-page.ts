/** Reads what a test can hold a page of documentation to: its code blocks, its links, the places that links can point at. */
import { anchoring } from '../../docs/site/anchors.ts'

/** One fenced `ts` block. */
export interface Block {
  /** Line of the page on which the code starts, from 1. */
  readonly line: number
  readonly code: string
  /** What stands behind `no-run`: why the block is compiled only. `null`: it is run as well. */
  readonly noRun: string | null
}

const FENCE = /^([ \t]*)(?:\* )?```ts\b(.*)\n([\s\S]*?)^[ \t]*(?:\* )?```/gm

/**
 * The `ts` blocks of a Markdown page, or of the comments of a source file.
 *
 * @throws Error for a `no-run` without a reason, and for any other word behind `ts`.
 */
export function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(FENCE)].map((match) => {
    const [, indent = '', info = '', body = ''] = match
    const line = text.slice(0, match.index).split('\n').length + 1
    const code = body.replace(new RegExp(`^${indent}(\\* ?)?`, 'gm'), '')
    return { line, code, noRun: reasonIn(info.trim(), line) }
  })
}

function reasonIn(info: string, line: number): string | null {
  if (info === '') return null
  const reason = /^no-run\W+(\w.*)$/.exec(info)?.[1]
  if (reason === undefined) throw new Error(`line ${line}: write \`\`\`ts, or \`\`\`ts no-run and then the reason`)
  return reason
}

/** Where the relative links of a Markdown page lead, code left aside: `guide.md#first-steps`, `#here`, `../LICENSE`. */
export function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replace(/^[ \t]*(```|~~~)[\s\S]*?^[ \t]*\1/gm, '').replace(/`[^`\n]*`/g, '')
  const inline = [...prose.matchAll(/\]\(<?([^()\s>]+)>?(?:\s+"[^"]*")?\)/g)]
  const reference = [...prose.matchAll(/^\[[^\]]+\]:\s+<?(\S+?)>?$/gm)]
  const html = [...prose.matchAll(/\b(?:src|href)="([^"]+)"/g)]
  return [...inline, ...reference, ...html].map((match) => match[1] ?? '').filter((link) => !/^[a-z]+:/.test(link))
}

/** The anchors of a Markdown page's headings, as GitHub makes them. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const prose = markdown.replace(/^[ \t]*(```|~~~)[\s\S]*?^[ \t]*\1/gm, '')
  const anchor = anchoring()
  return new Set([...prose.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading = '']) => anchor(heading)))
}
