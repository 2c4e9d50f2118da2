/** Which pages the site has, and in what order: everything that is written in Markdown, and the reference that is made. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import tsconfig from '../../tsconfig.json' with { type: 'json' }

/** One page of the site. */
export interface Page {
  /** The Markdown file, from the root of the project. */
  readonly source: string
  /** Where its HTML is, from the root of the site. */
  readonly path: string
  readonly title: string
  readonly section: string
  readonly markdown: string
}

/** Sections in their order, each with the pages that stand first; all others of the folder follow by name. */
const SECTIONS: readonly {
  readonly title: string
  readonly folder: string
  readonly first: readonly string[]
  /** Whether the folder has more that belongs here. */
  readonly more: 'all' | 'none'
}[] = [
  { title: 'Start', folder: '', first: ['README.md'], more: 'none' },
  { title: 'Start', folder: 'docs', first: ['getting-started.md', 'glossary.md'], more: 'none' },
  {
    title: 'Guides',
    folder: 'docs/guides',
    first: ['tickets.md', 'parent-child.md', 'merging.md', 'people.md', 'access.md', 'custom-fields.md', 'policies.md'],
    more: 'all',
  },
  { title: 'Recipes', folder: 'docs/recipes', first: ['README.md'], more: 'all' },
  {
    title: 'Behind it',
    folder: 'docs',
    first: ['promises.md', 'scale.md', 'refusals.md', 'architecture.md'],
    more: 'all',
  },
  { title: 'Examples', folder: 'examples', first: [], more: 'all' },
  { title: 'The project', folder: '', first: ['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'], more: 'none' },
]

/** All pages: what is written, and the reference that is made; one that several sections would have stands in the first. */
export function pagesOf(root: string, made: { readonly routes: string }): readonly Page[] {
  const pages = new Map<string, Page>()
  const add = (page: Page) => void (pages.has(page.source) || pages.set(page.source, page))
  for (const { title: section, folder, first, more } of SECTIONS)
    for (const file of [...first, ...(more === 'all' ? filesIn(join(root, folder)) : [])]) {
      const source = folder === '' ? file : `${folder}/${file}`
      if (source.startsWith('docs/api/')) continue
      const markdown = readFileSync(join(root, source), 'utf8')
      add({ source, path: pathOf(source), title: titleOf(markdown), section, markdown })
    }
  add({
    source: 'docs/api/http-routes.md',
    path: 'api/http-routes.html',
    title: 'Routes over HTTP',
    section: 'Reference',
    markdown: made.routes,
  })
  for (const page of doorsOf(root)) add(page)
  return [...pages.values()]
}

function filesIn(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.md')).sort()
}

/** What typedoc made of each door of the package, under the door's own name. */
function doorsOf(root: string): readonly Page[] {
  return Object.entries(tsconfig.compilerOptions.paths).map(([title, [file = '']]) => {
    const source = `docs/api/${file.replace(/^\.\/src\//, '').replace(/ts$/, 'md')}`
    const path = `api/${title.replace('/', '-')}.html`
    const markdown = readFileSync(join(root, source), 'utf8').replace(/^# .*$/m, `# ${title}`)
    return { source, path, title, section: 'Reference', markdown }
  })
}

/** `docs/guides/sla.md` -> `guides/sla.html`; a README is its folder's index. */
function pathOf(source: string): string {
  return source
    .replace(/^docs\//, '')
    .replace(/(^|\/)README\.md$/, '$1index.html')
    .replace(/\.md$/, '.html')
    .toLowerCase()
}

function titleOf(markdown: string): string {
  const heading = /^# (.+)$/m.exec(markdown)?.[1] ?? 'Without a title'
  return heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*\\]/g, '')
}
