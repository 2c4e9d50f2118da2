/** Policies that the public documentation of on-call products describes, as data, each with what it says will happen. */
import type { ReplayEscalationInput } from 'deskwright/escalation'

export interface VendorPolicy {
  readonly product: string
  readonly source: string
  /** What is documented, in our words. */
  readonly says: string
  readonly given: ReplayEscalationInput
  /** Minutes after the trigger, and who is told then. */
  readonly told: readonly (readonly [minute: number, ...people: string[]])[]
  readonly state: string
}

// A Monday.
const START = Date.parse('2026-03-02T10:00:00Z')
const at = (minute: number) => START + minute * 60_000
const trigger = { at: START, type: 'trigger' } as const
const always = (person: string) => ({
  timeZone: 'UTC',
  layers: [{ people: [person], turn: 'weekly' as const, start: '2026-01-05T09:00' }],
})

export const VENDOR_POLICIES: readonly VendorPolicy[] = [
  {
    product: 'PagerDuty',
    source: 'https://support.pagerduty.com/hc/en-us/articles/202828950-What-is-an-Escalation-Policy-',
    says: 'A schedule has 30 minutes, then a person has 30 minutes, then it starts over; this repeats nine times.',
    given: {
      policy: {
        name: 'default',
        repeat: 9,
        steps: [
          { targets: [{ onCall: 'primary' }], delay: '30m' },
          { targets: [{ agent: 'jason' }], delay: '30m' },
        ],
      },
      schedules: { primary: always('pam') },
      events: [trigger],
      asOf: at(24 * 60),
    },
    told: Array.from({ length: 10 }, (_, loop) => [
      [loop * 60, 'pam'] as const,
      [loop * 60 + 30, 'jason'] as const,
    ]).flat(),
    state: 'exhausted',
  },
  {
    product: 'PagerDuty',
    source: 'https://support.pagerduty.com/docs/escalation-policies',
    says: 'What is acknowledged before the timeout does not escalate, and several targets of a level are told at once.',
    given: {
      policy: {
        name: 'pair',
        steps: [
          { targets: [{ agent: 'ann' }, { onCall: 'primary' }], delay: '5m' },
          { targets: [{ agent: 'boss' }], delay: '5m' },
        ],
      },
      schedules: { primary: always('pam') },
      events: [trigger, { at: at(5), type: 'acknowledge', by: 'pam' }],
      asOf: at(600),
    },
    told: [[0, 'ann', 'pam']],
    state: 'acknowledged',
  },
  {
    product: 'PagerDuty',
    source: 'https://enterprisemonitoring.yale.edu/welcome-to-pagerduty/incidents',
    says: 'Nobody is told after an acknowledgement until its timeout; then it is triggered again and goes on.',
    given: {
      policy: {
        name: 'timeout',
        acknowledgeTimeout: '30m',
        steps: [
          { targets: [{ agent: 'ann' }], delay: '10m' },
          { targets: [{ agent: 'bob' }], delay: '10m' },
        ],
      },
      events: [trigger, { at: at(4), type: 'acknowledge', by: 'ann' }],
      asOf: at(45),
    },
    told: [
      [0, 'ann'],
      [34, 'ann'],
      [44, 'bob'],
    ],
    state: 'triggered',
  },
  {
    product: 'PagerDuty',
    source: 'https://support.pagerduty.com/docs/service-settings',
    says: 'What has a low urgency is told to the first level and does not escalate.',
    given: {
      policy: {
        name: 'low',
        repeat: 3,
        acknowledgeTimeout: '30m',
        steps: [
          { targets: [{ agent: 'ann' }], delay: '5m' },
          { targets: [{ agent: 'bob' }], delay: '5m' },
        ],
      },
      events: [{ ...trigger, urgency: 'low' }],
      asOf: at(6000),
    },
    told: [[0, 'ann']],
    state: 'triggered',
  },
  {
    product: 'PagerDuty',
    source: 'https://support.pagerduty.com/docs/escalation-policy-vs-schedule',
    says: 'Where layers of a schedule overlap, the one below takes precedence: one person is on call at a time.',
    given: {
      policy: { name: 'layers', steps: [{ targets: [{ onCall: 'layered' }], delay: '120m' }], repeat: 1 },
      schedules: {
        layered: {
          timeZone: 'UTC',
          layers: [
            { people: ['base'], turn: 'weekly', start: '2026-01-05T09:00' },
            { people: ['above'], turn: 'daily', start: '2026-03-01T00:00', hours: { mon: [['09:00', '11:00']] } },
          ],
        },
      },
      events: [trigger],
      asOf: at(200),
    },
    told: [
      [0, 'above'],
      [120, 'base'],
    ],
    state: 'triggered',
  },
  {
    product: 'PagerDuty',
    source: 'https://support.pagerduty.com/docs/escalation-policy-vs-schedule',
    says: 'One group is told in business hours and another outside of them, each person by a schedule of their own.',
    given: {
      policy: {
        name: 'hours',
        repeat: 1,
        steps: [{ targets: [{ onCall: 'george' }, { onCall: 'emily' }, { onCall: 'max' }], delay: '480m' }],
      },
      schedules: {
        ...Object.fromEntries(
          ['george', 'emily'].map((person) => [
            person,
            {
              timeZone: 'UTC',
              layers: [
                {
                  people: [person],
                  turn: 'daily' as const,
                  start: '2026-01-05T09:00',
                  hours: { mon: [['08:00', '17:00']] as const },
                },
              ],
            },
          ]),
        ),
        max: {
          timeZone: 'UTC',
          layers: [{ people: ['max'], turn: 'daily', start: '2026-01-05T09:00', hours: { mon: [['17:00', '08:00']] } }],
        },
      },
      events: [trigger],
      asOf: at(500),
    },
    told: [
      [0, 'george', 'emily'],
      [480, 'max'],
    ],
    state: 'triggered',
  },
  {
    product: 'Opsgenie',
    source: 'https://support.atlassian.com/opsgenie/docs/how-do-escalations-work-in-opsgenie/',
    says: 'Rules tell the on-call person at once and a whole team later, if nobody has acknowledged until then.',
    given: {
      policy: {
        name: 'ops',
        steps: [
          { targets: [{ onCall: 'ops' }], delay: '10m' },
          { targets: [{ team: 'ops' }], delay: '10m' },
        ],
      },
      schedules: { ops: always('olga') },
      directory: { teams: { ops: ['olga', 'pete', 'quinn'] } },
      events: [trigger],
      asOf: at(15),
    },
    told: [
      [0, 'olga'],
      [10, 'olga', 'pete', 'quinn'],
    ],
    state: 'triggered',
  },
  {
    product: 'Opsgenie',
    source: 'https://support.atlassian.com/opsgenie/docs/how-do-escalations-work-in-opsgenie/',
    says: 'A rule for the admins of a team tells only those; nobody else is told once the alert is closed.',
    given: {
      policy: {
        name: 'admins',
        steps: [
          { targets: [{ ticket: 'assignee' }], delay: '15m' },
          { targets: [{ role: 'admin', within: 'team' }], delay: '15m' },
          { targets: [{ agent: 'director' }], delay: '15m' },
        ],
      },
      directory: {
        assignee: 'olga',
        team: 'ops',
        teams: { ops: ['olga', 'pete'] },
        roles: { admin: ['pete', 'someone-elsewhere'] },
      },
      events: [trigger, { at: at(20), type: 'resolve', by: 'pete' }],
      asOf: at(600),
    },
    told: [
      [0, 'olga'],
      [15, 'pete'],
    ],
    state: 'resolved',
  },
  {
    product: 'GoAlert',
    source: 'https://github.com/target/goalert/blob/master/test/smoke/escalation_test.go',
    says: 'The second step follows when the first one’s own delay has passed.',
    given: {
      policy: {
        name: 'esc policy',
        steps: [
          { targets: [{ agent: 'bob' }], delay: '30m' },
          { targets: [{ agent: 'bob2' }], delay: '60m' },
        ],
      },
      events: [trigger],
      asOf: at(80),
    },
    told: [
      [0, 'bob'],
      [30, 'bob2'],
    ],
    state: 'triggered',
  },
  {
    product: 'GoAlert',
    source: 'https://github.com/target/goalert/blob/master/test/smoke/rotationdst_test.go',
    says: 'A daily rotation hands over at the same wall time after a clock change as before it.',
    given: {
      policy: { name: 'daily', repeat: 1, steps: [{ targets: [{ onCall: 'chicago' }], delay: '10m' }] },
      schedules: {
        // 10:05 in Chicago, told at 10:00 (UTC-6) and ten minutes later; the clocks were moved a few months before.
        chicago: {
          timeZone: 'America/Chicago',
          layers: [{ people: ['bob', 'ben'], turn: 'daily', start: '2025-10-03T04:05' }],
        },
      },
      events: [trigger],
      asOf: at(15),
    },
    told: [
      [0, 'ben'],
      [10, 'bob'],
    ],
    state: 'triggered',
  },
  {
    product: 'GoAlert',
    source: 'https://github.com/target/goalert/blob/master/test/smoke/genericapidedup_test.go',
    says: 'An alert with a key that an open alert has makes no second one.',
    given: {
      policy: { name: 'dedup', steps: [{ targets: [{ agent: 'bob' }], delay: '30m' }] },
      events: [trigger, { at: at(1), type: 'trigger' }, { at: at(2), type: 'trigger' }],
      asOf: at(10),
    },
    told: [[0, 'bob']],
    state: 'triggered',
  },
  {
    product: 'incident.io',
    source: 'https://docs.incident.io/on-call/escalation-delays',
    says: 'A level at which nobody is on call is passed at once, without its delay.',
    given: {
      policy: {
        name: 'gap',
        steps: [
          { targets: [{ agent: 'ann' }], delay: '5m' },
          { targets: [{ onCall: 'empty' }], delay: '5m' },
          { targets: [{ agent: 'cy' }], delay: '5m' },
        ],
      },
      schedules: { empty: { timeZone: 'UTC', layers: [] } },
      events: [trigger],
      asOf: at(7),
    },
    told: [
      [0, 'ann'],
      [5, 'cy'],
    ],
    state: 'triggered',
  },
]
