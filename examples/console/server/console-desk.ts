/** The desk behind the console: the coffee shop of the other examples, open day and night so that its clocks always tick. */
import { type Clock, createDesk, type HostPolicies, type Store } from 'deskwright'
import { policies, ticketFields } from '../../support-day/shop.ts'

const ALL_DAY = [['00:00', '24:00']] as const

/** One question after solving, and room for words. Parts of a larger matter are not asked about. */
const surveys = {
  surveys: [
    {
      name: 'after-solving',
      kind: 'csat',
      where: { not: { field: 'type', is: 'task' } },
      language: 'en',
      question: { en: 'How satisfied are you with our help?' },
      low: { en: 'not at all' },
      high: { en: 'very' },
      more: [{ id: 'comment', kind: 'comment', text: { en: 'What shall we know?' } }],
      // A low answer opens a follow-up.
      whenLow: {},
    },
  ],
  // Here everybody is asked each time; unless said otherwise it is once in thirty days.
  cap: null,
} satisfies HostPolicies['surveys']

/** Who is called when nobody answers, and when nobody can wait. */
const escalation = {
  policies: [
    {
      name: 'standing still',
      starts: [{ when: { field: 'priority', is: 'P1' } }],
      steps: [
        { targets: [{ role: 'agent' }], delay: '12m' },
        { targets: [{ role: 'admin' }], delay: '30m' },
      ],
    },
    {
      name: 'late answer',
      starts: [{ clock: 'firstReply', on: 'breach' }],
      steps: [
        { targets: [{ ticket: 'team' }], delay: '15m' },
        { targets: [{ role: 'admin' }], delay: '2h' },
      ],
      // A ticket that is in no team's hands.
      fallback: [{ role: 'admin' }],
    },
  ],
} satisfies HostPolicies['escalation']

/** Opens the shop's desk on a store. */
export function openConsoleDesk(ports: { readonly store: Store; readonly clock: Clock; readonly secret: string }) {
  return createDesk({
    ...ports,
    fields: { ticket: ticketFields },
    policies: {
      ...policies,
      surveys,
      escalation,
      calendars: {
        shop: {
          timeZone: 'Europe/London',
          weekly: { mon: ALL_DAY, tue: ALL_DAY, wed: ALL_DAY, thu: ALL_DAY, fri: ALL_DAY, sat: ALL_DAY, sun: ALL_DAY },
        },
      },
    },
  })
}

/** All that the browser's client knows of the desk is this type: its verbs and the shop's own fields come with it. */
export type ConsoleDesk = Awaited<ReturnType<typeof openConsoleDesk>>
export type Acting = ReturnType<ConsoleDesk['as']>
