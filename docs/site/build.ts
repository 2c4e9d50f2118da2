/** Builds the site of the documentation: `npm run docs`. It fails when a link leads nowhere. */
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createHighlighterCore } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'
import { brokenLinks, mendAnchors } from './check-links.ts'
import { httpReference } from './http-reference.ts'
import { layout } from './layout.ts'
import { llmsFullText, llmsText } from './llms.ts'
import { pagesOf } from './pages.ts'
import { type Heading, markdownFor, render } from './render.ts'

const ROOT = process.cwd()
const OUT = join(ROOT, 'site')

const reference = await httpReference()
const pages = pagesOf(ROOT, { routes: reference.markdown })
const highlighter = await createHighlighterCore({
  langs: [
    import('shiki/langs/typescript.mjs'),
    import('shiki/langs/json.mjs'),
    import('shiki/langs/shellscript.mjs'),
    import('shiki/langs/sql.mjs'),
    import('shiki/langs/http.mjs'),
  ],
  themes: [import('shiki/themes/github-light.mjs'), import('shiki/themes/github-dark.mjs')],
  engine: createJavaScriptRegexEngine(),
})
const site = { root: ROOT, pages: new Map(pages.map((page) => [page.source, page])), highlighter }

/** Heading, page, path, weight: what the search goes through. */
const found: (readonly [string, string, string, number])[] = []

function write(path: string, content: string): void {
  const file = join(OUT, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

rmSync(OUT, { recursive: true, force: true })
for (const page of pages) {
  const { html, headings, files } = render(page, site)
  write(page.path, layout({ page, html, headings, pages }))
  write(page.path.replace(/html$/, 'md'), markdownFor(page, site))
  const weight = page.section === 'Reference' ? 1 : 3
  const entry = ({ depth, text, anchor }: Heading) =>
    [text, page.title, depth === 1 ? page.path : `${page.path}#${anchor}`, depth === 1 ? weight + 1 : weight] as const
  // Of the reference the names that a door exports, not each of their parts.
  const isNamed = ({ depth }: Heading) => depth <= 3 || page.section !== 'Reference'
  found.push(...headings.filter(isNamed).map(entry))
  for (const file of files) {
    const target = join(OUT, file.replace(/^docs\//, ''))
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(join(ROOT, file), target)
  }
}
write('api/openapi.json', reference.json)
write('search.json', JSON.stringify(found))
write('llms.txt', llmsText(pages))
write('llms-full.txt', llmsFullText(pages))
for (const name of ['site.css', 'search.js']) cpSync(join(ROOT, 'docs/site', name), join(OUT, name))

mendAnchors(OUT, 'api')
const broken = brokenLinks(OUT)
if (broken.length > 0) {
  process.stderr.write(`${broken.length} links lead nowhere:\n${broken.join('\n')}\n`)
  process.exit(1)
}
process.stdout.write(`${pages.length} pages in ${OUT}; every link leads somewhere.\n`)
