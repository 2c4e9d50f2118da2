/** What the command line refuses before a desk is asked: each says what to write instead. */
import { faultsOf } from '../domain/fault.ts'

export const cliFault = faultsOf({
  'cli.unknown-verb': {
    kind: 'invalid',
    says: (d: { readonly found: string; readonly known: readonly string[] }) =>
      `deskwright has no verb ${d.found}; it has ${d.known.join(', ')}.`,
  },
  'cli.bad-option': {
    kind: 'invalid',
    says: (d: { readonly verb: string; readonly reason: string }) =>
      `${d.reason}; deskwright ${d.verb} --help names the options.`,
  },
  'cli.bad-value': {
    kind: 'invalid',
    says: (d: { readonly option: string; readonly found: string; readonly wanted: string }) =>
      `${d.option} is ${d.found}; give ${d.wanted}.`,
  },
  'cli.no-desk': {
    kind: 'not-found',
    says: (d: { readonly looked: readonly string[] }) =>
      `No desk was named, and there is no ${d.looked.join(' or ')} here; name one with --desk or --store, or make one with deskwright init.`,
  },
  'cli.no-file': {
    kind: 'not-found',
    says: (d: { readonly path: string }) => `There is no file ${d.path}; look at the path.`,
  },
  'cli.unloadable': {
    kind: 'invalid',
    says: (d: { readonly path: string; readonly reason: string; readonly mend: string }) =>
      `${d.path} cannot be loaded: ${d.reason}; ${d.mend}.`,
  },
  'cli.no-export': {
    kind: 'invalid',
    says: (d: { readonly path: string; readonly found: string }) =>
      `${d.path} exports ${d.found}; export deskOptions (what createDesk takes), or a desk, or a function that opens one, as desk, openDesk or the default.`,
  },
  'cli.no-such': {
    kind: 'not-found',
    says: (d: { readonly name: string; readonly near: readonly string[] }) =>
      `There is no command and no read ${d.name}; ${d.near.length > 0 ? `there is ${d.near.join(', ')}` : 'deskwright run lists them all'}.`,
  },
  'cli.cannot-listen': {
    kind: 'unavailable',
    says: (d: { readonly place: string; readonly reason: string }) =>
      `Nothing can be served at ${d.place}: ${d.reason}; name another --port or --host.`,
  },
  'cli.bad-file': {
    kind: 'invalid',
    says: (d: { readonly path: string; readonly reason: string }) =>
      `${d.path} cannot be read: ${d.reason}; nothing was imported.`,
  },
})
