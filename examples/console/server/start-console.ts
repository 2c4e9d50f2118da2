/** The host: your own sign-in, the desk's handler and two pages, behind one function from a request to a response. */
import type { CustomerId, TicketId } from 'deskwright'
import { handler } from 'deskwright/http'
import { sqliteStore } from 'deskwright/sqlite'
import { bundleAssets } from './assets.ts'
import { type ConsoleDesk, openConsoleDesk } from './console-desk.ts'
import { secretBeside, tokenFor } from './invitations.ts'
import { appPage, page, signInPage } from './pages.ts'
import { seed } from './seed.ts'
import { seedClock } from './seed-clock.ts'
import { serve } from './serve.ts'
import { actorOf, createSessions, type Person, peopleOf } from './sessions.ts'

interface ConsoleOptions {
  /** The SQLite file; it is filled when it is new. */
  readonly file: string
  /** 0: any that is free. */
  readonly port: number
  /** The time. Default: the machine's. */
  readonly now?: (() => number) | undefined
}

export async function startConsole({ file, port, now = Date.now }: ConsoleOptions) {
  const clock = seedClock(now)
  const desk = await openConsoleDesk({ store: sqliteStore(file), clock, secret: secretBeside(file) })
  await seed(desk, clock)
  // Rings what falls due: warnings, breaches.
  desk.work()
  const server = await serve(await hostOf(desk, now), port)
  return {
    url: server.url,
    async close() {
      await server.close()
      await desk.close()
    },
  }
}

async function hostOf(desk: ConsoleDesk, now: () => number): Promise<(request: Request) => Promise<Response>> {
  const sessions = createSessions()
  const system = desk.as({ by: { kind: 'system', id: 'sign-in' } })
  const asset = await bundleAssets()
  const api = handler(desk, {
    // The whole of the identity: the session behind the cookie. No header names an actor.
    authenticate: (request) => {
      const person = sessions.personOf(request)
      return person && { by: actorOf(person) }
    },
  })

  async function signIn(request: Request): Promise<Response> {
    const id = new URLSearchParams(await request.text()).get('id')
    const person = (await peopleOf(system)).find((one) => one.id === id)
    return person ? redirect('/', sessions.begin(person)) : redirect('/sign-in')
  }

  async function invitation(request: Request, person: Person | null): Promise<Response> {
    if (person?.kind !== 'customer') return new Response(null, { status: 403 })
    const ticketId = new URL(request.url).searchParams.get('ticketId') as TicketId
    return Response.json({ token: await tokenFor(system, { customerId: person.id as CustomerId, ticketId }) })
  }

  return async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith('/v1/')) return api(request)
    if (pathname.startsWith('/assets/')) return asset(pathname.slice('/assets/'.length)) ?? page('Not found', 404)
    const person = sessions.personOf(request)
    switch (`${request.method} ${pathname}`) {
      case 'GET /':
        if (person === null) return redirect('/sign-in')
        if (person.kind === 'agent') return page(appPage({ title: 'Inbox · Kaffka', app: 'inbox' }))
        return page(appPage({ title: 'My requests · Kaffka', app: 'portal' }))
      case 'GET /sign-in':
        return page(signInPage(await peopleOf(system)))
      case 'POST /sign-in':
        return signIn(request)
      case 'POST /sign-out':
        return redirect('/sign-in', sessions.end(request))
      case 'GET /me':
        // With the desk's time: the clock of the person's machine may be wrong.
        return person ? Response.json({ ...person, now: now() }) : new Response(null, { status: 401 })
      case 'GET /invitation':
        return invitation(request, person)
      default:
        return page('Not found', 404)
    }
  }
}

function redirect(location: string, cookie?: string): Response {
  return new Response(null, { status: 303, headers: { location, ...(cookie ? { 'set-cookie': cookie } : {}) } })
}
