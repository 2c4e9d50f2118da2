/** The same pages for machines that read: an index by llmstxt.org, and the guides in one file. */
import type { Page } from './pages.ts'

const SUMMARY =
  'Deskwright is a help desk as a TypeScript library: tickets, conversations, people, access, SLA clocks in business time and a hash-chained journal, on PostgreSQL, MariaDB, SQLite or in memory, headless and typed end to end.'

/** @see https://llmstxt.org */
export function llmsText(pages: readonly Page[]): string {
  const sections = [...new Set(pages.map(({ section }) => section))]
  const parts = sections.map((section) => {
    const lines = pages
      .filter((page) => page.section === section)
      .map((page) => `- [${page.title}](${page.path.replace(/html$/, 'md')})${aboutOf(page)}`)
    return `## ${section === 'Examples' ? 'Optional' : section}\n\n${lines.join('\n')}`
  })
  return `# Deskwright\n\n> ${SUMMARY}\n\n${parts.join('\n\n')}\n`
}

/** The first sentence below the title. */
function aboutOf({ markdown, section }: Page): string {
  if (section === 'Reference') return ''
  const first = markdown
    .split(/\n{2,}/)
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .find((part) => /^[\p{Lu}“[`]/u.test(part))
  const sentence = first && /^.*?[.:](?= |$)/.exec(first)?.[0].replace(/[:.]$/, '')
  return sentence ? `: ${sentence.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')}` : ''
}

/** Everything but the reference, which is long, and made of the types that an editor has anyway. */
export function llmsFullText(pages: readonly Page[]): string {
  return pages
    .filter(({ section }) => section !== 'Reference')
    .map(({ path, markdown }) => `<!-- ${path} -->\n\n${markdown.trim()}`)
    .join('\n\n')
    .concat('\n')
}
