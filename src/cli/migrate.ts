/** The verb `migrate`: makes a store's tables, or brings them forward, before a release starts. */
import { deskSource, openSource } from './open-desk.ts'
import { PLACE, PLACE_HELP, readOptions } from './options.ts'
import type { Verb } from './terminal.ts'

export const migrate: Verb = {
  help: `deskwright migrate     makes the tables of a store, or brings them forward; safe to repeat

${PLACE_HELP}`,
  async run(words, terminal) {
    const { values } = readOptions('migrate', words, PLACE)
    const source = deskSource(values, terminal)
    const where = await migrated(source)
    terminal.print(
      values.json
        ? JSON.stringify({ migrated: true, where })
        : `The tables of ${where} are as this release needs them.`,
    )
    return 0
  },
}

/** A desk migrates its store as it opens; a bare store needs no desk. */
async function migrated(source: ReturnType<typeof deskSource>): Promise<string> {
  if (source.from === 'module') {
    const { desk } = await openSource(source)
    await desk.close()
    return source.path
  }
  const store = await source.place.open()
  try {
    await store.migrate()
  } finally {
    await store.close()
  }
  return source.place.file ?? `the ${source.place.kind} store`
}
