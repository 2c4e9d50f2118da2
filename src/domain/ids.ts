/** Ids say what they name: a prefix of three letters, then a ULID that sorts by the time it was made. */

export const ID_PREFIX = {
  ticket: 'tkt',
  message: 'msg',
  customer: 'cus',
  organisation: 'org',
  agent: 'agt',
  team: 'tea',
  survey: 'srv',
  apiKey: 'key',
  escalation: 'esc',
} as const

/** The kinds of record whose ids the library gives out. */
export type IdKind = keyof typeof ID_PREFIX

export type TicketId = `tkt_${string}`
export type MessageId = `msg_${string}`
export type CustomerId = `cus_${string}`
export type OrganisationId = `org_${string}`
export type AgentId = `agt_${string}`
export type TeamId = `tea_${string}`
export type SurveyId = `srv_${string}`
export type ApiKeyId = `key_${string}`
export type EscalationId = `esc_${string}`

export type IdOf<K extends IdKind> = `${(typeof ID_PREFIX)[K]}_${string}`
