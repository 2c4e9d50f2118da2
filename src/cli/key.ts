/** The verb `key`: makes an API key, by which a program asks over HTTP, and shows it this once. */
import { newApiKey } from '../adapters/http/handler.ts'
import { cliFault } from './cli-faults.ts'
import { openDesk } from './open-desk.ts'
import { ACTOR, actorOf, PLACE, PLACE_HELP, readOptions, text } from './options.ts'
import type { Verb } from './terminal.ts'

export const key: Verb = {
  help: `deskwright key --for ACTOR --name TEXT     makes an API key and shows it: nobody can show it again

  --for ACTOR      whose rights it has: agent:agt_…, bot:NAME
  --name TEXT      what it is for
  --only NAME      cuts its rights to this command or read (ticket.open, ticket.*); may be given again
  --expires AT     an instant such as 2027-01-01T00:00:00Z; without it, it holds until it is revoked
  --as ACTOR       who makes it; default system:deskwright-cli
  --tenant NAME    default main
${PLACE_HELP}

deskwright run apiKey.revoke --apiKeyId key_… takes it back.`,
  async run(words, terminal) {
    const { values } = readOptions('key', words, {
      ...{ ...PLACE, ...ACTOR, for: text, name: text, expires: text, only: { ...text, multiple: true } as const },
    })
    const { name, expires, only, tenant } = values
    if (values.for === undefined || name === undefined)
      throw cliFault('cli.bad-option', { verb: 'key', reason: 'Name both --for and --name' })
    const actor = actorOf(values.for, '--for')
    const { desk } = await openDesk(values, terminal)
    try {
      const { key: secret, digest } = await newApiKey(tenant)
      const input = { name, digest, actor, ...(only && { only }), ...(expires !== undefined && { expiresAt: expires }) }
      const { id } = await desk.as({ tenant, by: actorOf(values.as) }).apiKey.create(input as never)
      terminal.print(values.json ? JSON.stringify({ id, key: secret }) : secret)
      if (!values.json) terminal.warn(`This is key ${id} of ${values.for}. Keep it now: it is shown this once.`)
      return 0
    } finally {
      await desk.close()
    }
  },
}
