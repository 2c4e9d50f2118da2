/** The verb `import`: takes in tickets from elsewhere, in batches, and goes on where an earlier run ended. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { cliFault } from './cli-faults.ts'
import { importCsv } from './import-csv.ts'
import { importIncidents } from './import-incidents.ts'
import { ACTOR, PLACE, PLACE_HELP, readOptions, text } from './options.ts'
import type { Terminal, Verb } from './terminal.ts'

export const importing: Verb = {
  help: `deskwright import --csv FILE           each row becomes a ticket
deskwright import --incidents FILE     replays an incident log, each row at its own time

  --csv FILE       the columns are parts of the command's input: subject, body, requester.email,
                   priority, tags, fields.orderId; an empty cell is left out
  --command NAME   what each row is an input of; default ticket.open
  --refused FILE   writes the rows that were refused there, to be mended and imported again
  --incidents FILE the "Incident management process enriched event log" of the UCI repository, into a
                   store of its own (--store)
  --as ACTOR       who imports; default system:deskwright-cli
  --tenant NAME    default main
${PLACE_HELP}

Each batch has a command id that is made of what is in it: an import that was broken off is run again,
and does what is left. Exit code: 0 all rows were taken, 1 some were refused.`,
  async run(words, terminal) {
    const { values } = readOptions('import', words, {
      ...{ ...PLACE, ...ACTOR, csv: text, incidents: text, command: text, refused: text },
    })
    const { csv, incidents, ...asked } = values
    if (csv !== undefined && incidents === undefined)
      return importCsv({ ...asked, file: fileAt(csv, terminal) }, terminal)
    if (incidents !== undefined && csv === undefined)
      return importIncidents({ ...asked, file: fileAt(incidents, terminal) }, terminal)
    throw cliFault('cli.bad-option', { verb: 'import', reason: 'Name one of --csv and --incidents' })
  },
}

function fileAt(path: string, { folder }: Terminal): string {
  const file = resolve(folder, path)
  if (!existsSync(file)) throw cliFault('cli.no-file', { path })
  return file
}
