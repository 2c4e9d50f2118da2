/** The few pages that the server writes: sign-in, and the empty frames that the browser's modules fill. */
import type { Person } from './sessions.ts'

// Only what this server sends is run, shown or called; nothing frames it.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

export function page(html: string, status = 200): Response {
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  })
}

/** The frame of an app: its style, its module, and a word for who has no scripts. */
export function appPage({ title, app }: { readonly title: string; readonly app: 'inbox' | 'portal' }): string {
  return html(
    title,
    `<script type="module" src="/assets/${app}.js"></script>`,
    `<div id="app" class="${app}"><p class="loading" role="status">Loading…</p></div>
<noscript><p class="loading">This page is filled by a script; please allow it.</p></noscript>`,
  )
}

export function signInPage(people: readonly Person[]): string {
  const list = (kind: Person['kind']) =>
    people
      .filter((person) => person.kind === kind)
      .map(
        ({ id, name, about }) =>
          `<li><button name="id" value="${text(id)}"><strong>${text(name)}</strong> <span>${text(about)}</span></button></li>`,
      )
      .join('\n')
  return html(
    'Sign in · Kaffka',
    '',
    `<main class="sign-in">
<h1>Kaffka <span>a shop for coffee machines</span></h1>
<p>Choose who you are. This stands in for your own sign-in: it asks for no password, so keep it on this machine.</p>
<form method="post" action="/sign-in">
<section aria-labelledby="agents"><h2 id="agents">In the shop</h2><ul>${list('agent')}</ul></section>
<section aria-labelledby="customers"><h2 id="customers">Customers</h2><ul>${list('customer')}</ul></section>
</form>
</main>`,
  )
}

function html(title: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(title)}</title>
<link rel="icon" href="/assets/icon.svg">
<link rel="stylesheet" href="/assets/style.css">
${head}
</head>
<body>
${body}
</body>
</html>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (letter) => ENTITIES[letter]!)
}
