/** The verb `doctor`: says what is wrong, from the machine up to the journal, and the one line that mends it. */

import type { Desk, DeskOptions } from '../desk/desk.ts'
import type { Store } from '../desk/ports.ts'
import { createDesk } from '../index.ts'
import {
  checkDead,
  checkFile,
  checkJournal,
  checkNode,
  checkPolicies,
  checkStore,
  checkWork,
  type Diagnosis,
  refusedAs,
} from './doctor-checks.ts'
import type { Ink } from './ink.ts'
import { type DeskSource, deskSource, openSource, readModule } from './open-desk.ts'
import { ACTOR, PLACE, PLACE_HELP, readOptions } from './options.ts'
import { packageVersion } from './package-version.ts'
import type { Terminal, Verb } from './terminal.ts'

export const doctor: Verb = {
  help: `deskwright doctor     says what is wrong, and the one line that mends it

  --tenant NAME    which tenant's policies, work and journal to look at; default main
${PLACE_HELP}

It changes nothing. Of a module that exports an opened desk it sees less than of one that exports
deskOptions, whose store it can look at before anything is opened.
Exit code: 0 nothing is wrong, 1 something is, 2 it could not be found out.`,
  async run(words, terminal) {
    const { values } = readOptions('doctor', words, { ...PLACE, tenant: ACTOR.tenant })
    const found = [checkNode(process.version), ...(await examine(values, terminal))]
    const isBad = found.some(({ state }) => state === 'bad')
    terminal.print(
      values.json ? JSON.stringify({ ok: !isBad, version: packageVersion(), found }) : told(found, terminal.ink),
    )
    return isBad ? 1 : 0
  },
}

interface Asked {
  readonly desk?: string | undefined
  readonly store?: string | undefined
  readonly tenant?: string | undefined
}

async function examine({ tenant = 'main', ...named }: Asked, terminal: Terminal): Promise<readonly Diagnosis[]> {
  const source = deskSource(named, terminal)
  try {
    const options = await optionsOf(source)
    if ('about' in options) return [options]
    return options.store === null ? await examineDesk(source, tenant) : await examineOptions(options, tenant)
  } catch (error) {
    return [refusedAs('desk', error)]
  }
}

type Options = DeskOptions | { readonly store: null }

/** What createDesk would take; without a store where a module keeps it to itself. */
async function optionsOf(source: DeskSource): Promise<Options | Diagnosis> {
  if (source.from === 'module') return (await readModule(source)).options ?? { store: null }
  const missing = source.place.file === null ? null : checkFile(source.place.file)
  return missing ?? { store: await source.place.open(), policies: 'published' }
}

async function examineOptions(options: DeskOptions, tenant: string): Promise<readonly Diagnosis[]> {
  const { store } = options
  const transports = (options.transports ?? []).map(({ name }) => name)
  const now = Date.now()
  try {
    const found = await checkStore(store, now)
    if (found.some(({ state }) => state === 'bad')) return found
    // Its policies are looked at as it opens; the store has the schema already.
    const desk = await createDesk(options as DeskOptions<Record<never, never>>)
    return [
      ...found,
      await checkPolicies(store, tenant),
      ...(await checkWork(store, transports, now)),
      ...(await examineWork(desk, { store, tenant, queues: ['timer', ...transports] })),
    ]
  } finally {
    await store.close()
  }
}

async function examineDesk(source: DeskSource, tenant: string): Promise<readonly Diagnosis[]> {
  const { desk } = await openSource(source)
  try {
    return await examineWork(desk, { store: null, tenant, queues: ['timer'] })
  } finally {
    await desk.close()
  }
}

interface Place {
  readonly store: Store | null
  readonly tenant: string
  readonly queues: readonly string[]
}

async function examineWork(desk: Desk, { store, tenant, queues }: Place): Promise<readonly Diagnosis[]> {
  return [...(await checkDead(desk, tenant, queues)), await checkJournal(desk, store, tenant)]
}

function told(found: readonly Diagnosis[], ink: Ink): string {
  const signs = { good: ink.good('✓'), look: ink.bold('!'), bad: ink.bad('✗') }
  const width = Math.max(...found.map(({ about }) => about.length))
  const lines = found.flatMap(({ about, state, says, mend }) => [
    `${signs[state]} ${about.padEnd(width)}  ${says}`,
    ...(mend === null ? [] : [`  ${' '.repeat(width)}  ${ink.faint('→')} ${mend}`]),
  ])
  return lines.join('\n')
}
