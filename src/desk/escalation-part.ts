/** All of the desk that knows escalations and on-call schedules, in one piece that can be loaded late. */
export { escalationCommands } from './escalation-commands.ts'
export { checkEscalationDocuments } from './escalation-documents.ts'
export { escalationQueries } from './escalation-queries.ts'
export { followEscalations } from './follow-escalations.ts'
