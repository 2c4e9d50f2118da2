/** Finds in a module of a store's maker what the cases need of the store, and says what is wrong when it is not there. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Store } from '../desk/ports.ts'
import { faultsOf } from '../domain/fault.ts'
import type { StoreSetup } from '../testing/run-store-cases.ts'

type Named = { readonly path: string }

export const conformanceFault = faultsOf({
  'conformance.no-module': {
    kind: 'not-found',
    says: (d: Named) => `There is no file ${d.path}; name the module that exports storeSetup or openStore.`,
  },
  'conformance.unloadable': {
    kind: 'invalid',
    says: (d: Named & { readonly reason: string }) =>
      `${d.path} cannot be loaded: ${d.reason}; see that node can run it.`,
  },
  'conformance.no-setup': {
    kind: 'invalid',
    says: (d: Named & { readonly found: string }) =>
      `${d.path} exports ${d.found}; export storeSetup ({ open, openAnother?, reopen?, openTransaction?, close? }) or openStore (a function that gives a store on new data), by that name or as the default.`,
  },
  'conformance.bad-setup': {
    kind: 'invalid',
    says: (d: Named & { readonly member: string; readonly found: string }) =>
      `${d.member} of the setup in ${d.path} is ${d.found}; make it a function, or leave it out if it may be.`,
  },
  'conformance.cannot-open': {
    kind: 'unavailable',
    says: (d: Named & { readonly reason: string }) =>
      `open() of ${d.path} gave no store: ${d.reason}; it gives a store on new, empty data each time.`,
  },
  'conformance.bad-timeout': {
    kind: 'invalid',
    says: (d: { readonly found: string }) => `--timeout is ${d.found}; give a number of seconds above 0.`,
  },
  'conformance.cut-off': {
    kind: 'unavailable',
    says: (_: Readonly<Record<never, never>>) =>
      'The process ended before there was a report; look what in the module ends it, or waits for what cannot come.',
  },
  'conformance.no-case': {
    kind: 'not-found',
    says: (d: { readonly id: string }) => `No case is called ${d.id}; --list names them all.`,
  },
})

const MEMBERS = ['open', 'openAnother', 'reopen', 'openTransaction', 'close'] as const

/**
 * The setup that a module exports: `storeSetup`, or `openStore`, or either as the default.
 *
 * @param path - as a person writes it, from the working directory.
 * @throws DeskError `conformance.no-module`, `conformance.unloadable`, `conformance.no-setup`, `conformance.bad-setup`.
 */
export async function loadSetup(path: string): Promise<StoreSetup> {
  const file = resolve(path)
  if (!existsSync(file)) throw conformanceFault('conformance.no-module', { path })
  const module = await loaded(path, pathToFileURL(file).href)
  const found = module.storeSetup ?? module.openStore ?? module.default
  const setup = typeof found === 'function' ? { open: found } : found
  if (typeof setup !== 'object' || setup === null) {
    const names = Object.keys(module)
    throw conformanceFault('conformance.no-setup', { path, found: names.length > 0 ? names.join(', ') : 'nothing' })
  }
  for (const member of MEMBERS) {
    const value: unknown = Reflect.get(setup, member)
    if (typeof value === 'function' || (value === undefined && member !== 'open')) continue
    throw conformanceFault('conformance.bad-setup', {
      path,
      member,
      found: value === undefined ? 'absent' : typeof value,
    })
  }
  return setup as StoreSetup
}

async function loaded(path: string, href: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(href)
  } catch (cause) {
    throw conformanceFault('conformance.unloadable', { path, reason: reasonOf(cause) }, { cause })
  }
}

const METHODS = {
  ...{ migrate: 0, get: 0, find: 0, count: 0, descendants: 0, commit: 0, claim: 0, settle: 0, dead: 0, nextDue: 0 },
  ...{ reserve: 0, command: 0, history: 0, close: 0 },
} satisfies Record<Exclude<keyof Store, 'capabilities' | 'within' | 'watch' | 'inspect'>, 0>

/**
 * Opens a store once, so that one that cannot be opened is said once and not by every case.
 *
 * @throws DeskError `conformance.cannot-open`, naming the members that are missing.
 */
export async function tryToOpen(path: string, setup: StoreSetup): Promise<void> {
  const store = await opened(path, setup)
  const missing = Object.keys(METHODS).filter((name) => typeof Reflect.get(store, name) !== 'function')
  if (typeof store.capabilities !== 'object') missing.unshift('capabilities')
  if (missing.length > 0)
    throw conformanceFault('conformance.cannot-open', { path, reason: `it lacks ${missing.join(', ')}` })
  await store.close()
  await setup.close?.()
}

async function opened(path: string, setup: StoreSetup): Promise<Store> {
  try {
    return Object(await setup.open())
  } catch (cause) {
    throw conformanceFault('conformance.cannot-open', { path, reason: reasonOf(cause) }, { cause })
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/[.;]?\s*$/, '')
}
