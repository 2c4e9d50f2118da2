/** Who is signed in: a stand-in for your own sign-in, which asks for a name and nothing else. */
import type { Actor, AgentId, CustomerId } from 'deskwright'
import type { Acting } from './console-desk.ts'

/** A person of the shop, as the page shows them. */
export interface Person {
  readonly kind: 'agent' | 'customer'
  readonly id: AgentId | CustomerId
  readonly name: string
  /** What stands below the name. */
  readonly about: string
}

/** The people one may sign in as: all agents, and the customers with a login. */
export async function peopleOf(system: Acting): Promise<readonly Person[]> {
  const teams = new Map((await system.team.find({})).items.map(({ id, name }) => [id, name]))
  const agents = (await system.agent.find({ order: [{ field: 'createdAt' }] })).items.map(
    ({ id, name, teamIds, roles }): Person => ({
      kind: 'agent',
      id,
      name,
      about: [...teamIds.map((team) => teams.get(team)), ...roles.filter((role) => role === 'admin')].join(', '),
    }),
  )
  const customers = (await system.customer.find({ order: [{ field: 'createdAt' }], limit: 200 })).items
    .filter(({ identities }) => identities.some(({ kind }) => kind === 'login'))
    .map(
      ({ id, name, identities }): Person => ({
        kind: 'customer',
        id,
        name: name ?? 'Customer',
        about: identities.find(({ kind }) => kind === 'email')?.value ?? 'Customer',
      }),
    )
  return [...agents, ...customers]
}

const COOKIE = 'console'

/** Sessions of this process: a random name in a cookie that no script can read, and behind it who it is. */
export function createSessions() {
  const sessions = new Map<string, Person>()
  const nameIn = (request: Request) =>
    request.headers
      .get('cookie')
      ?.split('; ')
      .find((part) => part.startsWith(`${COOKIE}=`))
      ?.slice(COOKIE.length + 1) ?? ''
  // `Strict`: no page of another site can act with it. A host behind HTTPS adds `Secure`.
  const cookie = (value: string, more = '') => `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict${more}`
  return {
    personOf: (request: Request): Person | null => sessions.get(nameIn(request)) ?? null,
    /** The cookie of a new session. */
    begin(person: Person): string {
      const name = crypto.randomUUID()
      sessions.set(name, person)
      return cookie(name)
    },
    end(request: Request): string {
      sessions.delete(nameIn(request))
      return cookie('', '; Max-Age=0')
    },
  }
}

/** Who acts, for the desk. */
export function actorOf({ kind, id }: Person): Actor {
  return { kind, id } as Actor
}
