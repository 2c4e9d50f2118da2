/** The rules of the commands that are loaded when the first of them is asked for: one door, so that one load brings them all. */
export {
  change as changeAgent,
  changeOneTeam,
  create as createAgent,
  createOneTeam,
  deactivate,
  reactivate,
} from './people/agents.ts'
export { change as changeCustomer, create as createCustomer, merge as mergeCustomer } from './people/customers.ts'
export {
  change as changeOrganisation,
  create as createOrganisation,
  merge as mergeOrganisation,
} from './people/organisations.ts'
export { publish } from './policies/publish-policy.ts'
export { cascade } from './tickets/cascade.ts'
export { followParent } from './tickets/follow-parent.ts'
export { setKnownError } from './tickets/known-error.ts'
export { link, unlink } from './tickets/links-commands.ts'
export { merge as mergeTicket } from './tickets/merge-ticket.ts'
export { edit, redact } from './tickets/message-changes.ts'
export { openChildren } from './tickets/scenario.ts'
export { setDue } from './tickets/set-due.ts'
export { setParent } from './tickets/set-parent.ts'
export { split } from './tickets/split-ticket.ts'
export { takeResolution } from './tickets/take-resolution.ts'
export { unmerge } from './tickets/unmerge-ticket.ts'
