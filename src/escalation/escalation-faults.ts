/** The refusals that escalations and on-call schedules can say without a desk. */
import { faultsOf } from '../domain/fault.ts'

interface At {
  /** Where: `policies[0].steps[1].delay`, `schedules.primary.layers[0].turn`. */
  readonly place: string
}

interface Bad extends At {
  readonly value: string
}

interface Unknown extends Bad {
  readonly what: string
  readonly known: string
}

export const escalationFaults = {
  'escalation.malformed': {
    kind: 'invalid',
    says: (d: Bad & { form: string }) => `${d.place} is ${d.value}; give ${d.form}.`,
  },
  'escalation.unknown-key': {
    kind: 'invalid',
    says: (d: At & { known: string }) => `${d.place} is not known here; the names are ${d.known}.`,
  },
  'escalation.name-twice': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}, a name that is given already; name each once.`,
  },
  'escalation.bad-delay': { kind: 'invalid', says: (d: Bad & { why: string }) => `${d.place} is ${d.value}. ${d.why}` },
  'escalation.unknown-name': {
    kind: 'invalid',
    says: (d: Unknown) => `${d.place} is ${d.value}, and there is no such ${d.what}; there are ${d.known}.`,
  },
  'escalation.jump-loop': {
    kind: 'invalid',
    says: (d: Bad) =>
      `${d.place} leads back to ${d.value}, so that the steps could go round for ever; jump forward, and use repeat to go through all again.`,
  },
  'escalation.unreachable-step': {
    kind: 'invalid',
    says: (d: At) =>
      `${d.place} is never reached, since the steps ahead of it jump past it; take it out, or let one lead to it.`,
  },
  'escalation.zero-repeat': {
    kind: 'invalid',
    says: (d: At) =>
      `${d.place} is zero for a step after which all is repeated: everybody would be told again in the same instant; give it a length.`,
  },
  'escalation.out-of-order': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}, before the event ahead of it; sort events by time.`,
  },
  'onCall.bad-wall-time': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}; write a wall time as 'YYYY-MM-DDTHH:MM', without a zone.`,
  },
  'onCall.bad-turn': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}; write 'daily', 'weekly', or a length of whole minutes such as '12h'.`,
  },
  'onCall.bad-interval': {
    kind: 'invalid',
    says: (d: At) => `${d.place} ends before it begins; give an end that is later than its start.`,
  },
  'onCall.too-long': {
    kind: 'invalid',
    says: (d: At & { days: number }) => `${d.place} spans more than ${d.days} days; ask for less at once.`,
  },
} as const

export const fault = /* @__PURE__ */ faultsOf(escalationFaults)
