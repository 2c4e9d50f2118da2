/** Finds the desk that is meant: in a module of the host's, or on a store that a URL names. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Desk, DeskOptions } from '../desk/desk.ts'
import { createDesk } from '../index.ts'
import { cliFault } from './cli-faults.ts'
import { type StorePlace, storePlace } from './open-store.ts'
import type { Terminal } from './terminal.ts'

/** How somebody says which desk is meant. */
export interface Named {
  readonly desk?: string | undefined
  readonly store?: string | undefined
}

/** Where the desk comes from, before anything is opened. */
export type DeskSource =
  | { readonly from: 'module'; readonly path: string; readonly file: string }
  | { readonly from: 'store'; readonly place: StorePlace }

/** A desk of a command line. */
export interface OpenedDesk {
  readonly desk: Desk
  /** What the module exports; empty for a bare store. */
  readonly exports: Readonly<Record<string, unknown>>
}

const FOUND = ['desk.ts', 'desk.mts', 'desk.mjs', 'desk.js']

/**
 * Which desk is meant: by option, by a file of a usual name, by the environment.
 *
 * @throws DeskError `cli.no-desk`, `cli.no-file`, `cli.bad-option` when both are given.
 */
export function deskSource(named: Named, { folder, env }: Terminal): DeskSource {
  if (named.desk !== undefined && named.store !== undefined)
    throw cliFault('cli.bad-value', { option: '--store', found: 'given beside --desk', wanted: 'one of the two' })
  if (named.store !== undefined) return { from: 'store', place: storePlace(named.store, folder) }
  const path = named.desk ?? (env.DESKWRIGHT_DESK || FOUND.find((name) => existsSync(resolve(folder, name))))
  if (path !== undefined) {
    const file = resolve(folder, path)
    if (!existsSync(file)) throw cliFault('cli.no-file', { path })
    return { from: 'module', path, file }
  }
  if (env.DESKWRIGHT_STORE) return { from: 'store', place: storePlace(env.DESKWRIGHT_STORE, folder) }
  throw cliFault('cli.no-desk', { looked: FOUND })
}

/**
 * Opens the desk that is meant. A bare store is opened with the policies that its tenants have.
 *
 * @throws DeskError those of `deskSource` and of `createDesk`; `cli.unloadable`, `cli.no-export`.
 */
export async function openDesk(named: Named, terminal: Terminal): Promise<OpenedDesk> {
  return openSource(deskSource(named, terminal))
}

export async function openSource(source: DeskSource): Promise<OpenedDesk> {
  if (source.from === 'module') return openModule(source)
  const store = await source.place.open()
  return { desk: await opened({ store, policies: 'published' }), exports: {} }
}

/** A desk that cannot be opened must not leave its store open. */
async function opened(options: DeskOptions): Promise<Desk> {
  try {
    return await createDesk(options as DeskOptions<Record<never, never>>)
  } catch (error) {
    await options.store.close().catch(() => undefined)
    throw error
  }
}

/** A module of the host's, read: what createDesk takes, or else what is or gives a desk. */
export interface DeskModule {
  readonly exports: Readonly<Record<string, unknown>>
  readonly options: DeskOptions | null
}

/** @throws DeskError `cli.unloadable`. */
export async function readModule({ path, file }: DeskSource & { readonly from: 'module' }): Promise<DeskModule> {
  const exports = await load(path, pathToFileURL(file).href)
  const { deskOptions } = exports
  return { exports, options: isOptions(deskOptions) ? deskOptions : null }
}

async function openModule(source: DeskSource & { readonly from: 'module' }): Promise<OpenedDesk> {
  const { exports, options } = await readModule(source)
  if (options) return { desk: await opened(options), exports }
  const found = exports.openDesk ?? exports.desk ?? exports.default
  const desk: unknown = await (typeof found === 'function' ? found() : found)
  if (isDesk(desk)) return { desk, exports }
  const names = Object.keys(exports)
  throw cliFault('cli.no-export', { path: source.path, found: names.length > 0 ? names.join(', ') : 'nothing' })
}

function isOptions(value: unknown): value is DeskOptions {
  return typeof (value as Partial<DeskOptions> | undefined)?.store?.commit === 'function'
}

function isDesk(value: unknown): value is Desk {
  const { as, tick, verify } = Object(value) as Partial<Desk>
  return [as, tick, verify].every((method) => typeof method === 'function')
}

async function load(path: string, href: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(href)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const isTypes = code === 'ERR_UNKNOWN_FILE_EXTENSION'
    const reason = isTypes ? 'this Node does not read TypeScript' : message.split('\n', 1)[0]?.replace(/[.;]\s*$/, '')
    const mend = isTypes
      ? `use Node 22.18 or later, or a loader: NODE_OPTIONS="--import tsx"`
      : 'see that node can run it'
    throw cliFault('cli.unloadable', { path, reason: reason ?? '', mend }, { cause })
  }
}
