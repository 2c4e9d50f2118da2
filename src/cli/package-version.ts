/** Which release this is, as its own package.json says. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** From the sources and from the build alike: the nearest package.json above this file. */
export function packageVersion(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'package.json')
    if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
    if (dirname(folder) === folder) return 'unknown'
  }
}
