/** What a host does with surveys: it brings the invitation to its customer. There is no mail here, so the portal is the letter box. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { CustomerId, TicketId } from 'deskwright'
import type { Acting } from './console-desk.ts'

/** The secret that tokens are made with: drawn once, and kept beside the database, never in it. */
export function secretBeside(file: string): string {
  const path = `${file}.secret`
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600 })
  return readFileSync(path, 'utf8')
}

/** The token of a survey that waits for this customer's answer on a ticket; `null`: none does. */
export async function tokenFor(
  system: Acting,
  { customerId, ticketId }: { readonly customerId: CustomerId; readonly ticketId: TicketId },
): Promise<string | null> {
  const { items } = await system.survey.find({
    where: {
      all: [
        { field: 'customerId', is: customerId },
        { field: 'ticketId', is: ticketId },
        { field: 'state', is: 'sent' },
      ],
    },
    limit: 1,
  })
  const survey = items[0]
  return survey ? (await system.survey.invitation({ surveyId: survey.id })).token : null
}
