/** Two tenants with the same people, tickets and work: nothing that one gets holds a byte of the other, nor of the host's secrets. */
import type { Delivery, Logger } from 'deskwright'
import { type Identity, openApi } from 'deskwright/http'
import { webhooks } from 'deskwright/webhooks'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { operationsOf, requestOf } from './operations.ts'
import { openServed, tokenOf } from './served.ts'

const SECRET = `whsec_${btoa('CANARY-secret-of-the-host-00000')}`
const OPTIONS = {
  fields: { ticket: z.object({ orderId: z.string() }), customer: z.object({ note: z.string() }) },
  personal: { customer: ['note'] },
} as const

interface Side {
  readonly tenant: string
  readonly canary: string
  readonly ids: Readonly<Record<string, string>>
  readonly identities: readonly Identity[]
}

async function openMirror() {
  const lines: string[] = []
  const deliveries: Delivery[] = []
  const logger: Logger = {
    log: (level, message, facts) =>
      void lines.push(`${level} ${message} ${JSON.stringify(facts)} ${facts.error ?? ''}`),
  }
  const recorder = { name: 'recorder', deliver: async (delivery: Delivery) => void deliveries.push(delivery) }
  const endpoints = [{ id: 'shop', url: 'https://hooks.example.org/', secrets: [SECRET], events: ['survey.none'] }]
  const served = await openServed(
    {},
    { ...OPTIONS, logger, transports: [recorder, webhooks({ name: 'hooks', endpoints })] },
  )
  const answers: { readonly tenant: string; readonly text: string }[] = []
  const handle = async (request: Request, tenant: string) => {
    const response = await served.handle(request)
    const text = await response.clone().text()
    answers.push({ tenant, text: `${[...response.headers].join('\n')}\n${text}` })
    return response
  }
  return { ...served, served: served.handle, lines, deliveries, answers, handle }
}
type Mirror = Awaited<ReturnType<typeof openMirror>>

/** The same work for each tenant, with words of its own everywhere. */
async function populate({ clientFor }: Mirror, tenant: string): Promise<Side> {
  const canary = `CANARY-${tenant}`
  const mail = (name: string) => `${name}.${canary}@example.org`.toLowerCase()
  const system = clientFor({ tenant, by: { kind: 'system', id: 'setup' } })
  const team = await system.team.create({ name: `Team ${canary}` })
  const organisation = await system.organisation.create({ name: `Org ${canary}`, sharesTickets: true })
  const agent = await system.agent.create({ name: `Ann ${canary}`, email: mail('ann'), teamIds: [team.id] })
  const admin = await system.agent.create({ name: `Adm ${canary}`, roles: ['admin'] })
  const customer = await system.customer.create({
    name: `Carl ${canary}`,
    identities: [{ kind: 'email', value: mail('carl') }],
    organisationId: organisation.id,
    fields: { note: canary },
  })
  const work = clientFor({ tenant, by: { kind: 'agent', id: admin.id } })
  const open = (subject: string) =>
    work.ticket.open({
      requester: { customerId: customer.id },
      subject: `${subject} ${canary}`,
      body: `Body ${canary}`,
      tags: [`tag-${canary}`],
      assigneeId: agent.id,
      teamId: team.id,
      fields: { orderId: canary },
    })
  const [ticket, child, merged] = [await open('First'), await open('Child'), await open('Merged')]
  const message = await work.ticket.reply({ ticketId: ticket.id, body: `Reply ${canary}` })
  await work.ticket.note({ ticketId: ticket.id, body: `Note ${canary}` })
  await work.ticket.sideMessage({ ticketId: ticket.id, body: `Side ${canary}`, to: [{ email: mail('maker') }] })
  await work.ticket.setParent({ ticketId: child.id, parentId: ticket.id })
  await work.ticket.link({ ticketId: child.id, type: 'relates', otherId: ticket.id })
  await work.ticket.merge({ ticketId: merged.id, intoId: ticket.id })
  await work.policy.publish({ name: 'roles', document: { roles: { [`role-${tenant}`]: { 'ticket.get': 'own' } } } })
  return {
    tenant,
    canary,
    ids: {
      tkt: ticket.id,
      msg: message.id,
      cus: customer.id,
      org: organisation.id,
      agt: agent.id,
      tea: team.id,
    },
    identities: [
      { tenant, by: { kind: 'agent', id: admin.id } },
      { tenant, by: { kind: 'agent', id: agent.id } },
      { tenant, by: { kind: 'customer', id: customer.id } },
      { tenant, by: { kind: 'bot', id: 'bot' } },
      { tenant, by: { kind: 'system', id: 'probe' } },
    ],
  }
}

describe('two mirrored tenants', () => {
  it('get nothing of each other, whatever they ask for, and nothing of the host’s secrets', async () => {
    const mirror = await openMirror()
    const { desk, handle, answers, lines, deliveries, served } = mirror
    const sides = [await populate(mirror, 'left'), await populate(mirror, 'right')] as const
    const document = JSON.parse(JSON.stringify(await openApi(desk)))
    const streams = await Promise.all(
      sides.flatMap(({ tenant, identities }) =>
        identities.map(async (identity) => {
          const headers = {
            accept: 'text/event-stream',
            authorization: `Bearer ${tokenOf(identity)}`,
            'last-event-id': '0',
          }
          const response = await served(new Request('http://desk.test/v1/events', { headers }))
          return { tenant, reader: response.body!.getReader() }
        }),
      ),
    )
    for (const [side, other] of [sides, [...sides].reverse() as unknown as typeof sides])
      for (const identity of side.identities)
        for (const target of [other, side])
          for (const operation of operationsOf(document)) {
            // What would change one's own tenant is asked of the other's records only: the probing goes on.
            if (target === side && operation.method === 'post') continue
            await handle(requestOf(operation, { ids: target.ids, token: tokenOf(identity) }), side.tenant)
          }
    await desk.tick()
    for (const { tenant, reader } of streams) {
      const { value } = await reader.read()
      answers.push({ tenant, text: new TextDecoder().decode(value) })
      await reader.cancel()
    }
    for (const { tenant } of sides) {
      const own = [await desk.feed({ tenant, limit: 1000 }), await desk.dead({ tenant, of: 'timer' })]
      answers.push({ tenant, text: JSON.stringify(own) })
    }
    answers.push(...deliveries.map((delivery) => ({ tenant: delivery.tenant, text: JSON.stringify(delivery) })))
    for (const [side, other] of [sides, [...sides].reverse() as unknown as typeof sides]) {
      const got = answers.filter(({ tenant }) => tenant === side.tenant)
      expect(got.length).toBeGreaterThan(500)
      expect(got.some(({ text }) => text.includes(side.canary))).toBe(true)
      expect(got.filter(({ text }) => text.toLowerCase().includes(other.canary.toLowerCase()))).toEqual([])
      expect(got.filter(({ text }) => text.includes(`role-${other.tenant}`))).toEqual([])
    }
    const everything = [...answers.map(({ text }) => text), ...lines].join('\n')
    expect(everything.includes(SECRET) || everything.includes(atob(SECRET.slice(6)))).toBe(false)
    // What people wrote is in no line of the log, whoever's it is.
    expect(lines.length).toBeGreaterThan(100)
    expect(lines.filter((text) => text.includes('CANARY'))).toEqual([])
  }, 60_000)
})
