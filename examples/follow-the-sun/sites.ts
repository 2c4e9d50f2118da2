/** A desk with three sites, each in its own zone and hours, two tiers that follow the sun, and somebody on standby at night. */
import { type AgentId, createDesk, type HostPolicies, type TeamId } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { type Notification, notifier } from 'deskwright/notifier'
import { manualClock, seededRandom } from 'deskwright/testing'

const NINE_TO_FIVE = [['09:00', '17:00']] as const
const WEEK = { mon: NINE_TO_FIVE, tue: NINE_TO_FIVE, wed: NINE_TO_FIVE, thu: NINE_TO_FIVE, fri: NINE_TO_FIVE }

/** The sites, in the order of the sun. */
export const SITES = {
  sydney: { timeZone: 'Australia/Sydney', one: 'Mia', two: 'Oscar' },
  berlin: { timeZone: 'Europe/Berlin', one: 'Jonas', two: 'Lea' },
  newYork: { timeZone: 'America/New_York', one: 'Grace', two: 'Ruth' },
} as const
type Site = keyof typeof SITES
const NAMES = Object.keys(SITES) as Site[]

/** Monday noon in Sydney, Sunday night in New York. */
const START = '2026-03-02T01:00:00Z'

/** Opens the desk; `tell` hears whom it tells. */
export async function openSites(tell: (notification: Notification) => void) {
  const clock = manualClock(START)
  const desk = await createDesk({
    store: memoryStore(),
    clock,
    random: seededRandom(1),
    transports: [notifier({ ways: { screen: tell } })],
  })
  const setup = desk.as({ by: { kind: 'system', id: 'setup' } })
  const tiers = {
    one: (await setup.team.create({ name: 'Tier 1' })).id,
    two: (await setup.team.create({ name: 'Tier 2' })).id,
  }
  const people = new Map<AgentId, string>()
  const hire = async (name: string, roles: string[], teamIds: TeamId[]) => {
    const { id } = await setup.agent.create({ name, roles, teamIds })
    people.set(id, name)
    return id
  }
  await setup.policy.publish({ name: 'roles', document: { roles: { lead: { 'escalation.resolve': 'any' } } } })
  const one: Record<string, AgentId> = {}
  const two: Record<string, AgentId> = {}
  for (const site of NAMES) {
    one[site] = await hire(SITES[site].one, ['agent'], [tiers.one])
    two[site] = await hire(SITES[site].two, ['agent'], [tiers.two])
  }
  await hire('Priya', ['agent', 'lead'], [tiers.two])
  const standby = [await hire('Sam', ['agent'], [tiers.one]), await hire('Tess', ['agent'], [tiers.one])]
  const policies = policiesOf({ one, two, standby, tiers })
  for (const name of ['calendars', 'onCall', 'escalation', 'sla'] as const)
    await setup.policy.publish({ name, document: policies[name] } as never)
  const nameOf = (id: string) => people.get(id as AgentId) ?? id
  const acting = (name: string) => {
    const [id] = [...people].find(([, other]) => other === name) as [AgentId, string]
    return desk.as({ by: { kind: 'agent', id } })
  }
  return { desk, setup, clock, nameOf, acting, people }
}

function policiesOf(given: {
  readonly one: Readonly<Record<string, string>>
  readonly two: Readonly<Record<string, string>>
  readonly standby: readonly string[]
  readonly tiers: { readonly one: TeamId; readonly two: TeamId }
}) {
  const { one, two, standby, tiers } = given
  const layers = (tier: Readonly<Record<string, string>>) =>
    NAMES.map((site) => ({
      name: site,
      timeZone: SITES[site].timeZone,
      people: [tier[site] as string],
      turn: 'weekly' as const,
      start: '2026-01-05T09:00',
      hours: WEEK,
    }))
  return {
    calendars: Object.fromEntries(NAMES.map((site) => [site, { timeZone: SITES[site].timeZone, weekly: WEEK }])),
    sla: { policies: [{ name: 'worldwide', metrics: { firstReply: { target: '2h', warn: [0.5] } } }] },
    onCall: {
      schedules: {
        // Whoever is at work; between the sites and at weekends one of two, who take weekly turns.
        'tier 1': {
          timeZone: 'UTC',
          layers: [{ name: 'standby', people: standby, turn: 'weekly', start: '2026-01-05T00:00' }, ...layers(one)],
        },
        'tier 2': { timeZone: 'UTC', layers: layers(two) },
      },
    },
    escalation: {
      policies: [
        {
          name: 'follow the sun',
          acknowledgeTimeout: '4h',
          repeat: 1,
          starts: [{ clock: 'firstReply', on: 'warning', level: 0.5 }],
          steps: [
            { name: 'tier 1', targets: [{ onCall: 'tier 1' }], delay: '30m' },
            {
              name: 'tier 2',
              targets: [{ command: 'ticket.assign', input: { teamId: tiers.two } }, { onCall: 'tier 2' }],
              delay: { working: '1h', calendar: 'berlin' },
            },
            {
              name: 'lead',
              targets: [{ role: 'lead' }, { command: 'ticket.change', input: { priority: 'P1' } }],
              delay: '1h',
            },
          ],
        },
      ],
    },
  } satisfies HostPolicies
}
