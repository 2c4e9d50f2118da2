/** The host of the console without a browser: who gets in, as whom, and what its pages allow. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startConsole } from '../../examples/console/server/start-console.ts'

const folder = mkdtempSync(join(tmpdir(), 'deskwright-console-'))

describe('the console’s host', () => {
  let app: Awaited<ReturnType<typeof startConsole>>
  beforeAll(async () => {
    app = await startConsole({ file: join(folder, 'console.db'), port: 0 })
  }, 60_000)
  afterAll(async () => {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const get = (path: string, cookie = '') => fetch(`${app.url}${path}`, { headers: { cookie }, redirect: 'manual' })

  /** The cookie of a person, as the sign-in page gives it. */
  async function signIn(name: string): Promise<string> {
    const html = await (await get('/sign-in')).text()
    const id = new RegExp(`value="(\\w+)"><strong>${name}`).exec(html)?.[1] ?? ''
    const body = new URLSearchParams({ id })
    const answer = await fetch(`${app.url}/sign-in`, { method: 'POST', body, redirect: 'manual' })
    return answer.headers.get('set-cookie') ?? ''
  }

  it('sends who is not signed in to the sign-in, and tells them nothing', async () => {
    expect((await get('/')).headers.get('location')).toBe('/sign-in')
    for (const path of ['/me', '/v1/tickets', '/v1/customers', '/v1/events']) expect((await get(path)).status).toBe(401)
    expect((await get('/invitation')).status).toBe(403)
  })

  it('gives a session that no script reads and no other site sends', async () => {
    const cookie = await signIn('Jonas Beck')
    expect(cookie).toMatch(/^console=[0-9a-f-]{36}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(await (await get('/me', cookie)).json()).toMatchObject({ kind: 'agent', name: 'Jonas Beck' })
  })

  it('knows nobody who makes a cookie up, and no id that is not on its page', async () => {
    expect((await get('/me', 'console=00000000-0000-4000-8000-000000000000')).status).toBe(401)
    const body = new URLSearchParams({ id: 'system' })
    const answer = await fetch(`${app.url}/sign-in`, { method: 'POST', body, redirect: 'manual' })
    expect(answer.headers.get('location')).toBe('/sign-in')
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  it('shows a customer their own tickets and those of a shared organisation, and no other', async () => {
    const subjects = async (name: string) => {
      const answer = await get('/v1/tickets?limit=200', (await signIn(name)).split(';')[0])
      return ((await answer.json()) as { items: { subject: string }[] }).items.map(({ subject }) => subject)
    }
    expect(await subjects('Nora Feld')).toEqual(['My Doppio hums and leaks'])
    expect(await subjects('Ida Holm')).toEqual(await subjects('Omar Said'))
    expect(await subjects('Jonas Beck')).toHaveLength(14)
  })

  it('lets pages run and load nothing but what it serves itself', async () => {
    for (const [path, cookie] of [['/sign-in', ''] as const, ['/', await signIn('Nora Feld')] as const]) {
      const answer = await get(path, cookie)
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /)
      expect(await answer.text()).not.toMatch(/<script(?! type="module" src="\/assets\/)|<style| style=| on\w+=/)
    }
  })

  it('serves what it has bundled, and nothing else', async () => {
    for (const name of ['inbox.js', 'portal.js', 'style.css', 'icon.svg'])
      expect((await get(`/assets/${name}`)).status).toBe(200)
    for (const path of ['/assets/../package.json', '/assets/', '/assets/console.db', '/nothing'])
      expect((await get(path)).status).toBe(404)
  })
})
