/** Keeps the picture of a ladder in the guide what the library draws. */
import { join } from 'node:path'
import { previewEscalation } from 'deskwright/escalation'
import { expect, it } from 'vitest'

const PREVIEW = previewEscalation({
  policy: {
    name: 'outage',
    repeat: 1,
    fallback: [{ agent: 'dana' }],
    steps: [
      { name: 'on call', targets: [{ onCall: 'primary' }], delay: '10m' },
      { name: 'tier 2', targets: [{ team: 'tier2' }, { command: 'ticket.assign' }], delay: '15m' },
      { name: 'managers', targets: [{ role: 'lead', within: 'team' }], delay: { working: '1h', calendar: 'office' } },
    ],
  },
  calendars: {
    office: { timeZone: 'Europe/Berlin', weekly: { mon: [['09:00', '17:00']], tue: [['09:00', '17:00']] } },
  },
  schedules: {
    primary: {
      timeZone: 'Europe/Berlin',
      layers: [{ people: ['ann', 'bob'], turn: 'daily', start: '2026-03-02T09:00' }],
    },
  },
  directory: { teams: { tier2: ['cy', 'eve'] }, roles: { lead: ['cy'] } },
  names: { ann: 'Ann', bob: 'Bob', cy: 'Cy', dana: 'Dana', eve: 'Eve' },
  timeZone: 'Europe/Berlin',
  at: '2026-03-03T07:50:00Z',
})

it('is what previewEscalation draws', async () => {
  const path = join(import.meta.dirname, '../../docs/pictures/escalation-ladder.svg')
  await expect(`${PREVIEW.svg}\n`).toMatchFileSnapshot(path)
})

it('says in text what it draws', () => {
  expect(PREVIEW.text).toMatchInlineSnapshot(`
    "outage, from Tue 2026-03-03 08:50 UTC+01:00, if nobody answers:
      Tue 2026-03-03 08:50 UTC+01:00  +0 min         on call                Ann (onCall primary)
      Tue 2026-03-03 09:00 UTC+01:00  +10 min        tier 2                 Cy (team tier2), Eve (team tier2), ticket.assign
      Tue 2026-03-03 09:15 UTC+01:00  +25 min        managers               Dana, nobody for role lead of the team
      Tue 2026-03-03 10:15 UTC+01:00  +1 h 25 min    on call, time 2        Bob (onCall primary)
      Tue 2026-03-03 10:25 UTC+01:00  +1 h 35 min    tier 2, time 2         Cy (team tier2), Eve (team tier2), ticket.assign
      Tue 2026-03-03 10:40 UTC+01:00  +1 h 50 min    managers, time 2       Dana, nobody for role lead of the team
    Nobody else is told after Tue 2026-03-03 11:40 UTC+01:00."
  `)
})
