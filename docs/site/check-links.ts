/** Finds links of the site that lead nowhere: to a file that is not there, or to an anchor that its page does not have. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/** @returns one line for each link that leads nowhere, as `page -> link`. */
export function brokenLinks(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'))
  const pages = new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]))
  const ids = new Map([...pages].map(([file, html]) => [file, idsIn(html)]))
  return [...pages].flatMap(([file, html]) =>
    linksIn(html)
      .filter((link) => !leads(file, link, { folder, ids }))
      .map((link) => `${file} -> ${link}`),
  )
}

/** typedoc numbers a second heading also where the first is another one in lower case: such a link leads to the first. */
export function mendAnchors(folder: string, below: string): void {
  const files = readdirSync(join(folder, below), { encoding: 'utf8' }).filter((file) => file.endsWith('.html'))
  const ids = new Map(files.map((file) => [file, idsIn(readFileSync(join(folder, below, file), 'utf8'))]))
  for (const file of files) {
    const path = join(folder, below, file)
    const html = readFileSync(path, 'utf8').replace(
      /href="([^"#]*)#([^"]+)-\d+"/g,
      (link, page: string, anchor: string) => {
        const known = ids.get(page === '' ? file : page)
        return known?.has(link.slice(link.indexOf('#') + 1, -1)) || !known?.has(anchor)
          ? link
          : `href="${page}#${anchor}"`
      },
    )
    writeFileSync(path, html)
  }
}

function idsIn(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id))
}

/** Links within the site; those to elsewhere are not followed. */
function linksIn(html: string): readonly string[] {
  const links = [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link = '']) => link.replaceAll('&amp;', '&'))
  return [...new Set(links)].filter((link) => !/^(https?:|mailto:|data:)/.test(link))
}

interface Known {
  readonly folder: string
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>
}

function leads(from: string, link: string, { folder, ids }: Known): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? from : posix.join(posix.dirname(from), decodeURI(path))
  if (!existsSync(join(folder, target))) return false
  return anchor === undefined || ids.get(target)?.has(decodeURIComponent(anchor)) === true
}
