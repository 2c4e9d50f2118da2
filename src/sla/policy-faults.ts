/** The refusals that SLA policies can say; apart from the calendars' own, so that a calendar carries none of them. */
import { faultsOf } from '../domain/fault.ts'

interface At {
  /** Where in the list of policies: `policies[1].metrics.firstReply.target.P1`. */
  readonly place: string
}

interface Bad extends At {
  readonly value: string
}

export const policyFaults = {
  'sla.not-an-object': { kind: 'invalid', says: (d: Bad) => `${d.place} is ${d.value}; give an object.` },
  'sla.not-a-list': { kind: 'invalid', says: (d: Bad) => `${d.place} is ${d.value}; give a list.` },
  'sla.unknown-key': {
    kind: 'invalid',
    says: (d: At & { known: string }) => `${d.place} is not known here; the names are ${d.known}.`,
  },
  'sla.too-many': {
    kind: 'invalid',
    says: (d: At & { limit: number }) =>
      `${d.place} has more than ${d.limit} entries; fewer, clearer ones serve better.`,
  },
  'sla.bad-name': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}; give a name of 1 to 100 characters.`,
  },
  'sla.name-twice': {
    kind: 'invalid',
    says: (d: Bad & { first: string }) => `${d.place} repeats ${d.value} of ${d.first}; name each once.`,
  },
  'sla.no-metrics': {
    kind: 'invalid',
    says: (d: At) => `${d.place} is empty; a policy promises something, or is left out.`,
  },
  'sla.no-targets': {
    kind: 'invalid',
    says: (d: At) => `${d.place} is empty; give a length for at least one priority.`,
  },
  'sla.bad-duration': { kind: 'invalid', says: (d: Bad & { why: string }) => `${d.place} is ${d.value}. ${d.why}` },
  'sla.bad-level': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}; give a share between 0 and 1, or { before: '1h' }.`,
  },
  'sla.level-before-start': {
    kind: 'invalid',
    says: (d: Bad) =>
      `${d.place} is ${d.value}, which is no shorter than the shortest target: it would warn before the clock starts.`,
  },
  'sla.bad-mode': {
    kind: 'invalid',
    says: (d: Bad & { modes: string }) => `${d.place} is ${d.value}; use one of ${d.modes}.`,
  },
  'sla.bad-replier': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}; list 'agent', and 'bot' where bots count.`,
  },
  'sla.bad-pause': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}; name a category or a status that is not solved or closed.`,
  },
  'sla.not-for-metric': {
    kind: 'invalid',
    says: (d: At & { metric: string; why: string }) =>
      `${d.place} has no meaning for ${d.metric}: ${d.why}; leave it out.`,
  },
  'sla.unknown-calendar': {
    kind: 'invalid',
    says: (d: Bad & { known: string }) =>
      `${d.place} is ${d.value}, and there is no such calendar; there are ${d.known}.`,
  },
  'sla.bad-event': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}; see ClockEvent for the events there are.`,
  },
  'sla.out-of-order': {
    kind: 'invalid',
    says: (d: Bad) => `${d.place} is ${d.value}, before the event ahead of it; sort events by time.`,
  },
} as const

export const policyFault = /* @__PURE__ */ faultsOf(policyFaults)
