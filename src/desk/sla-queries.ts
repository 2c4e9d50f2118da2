/** What agents and managers ask of clocks. */
import { query } from './query.ts'
import { countAttainment, explainClock, getClocks, rebuildClocks, simulatePolicies } from './sla-inputs.ts'
import { attainment, explain, get, rebuild, simulate } from './sla-reads.ts'

export const slaQueries = {
  'sla.get': query({
    says: 'Shows how the clocks of a ticket stand.',
    input: getClocks,
    shows: { kind: 'ticket', as: 'clocks' },
    read: get,
  }),
  'sla.explain': query({
    says: 'Explains a clock: every stretch that it ran or stood still, why, and the sum that makes it due.',
    input: explainClock,
    shows: { kind: 'ticket', as: 'explanation' },
    read: explain,
  }),
  'sla.attainment': query({
    says: 'Counts clocks that were met and breached in a period, by metric, priority and policy; running ones are left out.',
    input: countAttainment,
    shows: { kind: 'ticket', as: 'attainment' },
    whole: true,
    read: attainment,
  }),
  'sla.rebuild': query({
    says: 'Recomputes clocks from the journal and lists every difference from what is stored; writes nothing.',
    input: rebuildClocks,
    shows: { kind: 'ticket', as: 'rebuilt' },
    whole: true,
    read: rebuild,
  }),
  'sla.simulate': query({
    says: 'Plays past tickets under other policies or calendars and compares the outcomes; writes nothing.',
    input: simulatePolicies,
    shows: { kind: 'ticket', as: 'simulation' },
    whole: true,
    read: simulate,
  }),
} as const
