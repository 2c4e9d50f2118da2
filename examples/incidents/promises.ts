/** What this desk promises: hours and targets of our own choice, since the log does not say what was promised; and a second list to compare. */
import type { HostPolicies } from 'deskwright'

const DAY = [['08:00', '18:00']] as const

/** Nine in ten incidents of the log are opened in these hours, by the log's own wall clock. */
const calendars: NonNullable<HostPolicies['calendars']> = {
  office: { timeZone: 'UTC', weekly: { mon: DAY, tue: DAY, wed: DAY, thu: DAY, fri: DAY } },
}

type Promises = NonNullable<HostPolicies['sla']>['policies']

/** In force while the log is replayed. Waiting for the user, a vendor, a problem or evidence stops a clock, as is usual. */
const promises: Promises = [
  {
    name: 'urgent',
    match: { field: 'priority', in: ['P1', 'P2'] },
    calendar: '24/7',
    metrics: { resolution: { target: { P1: '4h', P2: '8h' }, warn: [0.75] } },
  },
  {
    name: 'ordinary',
    calendar: 'office',
    // Three and five working days.
    metrics: { resolution: { target: { P3: '30h', P4: '50h' }, warn: [0.75] } },
  },
]

/** What the desk of the log is opened with. */
export const promised: HostPolicies = { calendars, sla: { policies: promises } }

/** What if: the same hours and targets, and no clock ever stands still: the time as the user lives it. */
export const withoutPauses: Promises = promises.map((promise) => {
  const { resolution } = promise.metrics
  return resolution === undefined ? promise : { ...promise, metrics: { resolution: { ...resolution, pauseOn: [] } } }
})
