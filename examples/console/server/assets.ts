/** What the browser loads: its modules and styles, bundled once at the start and kept in memory. */
import { join } from 'node:path'
import { build } from 'esbuild'

// npm runs scripts in the project's folder.
const WEB = join(process.cwd(), 'examples/console/web')

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/** @returns the answer to `/assets/NAME`; `null` for a name that is not there. */
export async function bundleAssets(): Promise<(name: string) => Response | null> {
  const { outputFiles } = await build({
    entryPoints: {
      inbox: join(WEB, 'inbox/inbox.ts'),
      portal: join(WEB, 'portal/portal.ts'),
      style: join(WEB, 'styles/style.css'),
      icon: join(WEB, 'styles/icon.svg'),
    },
    outdir: '/',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    loader: { '.svg': 'copy' },
    logLevel: 'warning',
  })
  const files = new Map(outputFiles.map(({ path, contents }) => [path.split(/[/\\]/).at(-1), contents]))
  return (name) => {
    const contents = files.get(name)
    if (contents === undefined) return null
    const type = TYPES[name.split('.').at(-1)!]!
    return new Response(new Uint8Array(contents), {
      headers: { 'content-type': type, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' },
    })
  }
}
