/** A city's network company: its people, its teams, and what its desk does to tickets that hang together. */
import { createDesk, type Desk, type HostPolicies, type TeamId } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { manualClock } from 'deskwright/testing'

export const TEAMS = { network: 'Network', field: 'Field service', press: 'Press office' } as const
export type TeamName = keyof typeof TEAMS
export type Acting = ReturnType<Desk['as']>

/** How many customers the outage reaches, and how many of them the desk answers in one commit. */
export const INCIDENTS = 50
export const AT_ONCE = 20

const relations = {
  // Children have the priority of their parent until somebody gives them their own.
  follow: ['priority'],
  whenChildrenSolved: 'noteOnParent',
  cascadeAtOnce: AT_ONCE,
} satisfies HostPolicies['relations']

/** What an outage is broken down into, once the ids of the teams are known. */
function scenarios(teams: Readonly<Record<TeamName, TeamId>>) {
  const task = (team: TeamName, subject: string) => ({
    subject: `${subject} ({subject})`,
    body: `A part of #{number}.`,
    values: { type: 'task' as const, teamId: teams[team] },
    inherit: ['tags'],
    map: {},
    follow: ['priority'],
  })
  const children = [
    task('network', 'Find the fault and reroute'),
    task('field', 'Change the switch on site'),
    task('press', 'Tell the papers'),
  ]
  return { scenarios: { outage: { children } } }
}

/** Opens the company's desk, with an agent of each team and one at the service desk. */
export async function openUtility() {
  const clock = manualClock('2026-03-02T08:00:00Z')
  const desk = await createDesk({ store: memoryStore(), clock, policies: { relations } })
  const setUp = desk.as({ by: { kind: 'system', id: 'set-up' } })
  const hire = async (name: string, teamIds: readonly TeamId[]): Promise<Acting> => {
    const agent = await setUp.agent.create({ name, teamIds, roles: ['agent'] })
    return desk.as({ by: { kind: 'agent', id: agent.id } })
  }
  const teams = {
    network: (await setUp.team.create({ name: TEAMS.network })).id,
    field: (await setUp.team.create({ name: TEAMS.field })).id,
    press: (await setUp.team.create({ name: TEAMS.press })).id,
  }
  await setUp.policy.publish({ name: 'scenarios', document: scenarios(teams) })
  const crew = {
    network: await hire('Iris', [teams.network]),
    field: await hire('Bram', [teams.field]),
    press: await hire('Odile', [teams.press]),
  }
  return { desk, clock, teams, crew, noor: await hire('Noor', []) }
}
export type Utility = Awaited<ReturnType<typeof openUtility>>
