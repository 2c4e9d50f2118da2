/** Two tenants behind one handler, for advisories about who may do what: an id of the one is nothing to the other. */
import { openApi } from 'deskwright/http'
import { contentOf, type Operation, operationsOf, requestOf } from '../adapters/http/operations.ts'
import { openServed, tokenOf } from '../adapters/http/served.ts'
import { dump } from '../desk/world.ts'

type Ids = Readonly<Record<string, string>>

/** An id for each kind that there is none of; they look like the real ones. */
export const ABSENT: Ids = Object.fromEntries(
  ['tkt', 'msg', 'cus', 'org', 'agt', 'tea'].map((prefix) => [prefix, `${prefix}_01JABSENT00000000000000000`]),
)

export async function openTwoTenants() {
  const served = await openServed()
  const populate = async (tenant: string): Promise<Ids> => {
    const system = served.as({ kind: 'system', id: 'setup' }, tenant)
    const team = await system.team.create({ name: 'Team' })
    const organisation = await system.organisation.create({ name: 'Acme' })
    const agent = await system.agent.create({ name: 'Ann' })
    const ticket = await system.ticket.open({
      requester: { email: 'carl@example.org' },
      subject: `Secret of ${tenant}`,
      body: `Secret of ${tenant}`,
    })
    const message = await system.ticket.reply({ ticketId: ticket.id, body: 'Hold the button.' })
    return {
      tkt: ticket.id,
      msg: message.id,
      cus: ticket.requesterId,
      org: organisation.id,
      agt: agent.id,
      tea: team.id,
    }
  }
  const mine = await populate('main')
  const theirs = await populate('theirs')
  const { id } = await served.system.agent.create({ name: 'Adm', roles: ['admin'] })
  const admin = { by: { kind: 'agent', id } } as const
  const document = JSON.parse(JSON.stringify(await openApi(served.desk)))
  const operations = operationsOf(document)
  return {
    ...served,
    mine,
    theirs,
    operations,
    commands: operations.filter(
      ({ operation, method }) => method === 'post' && !operation.operationId.endsWith('.post'),
    ),
    /** Sends an operation's example as an admin of `main`, with these ids, and this beside its own body. */
    async send(one: Operation, { ids, beside = {} }: { readonly ids: Ids; readonly beside?: object }) {
      const request = requestOf(one, { ids, token: tokenOf(admin) })
      const body = { ...((contentOf(one) && JSON.parse(await request.clone().text())) || {}), ...beside }
      const sent = contentOf(one) ? new Request(request, { body: JSON.stringify(body) }) : request
      const response = await served.handle(sent)
      return { status: response.status, text: await response.text() }
    },
    dumpOf: (tenant: string) => dump(served.store, tenant),
  }
}

/** Where ids stand in an operation's body beside those that its example has: the key, and what to put there. */
export function idPlaces(
  one: Operation,
): readonly { readonly key: string; readonly with: (id: string) => unknown; readonly prefix: string }[] {
  const properties = (contentOf(one)?.schema?.properties ?? {}) as Record<string, never>
  return Object.entries(properties).flatMap(([key, schema]) => {
    const text = JSON.stringify(schema)
    const prefixes = [...text.matchAll(/"\^([a-z]{3})_\[/g)].map(([, prefix]) => prefix as string)
    const isList = (schema as { type?: string }).type === 'array'
    return prefixes.map((prefix) => ({ key, prefix, with: (id: string) => (isList ? [id] : id) }))
  })
}
