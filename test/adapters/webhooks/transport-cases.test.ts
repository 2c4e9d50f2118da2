/** Webhooks keep what every transport has to keep: with one request for all, and with a delivery for each endpoint. */
import { describe, it } from 'vitest'
import { type WebhookPayload, webhooks } from '../../../src/adapters/webhooks/webhooks.ts'
import { runTransportCase } from '../../../src/testing/run-transport-cases.ts'
import type { OpenedTransport } from '../../../src/testing/transport-case.ts'
import { transportCases } from '../../../src/testing/transport-cases.ts'
import { endpointOf, LOOPBACK, openReceiver, type Request, status } from './receiver.ts'

async function open(): Promise<OpenedTransport> {
  const receiver = await openReceiver()
  const refused = new Set<Request>()
  const refusing = { times: 0, losing: 0 }
  receiver.always((response, request, raw) => {
    if (refusing.times > 0) {
      refusing.times -= 1
      refused.add(request)
      status(503)(response, request, raw)
    } else if (refusing.losing > 0) {
      refusing.losing -= 1
      raw.socket.destroy()
    } else status(204)(response, request, raw)
  })
  return {
    transport: webhooks({ endpoints: [endpointOf(receiver.url)], egress: LOOPBACK }),
    received: async () =>
      receiver.requests
        .filter((request) => !refused.has(request))
        .map(({ headers, body }) => ({
          key: String(headers['webhook-id']),
          body,
          events: (JSON.parse(body) as WebhookPayload).data.events,
        })),
    refuse: (times) => {
      refusing.times = times
    },
    loseAnswers: (times) => {
      refusing.losing = times
    },
    close: () => receiver.close(),
  }
}

describe('webhooks', () => {
  for (const transportCase of transportCases)
    it(`${transportCase.id}: ${transportCase.title}`, async (context) => {
      const { skipped } = await runTransportCase(transportCase, { open })
      if (skipped !== null) context.skip(skipped)
    })
})
