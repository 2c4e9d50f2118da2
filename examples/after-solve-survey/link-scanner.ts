/** What stands between a mail and its reader: a scanner that follows every link, and every link behind it, to see what it finds. */

/** @returns how many requests it made. */
export async function scanLinks(html: string, fetchPage: (request: Request) => Promise<Response>): Promise<number> {
  const links = [...html.matchAll(/(?:href|action)="([^"]+)"/g)].map(([, link = '']) => link.replaceAll('&amp;', '&'))
  let requests = 0
  const seen = new Set<string>()
  const queue = [...links]
  for (let link = queue.shift(); link !== undefined; link = queue.shift()) {
    const url = new URL(link, links[0]).href
    if (seen.has(url)) continue
    seen.add(url)
    for (const method of ['HEAD', 'GET']) {
      const response = await fetchPage(new Request(url, { method, headers: { 'user-agent': 'link-scanner' } }))
      requests++
      const found = method === 'GET' ? await response.text() : ''
      queue.push(...[...found.matchAll(/(?:href|action)="([^"]+)"/g)].map(([, next = '']) => next))
    }
  }
  return requests
}
