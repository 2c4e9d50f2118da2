/** The shape of the day's script: who does what to which ticket at what time, in the desk's own commands. */
import type { CommandInput } from 'deskwright'
import type { AgentName, CustomerName, ShopFields, TeamName } from './shop.ts'

/** Commands that need a ticket and nothing else that has an id. */
export type Plain =
  | 'reply'
  | 'note'
  | 'sideMessage'
  | 'change'
  | 'tag'
  | 'pend'
  | 'hold'
  | 'resume'
  | 'solve'
  | 'reopen'
  | 'close'
  | 'snooze'
  | 'delete'

type Rest<N extends Plain> = Omit<CommandInput<`ticket.${N}`, ShopFields>, 'ticketId'>
type PlainStep = {
  [N in Plain]: { readonly does: N; readonly on: string } & (Record<never, never> extends Rest<N>
    ? { readonly with?: Rest<N> }
    : { readonly with: Rest<N> })
}[Plain]

type Opening = Omit<CommandInput<'ticket.open', ShopFields>, 'requester' | 'author'>

export type Deed =
  | PlainStep
  /** `for`: whom an agent opens it for, on the phone. */
  | { readonly does: 'open'; readonly on: string; readonly for?: CustomerName; readonly with: Opening }
  | { readonly does: 'assign'; readonly on: string; readonly to?: AgentName; readonly team?: TeamName }
  /** `message`: its place in the conversation, from 1. */
  | { readonly does: 'redact'; readonly on: string; readonly message: number; readonly reason: string }
  /** A second record of one person goes into the first. */
  | { readonly does: 'merge'; readonly customer: CustomerName; readonly into: CustomerName }

export type Step = Deed & {
  /** `08:02`, on the day. */
  readonly at: string
  readonly who: AgentName | CustomerName
  /** The reply makes a new ticket, which is called so from here on. */
  readonly makes?: string
  /** The code with which the desk is expected to refuse it. */
  readonly refused?: string
}
