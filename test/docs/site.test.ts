import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHighlighterCore } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'
import { afterAll, describe, expect, it } from 'vitest'
import { brokenLinks, mendAnchors } from '../../docs/site/check-links.ts'
import { httpReference } from '../../docs/site/http-reference.ts'
import { llmsFullText, llmsText } from '../../docs/site/llms.ts'
import type { Page } from '../../docs/site/pages.ts'
import { markdownFor, render } from '../../docs/site/render.ts'

const ROOT = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'deskwright-site-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const highlighter = await createHighlighterCore({
  langs: [import('shiki/langs/typescript.mjs')],
  themes: [import('shiki/themes/github-light.mjs'), import('shiki/themes/github-dark.mjs')],
  engine: createJavaScriptRegexEngine(),
})

function page(source: string, markdown: string): Page {
  const path = source.replace(/^docs\//, '').replace(/md$/, 'html')
  return { source, path, title: source, section: 'Guides', markdown }
}

function siteOf(...pages: readonly Page[]) {
  return { root: ROOT, pages: new Map(pages.map((one) => [one.source, one])), highlighter }
}

describe('a page of the site', () => {
  const sla = page('docs/guides/sla.md', '# SLA clocks\n\n## Why?\n')
  const links = page(
    'docs/start.md',
    '# Start\n\n[SLA](guides/sla.md#why) [law](../LICENSE) [lost](lost.md) [away](https://example.org)\n',
  )

  it('leads to pages of the site, names files of the repository, and leaves what it does not know to be found', () => {
    const { html } = render(links, siteOf(sla, links))
    expect(html).toContain('<a href="guides/sla.html#why">SLA</a>')
    expect(html).toContain('<span class="file" title="A file of the repository">law</span>')
    expect(html).toContain('<a href="lost.md">lost</a>')
    expect(html).toContain('<a href="https://example.org">away</a>')
    expect(markdownFor(links, siteOf(sla, links))).toContain(
      '[SLA](guides/sla.md#why) [law](../LICENSE) [lost](lost.md)',
    )
  })

  it('has an anchor on each heading, and words where somebody wrote markup into code', () => {
    const { html, headings } = render(
      page('docs/x.md', '# A `<b>`\n\n## Same\n\n## Same\n\n```ts\nconst a = "<b>"\n```\n'),
      siteOf(),
    )
    expect(headings).toEqual([
      { depth: 1, text: 'A <b>', anchor: 'a-b' },
      { depth: 2, text: 'Same', anchor: 'same' },
      { depth: 2, text: 'Same', anchor: 'same-1' },
    ])
    expect(html).not.toContain('<b>')
    expect(html).toContain('--shiki-dark')
  })
})

describe('the check of links', () => {
  it('names what leads nowhere, and nothing else', () => {
    mkdirSync(join(folder, 'a'))
    writeFileSync(
      join(folder, 'index.html'),
      '<h1 id="top">T</h1><a href="#top"></a><a href="#gone"></a><a href="a/b.html#x"></a>',
    )
    writeFileSync(
      join(folder, 'a/b.html'),
      '<p id="x"></p><img src="none.svg"><a href="../index.html#top"></a><a href="mailto:a@b"></a>',
    )
    expect(brokenLinks(folder)).toEqual(['index.html -> #gone', 'a/b.html -> none.svg'])
  })

  it('mends only the numbers that typedoc gives too many', () => {
    mkdirSync(join(folder, 'api'))
    writeFileSync(join(folder, 'api/c.html'), '<p id="task"></p><a href="#task-1"></a><a href="#other-2"></a>')
    mendAnchors(folder, 'api')
    expect(brokenLinks(folder).filter((line) => line.startsWith('api/'))).toEqual(['api/c.html -> #other-2'])
  })
})

describe('what machines read', () => {
  it('is an index with a sentence for each page, and the pages in one file', () => {
    const tickets = page('docs/guides/tickets.md', '# Tickets\n\nA ticket is one matter. More of it.\n')
    expect(llmsText([{ ...tickets, title: 'Tickets' }])).toMatch(
      /^# Deskwright\n\n> .*\n\n## Guides\n\n- \[Tickets\]\(guides\/tickets\.md\): A ticket is one matter\n$/,
    )
    expect(llmsFullText([tickets, { ...tickets, section: 'Reference' }])).toBe(
      '<!-- guides/tickets.html -->\n\n# Tickets\n\nA ticket is one matter. More of it.\n',
    )
  })

  it('has every route, with what it takes and what it answers', async () => {
    const { markdown, json } = await httpReference()
    const { paths } = JSON.parse(json)
    for (const path of Object.keys(paths)) expect(markdown).toContain(` ${path}\``)
    expect(markdown).toContain('| `ticketId` | path | `string`, needed')
    expect(markdown).toContain('Answers **201** `ticket`.')
  })
})
