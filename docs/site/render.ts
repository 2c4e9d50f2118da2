/** Turns one page of Markdown into HTML: anchors on headings, links that lead within the site, code in colour. */
import { existsSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { Marked, type Tokens } from 'marked'
import type { HighlighterCore } from 'shiki/core'
import { anchoring } from './anchors.ts'
import type { Page } from './pages.ts'

/** A heading of a page. */
export interface Heading {
  readonly depth: number
  readonly text: string
  readonly anchor: string
}

export interface Rendered {
  readonly html: string
  readonly headings: readonly Heading[]
  /** Files beside the pages that it shows, from the root of the project. */
  readonly files: readonly string[]
}

/** What rendering knows of the site. */
export interface Site {
  readonly root: string
  readonly pages: ReadonlyMap<string, Page>
  readonly highlighter: HighlighterCore
}

export function render(page: Page, site: Site): Rendered {
  const anchor = anchoring()
  const headings: Heading[] = []
  const files: string[] = []
  const place = (href: string) => placeOf(page, href, site)
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth, text }) {
        const html = this.parser.parseInline(tokens)
        const id = anchor(text)
        headings.push({ depth, text: plain(html), anchor: id })
        return `<h${depth} id="${id}">${html} <a class="anchor" href="#${id}" aria-label="Link to this part">#</a></h${depth}>\n`
      },
      link({ href, tokens, title }) {
        const html = this.parser.parseInline(tokens)
        const target = place(href)
        if (target === null) return `<span class="file" title="A file of the repository">${html}</span>`
        return `<a href="${escaped(target)}"${title ? ` title="${escaped(title)}"` : ''}>${html}</a>`
      },
      image({ href, text }) {
        const source = posix.join(posix.dirname(page.source), href)
        files.push(source)
        return `<img src="${escaped(relative(page.path, source.replace(/^docs\//, '')))}" alt="${escaped(text)}">`
      },
      code({ text, lang }: Tokens.Code) {
        return highlighted(text, lang?.split(' ')[0] ?? '', site.highlighter)
      },
      table(token) {
        const row = (cells: readonly Tokens.TableCell[], tag: 'th' | 'td') =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`
        const body = token.rows.map((cells) => row(cells, 'td')).join('\n')
        return `<div class="table"><table><thead>${row(token.header, 'th')}</thead><tbody>${body}</tbody></table></div>\n`
      },
    },
  })
  return { html: marked.parse(page.markdown, { async: false }), headings, files }
}

/** Where a link leads from a page; `null`: to a file that the site does not have. */
function placeOf(page: Page, href: string, { pages, root }: Site): string | null {
  if (/^([a-z]+:|#)/.test(href) || href.endsWith('.json')) return href
  const [path = '', anchor] = href.split('#')
  const source = posix.normalize(posix.join(posix.dirname(page.source), path))
  const target = pages.get(source)
  if (target) return relative(page.path, target.path) + (anchor === undefined ? '' : `#${anchor}`)
  if (existsSync(join(root, source))) return null
  // As it stands: the check of links names it.
  return href
}

/** The page's own Markdown, its links leading to the Markdown of the others. */
export function markdownFor(page: Page, site: Site): string {
  return page.markdown.replace(/\]\(([^()\s]+)\)/g, (link, href: string) => {
    const place = placeOf(page, href, site)
    return place === null || place === href ? link : `](${place.replace(/\.html(#|$)/, '.md$1')})`
  })
}

/** The way from one file of the site to another. */
export function relative(from: string, to: string): string {
  return posix.relative(dirname(from), to)
}

function highlighted(text: string, lang: string, highlighter: HighlighterCore): string {
  const known = highlighter.getLoadedLanguages().includes(lang) ? lang : 'text'
  return `${highlighter.codeToHtml(text, { lang: known, themes: { light: 'github-light', dark: 'github-dark' }, defaultColor: false })}\n`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter)
}

/** The words of a piece of HTML. */
function plain(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(
      /&(amp|lt|gt|quot|#39);/g,
      (entity) => ({ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' })[entity] ?? "'",
    )
}
