/** What the killed program asks of its desk, and what it wrote down about it before and after. */
import type { Actor, CommandName, Desk, RandomSource } from 'deskwright'
import { isDeskError, type Ticket } from 'deskwright'

/** A command, whole: it can be asked again, word for word, by whoever finds it. */
export interface Intent {
  /** The command id; also written into every text that the command brings, so that its effect is found without it. */
  readonly id: string
  readonly tenant: string
  readonly by: Actor
  readonly name: CommandName
  readonly input: object
}

export interface Answer {
  readonly id: string
  readonly version: number
}

/** One line of a ledger: the intent before the command, one of the others after it. */
export type LedgerLine =
  | { readonly intent: Intent }
  | { readonly done: string; readonly answer: Answer }
  | { readonly refused: string; readonly code: string }
  /** The store went away before it answered: whether it was done is not known. */
  | { readonly unheard: string; readonly code: string }
  | { readonly failed: string; readonly error: string }

/** Asks it, by the method that has the command's name. */
export async function ask(desk: Desk, { id, tenant, by, name, input }: Intent): Promise<Answer> {
  const [noun = '', verb = ''] = name.split('.')
  const acting = desk.as({ tenant, by }) as unknown as Record<string, Record<string, Method>>
  const record = await acting[noun]?.[verb]?.(input, { commandId: id })
  return record as Answer
}
type Method = (input: object, options: { readonly commandId: string }) => Promise<Answer>

/** What came of asking: the ledger's second line. A refusal by the domain, or by a closing store, is an answer too. */
export async function askForLedger(
  desk: Desk,
  intent: Intent,
  isHarmed: (error: unknown) => boolean,
): Promise<LedgerLine> {
  try {
    const { id, version } = await ask(desk, intent)
    return { done: intent.id, answer: { id, version } }
  } catch (error) {
    if (isDeskError(error) && (error.kind !== 'unavailable' || error.code === 'store.closed'))
      return { refused: intent.id, code: error.code }
    if (isHarmed(error)) return { unheard: intent.id, code: (error as { code: string }).code }
    return { failed: intent.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** The agent of a tenant: every process asks for it under the same command id, so there is one. */
export function agentIntent(tenant: string): Intent {
  const input = { name: 'Ada', roles: ['admin'] }
  return { id: `${tenant}-agent`, tenant, by: { kind: 'system', id: 'host' }, name: 'agent.create', input }
}

type Known = Pick<Ticket, 'id' | 'requesterId'>

interface Making {
  /** Begins the id of each command; unique to the process. */
  readonly name: string
  readonly tenant: string
  readonly agent: Actor
  readonly random: RandomSource
  readonly now: () => number
}

const CUSTOMERS = 8

/** Makes one command after the other, about a new ticket or one of those known. */
export function intentMaker({ name, tenant, agent, random, now }: Making): (known: readonly Known[]) => Intent {
  let count = 0
  const pick = (n: number) => Math.floor(random.next() * n)
  return (known) => {
    const id = `${name}-${tenant}-${++count}`
    const ticket = known[pick(known.length)]
    const kind = ticket === undefined || random.next() < 0.2 ? 'open' : (KINDS[pick(KINDS.length)] ?? 'open')
    const customer = { kind: 'customer', id: ticket?.requesterId ?? 'cus_0' } as const
    const body = `words of ${id}`
    const ticketId = ticket?.id
    const asked = ((): Omit<Intent, 'id' | 'tenant'> => {
      switch (kind) {
        case 'open': {
          const requester = { email: `customer${pick(CUSTOMERS)}@example.org` }
          return { by: agent, name: 'ticket.open', input: { requester, subject: id, body, author: 'requester' } }
        }
        case 'answer':
          return { by: customer, name: 'ticket.reply', input: { ticketId, body } }
        case 'snooze': {
          const until = new Date(now() + 20 + pick(150)).toISOString()
          return { by: agent, name: 'ticket.snooze', input: { ticketId, until } }
        }
        case 'reply':
        case 'note':
          return { by: agent, name: `ticket.${kind}`, input: { ticketId, body } }
        case 'tag':
          return { by: agent, name: 'ticket.tag', input: { ticketId, add: [`tag-${pick(1000)}`] } }
        default:
          return { by: agent, name: `ticket.${kind}`, input: { ticketId } }
      }
    })()
    return { id, tenant, ...asked }
  }
}

const KINDS = [
  ...['reply', 'reply', 'reply', 'answer', 'answer', 'answer', 'note'],
  ...['solve', 'reopen', 'pend', 'snooze', 'snooze', 'tag'],
] as ('open' | 'reply' | 'answer' | 'note' | 'solve' | 'reopen' | 'pend' | 'snooze' | 'tag')[]
