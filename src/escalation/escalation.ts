/** The door `deskwright/escalation`: ladders and on-call schedules that can be used alone, without a desk, a store or a schema library. */

export type { EscalationReferences } from './check-delay.ts'
export { checkEscalations } from './check-escalation.ts'
export type { LadderCourse, Rung } from './draw-ladder.ts'
export type {
  Delay,
  EscalationPolicyDefinition,
  EscalationStartDefinition,
  EscalationStepDefinition,
  EscalationTarget,
} from './escalation-policy.ts'
export type { Because, LadderEvent, LadderStatus, Place, Telling, Told, Urgency } from './ladder-words.ts'
export { type EscalationWarning, lintSchedules } from './lint-on-call.ts'
export { type Coverage, coverage, type Shift, whoIsOnCall } from './on-call.ts'
export { type OnCallFeedInput, onCallFeed } from './on-call-feed.ts'
export type {
  ContactDefinition,
  OnCallLayer,
  OnCallOverride,
  OnCallScheduleDefinition,
} from './on-call-schedule.ts'
export { type EscalationPreview, type PreviewLook, previewEscalation } from './preview-escalation.ts'
export type { Directory } from './reach.ts'
export {
  type EscalationEvent,
  type EscalationSurroundings,
  type ReplayEscalationInput,
  type ReplayedEscalation,
  replayEscalation,
} from './replay-escalation.ts'
