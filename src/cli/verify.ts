/** The verb `verify`: reads a tenant's journal and records, and names what does not fit. */
import type { Verification } from '../desk/verify.ts'
import type { Ink } from './ink.ts'
import { openDesk } from './open-desk.ts'
import { ACTOR, PLACE, PLACE_HELP, readOptions } from './options.ts'
import type { Verb } from './terminal.ts'

export const verify: Verb = {
  help: `deskwright verify     checks a tenant's journal and records against each other

  --tenant NAME    default main
${PLACE_HELP}

Fields that the host marks personal stand in no journal, so a desk that has some is verified by --desk.
Exit code: 0 everything fits, 1 something does not.`,
  async run(words, terminal) {
    const { values } = readOptions('verify', words, { ...PLACE, tenant: ACTOR.tenant })
    const { desk } = await openDesk(values, terminal)
    try {
      const found = await desk.verify({ tenant: values.tenant })
      terminal.print(values.json ? JSON.stringify(found) : verdict(found, terminal.ink))
      return found.ok ? 0 : 1
    } finally {
      await desk.close()
    }
  },
}

/** The figures, and a line for each finding. */
function verdict({ ok, records, entries, findings }: Verification, ink: Ink): string {
  const read = `${records} records and ${entries} entries of the journal were read`
  if (ok) return `${ink.good('✓')} ${read}: everything fits.`
  const lines = findings.map(({ problem, says }) => `${ink.bad('✗')} ${problem}: ${says}`)
  return [...lines, `${read}: ${findings.length} ${findings.length === 1 ? 'thing does' : 'things do'} not fit.`].join(
    '\n',
  )
}
