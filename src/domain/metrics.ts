/** What service-level clocks measure: the names that commands, reads and policies share. */

export const METRICS = [
  'firstReply',
  'nextReply',
  'periodicUpdate',
  'pausableUpdate',
  'resolution',
  'requesterWait',
  'agentWork',
  'totalResolution',
  'firstResolution',
  'teamTime',
] as const
export type Metric = (typeof METRICS)[number]
