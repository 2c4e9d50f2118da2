/** The frame around every page: where one is, what else there is, and what is on this page. */
import type { Page } from './pages.ts'
import { escaped, type Heading, relative } from './render.ts'

interface Framed {
  readonly page: Page
  readonly html: string
  readonly headings: readonly Heading[]
  readonly pages: readonly Page[]
}

export function layout({ page, html, headings, pages }: Framed): string {
  const to = (path: string) => escaped(relative(page.path, path))
  const title = page.path === 'index.html' ? 'Deskwright' : `${page.title} · Deskwright`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${to('site.css')}">
<link rel="alternate" type="text/markdown" href="${to(page.path.replace(/html$/, 'md'))}">
<script type="module" src="${to('search.js')}"></script>
</head>
<body>
<a class="skip" href="#main">To the text</a>
<header>
<a class="home" href="${to('index.html')}">Deskwright</a>
<div class="search" data-root="${escaped(relative(page.path, 'index.html').replace(/index\.html$/, ''))}">
<input type="search" placeholder="Search  /" aria-label="Search" autocomplete="off" hidden>
<ul hidden></ul>
</div>
</header>
<div class="frame">
<details class="menu"><summary>All pages</summary>
${navigation(page, pages, to)}
</details>
<nav class="side" aria-label="All pages">
${navigation(page, pages, to)}
</nav>
<main id="main">
${html}
${around(page, pages, to)}
</main>
${contents(headings)}
</div>
</body>
</html>
`
}

type To = (path: string) => string

function navigation(page: Page, pages: readonly Page[], to: To): string {
  const sections = [...new Set(pages.map(({ section }) => section))]
  return sections
    .map((section) => {
      const items = pages
        .filter((other) => other.section === section)
        .map((other) => {
          const current = other === page ? ' aria-current="page"' : ''
          return `<li><a href="${to(other.path)}"${current}>${escaped(nameOf(other))}</a></li>`
        })
      return `<h2>${section}</h2>\n<ul>${items.join('\n')}</ul>`
    })
    .join('\n')
}

/** Short enough for a list at the side. */
function nameOf({ title, path }: Page): string {
  if (path === 'index.html') return 'Overview'
  return title.length <= 34 ? title : (title.split(/[:,]/)[0] ?? title)
}

function around(page: Page, pages: readonly Page[], to: To): string {
  const at = pages.indexOf(page)
  const [before, after] = [pages[at - 1], pages[at + 1]]
  const links = [
    before ? `<a rel="prev" href="${to(before.path)}">← ${escaped(nameOf(before))}</a>` : '<span></span>',
    after ? `<a rel="next" href="${to(after.path)}">${escaped(nameOf(after))} →</a>` : '<span></span>',
  ]
  return `<nav class="around" aria-label="Before and after">${links.join('')}</nav>`
}

function contents(headings: readonly Heading[]): string {
  const shown = headings.filter(({ depth }) => depth === 2 || depth === 3)
  if (shown.length < 2) return '<aside></aside>'
  const items = shown.map(
    ({ depth, text, anchor }) => `<li class="depth-${depth}"><a href="#${anchor}">${escaped(text)}</a></li>`,
  )
  return `<aside><nav aria-label="On this page"><h2>On this page</h2><ul>${items.join('\n')}</ul></nav></aside>`
}
