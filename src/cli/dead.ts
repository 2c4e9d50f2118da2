/** The verb `dead`: lists what was given up, and puts it back once its cause is mended. */
import { cliFault } from './cli-faults.ts'
import { openDesk } from './open-desk.ts'
import { ACTOR, flag, PLACE, PLACE_HELP, readOptions, text } from './options.ts'
import { shown } from './show.ts'
import type { Verb } from './terminal.ts'

export const dead: Verb = {
  help: `deskwright dead --of NAME     lists what was given up, with the reason, oldest first, at most 1,000

  --of NAME        a transport, whose deliveries they are; timer stands for the desk's own timers
  --revive         puts it back, due at once
  --key KEY        with --revive: only this one; may be given again
  --tenant NAME    default main
${PLACE_HELP}

Transports are the host's, so their deliveries are reached by --desk. A worker does what was put back.`,
  async run(words, terminal) {
    const own = { of: text, revive: flag, key: { ...text, multiple: true } as const, tenant: ACTOR.tenant }
    const { values } = readOptions('dead', words, { ...PLACE, ...own })
    const { of, tenant, key: keys } = values
    if (of === undefined) throw cliFault('cli.bad-option', { verb: 'dead', reason: 'Name --of' })
    if (keys && !values.revive) throw cliFault('cli.bad-option', { verb: 'dead', reason: '--key goes with --revive' })
    const { desk } = await openDesk(values, terminal)
    try {
      if (values.revive) {
        const revived = await desk.revive({ tenant, of, keys })
        terminal.print(values.json ? JSON.stringify({ revived }) : `${revived} put back.`)
        return 0
      }
      const tasks = await desk.dead({ tenant, of })
      const rows = tasks.map(({ key, dueAt, attempts, reason }) => ({ key, dueAt, attempts, reason }))
      terminal.print(values.json ? JSON.stringify(tasks) : shown(rows, terminal.ink))
      return 0
    } finally {
      await desk.close()
    }
  },
}
