/** What agents and managers ask of escalations and on-call schedules. */
import {
  askCheck,
  askCoverage,
  askFeed,
  askOnCall,
  askTimes,
  findEscalations,
  nameEscalation,
  previewLadder,
  readLog,
} from './escalation-inputs.ts'
import { find, get, log, times } from './escalation-reads.ts'
import { check, coverage, feed, onCall, preview } from './on-call-reads.ts'
import { query } from './query.ts'

export const escalationQueries = {
  'escalation.get': query({
    says: 'Gets one escalation: where it stands, whom it told, and when it goes on.',
    input: nameEscalation,
    shows: { kind: 'escalation', as: 'one' },
    read: get,
  }),
  'escalation.find': query({
    says: 'Finds escalations, the latest first: those of a ticket, or all.',
    input: findEscalations,
    shows: { kind: 'escalation', as: 'page' },
    read: find,
  }),
  'escalation.log': query({
    says: 'Shows what an escalation decided: who was told when, who answered, and why nobody else was told.',
    input: readLog,
    shows: { kind: 'escalation', as: 'log' },
    read: log,
  }),
  'escalation.times': query({
    says: 'Counts the escalations that were started in a period, by policy, with the mean time to acknowledge.',
    input: askTimes,
    shows: { kind: 'escalation', as: 'times' },
    whole: true,
    read: times,
  }),
  'escalation.preview': query({
    says: 'Shows the whole ladder of a policy with names and instants, as if it started and nobody answered; writes nothing.',
    input: previewLadder,
    shows: { kind: 'escalation', as: 'preview' },
    read: preview,
  }),
  'escalation.check': query({
    says: 'Looks for what is hardly meant: gaps in on-call schedules, people who are not there or not active.',
    input: askCheck,
    shows: { kind: 'escalation', as: 'warnings' },
    read: check,
  }),
  'escalation.onCall': query({
    says: 'Says who is on call in a schedule.',
    input: askOnCall,
    shows: { kind: 'escalation', as: 'onCall' },
    read: onCall,
  }),
  'escalation.coverage': query({
    says: 'Shows who is on call in a schedule from one instant to another, with gaps and double cover.',
    input: askCoverage,
    shows: { kind: 'escalation', as: 'coverage' },
    read: coverage,
  }),
  'escalation.feed': query({
    says: 'Gives the turns of an agent as iCalendar text.',
    input: askFeed,
    shows: { kind: 'escalation', as: 'feed' },
    read: feed,
  }),
} as const
