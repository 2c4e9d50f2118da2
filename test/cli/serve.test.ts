import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { commandIn } from './terminal.ts'

const { folder, deskwright } = commandIn()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Serves while the work is done, and then stops as a signal would stop it. */
async function whileServed(words: string, work: (url: string, stop: () => void) => Promise<void>): Promise<number> {
  let stop = () => {}
  const stopped = new Promise<void>((resolve) => {
    stop = resolve
  })
  let begun = (_url: string) => {}
  const url = new Promise<string>((resolve) => {
    begun = resolve
  })
  const serving = deskwright(`serve --port 0 --json ${words}`.trim(), {
    untilStopped: () => stopped,
    print: (line) => begun(JSON.parse(line).url),
  })
  try {
    const working = url.then((at) => work(at, stop))
    const ended = serving.then(({ code, err }) => (code === 0 ? working : Promise.reject(new Error(err))))
    await Promise.race([working, ended])
  } finally {
    stop()
  }
  return (await serving).code
}

describe('serve', () => {
  it('answers for whom it is told, streams included, and ends when it is stopped', async () => {
    const code = await whileServed('--store sqlite:desk.db --as system:me --tenant acme', async (url) => {
      const opened = await fetch(`${url}/v1/tickets`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ requester: { email: 'ada@example.org' }, subject: 'It hums', body: 'Since noon.' }),
      })
      expect(opened.status).toBe(201)
      const stream = await fetch(`${url}/v1/events?after=0`, { headers: { accept: 'text/event-stream' } })
      const { value } = await stream.body!.getReader().read()
      expect(new TextDecoder().decode(value)).toContain('ticket.opened')
    })
    expect(code).toBe(0)
    expect((await deskwright('run ticket.count --store sqlite:desk.db --tenant acme --json')).out).toContain(
      '"count":1',
    )
  })

  it('lets the module say who asks', async () => {
    const src = join(import.meta.dirname, '../../src')
    writeFileSync(
      join(folder, 'desk.ts'),
      `import { memoryStore } from '${src}/adapters/memory/memory-store.ts'
      export const deskOptions = { store: memoryStore() }
      export const authenticate = (request: Request) =>
        request.headers.get('authorization') === 'Bearer secret' ? { by: { kind: 'system', id: 'backend' } } : null`,
    )
    await whileServed('', async (url) => {
      expect((await fetch(`${url}/v1/tickets`)).status).toBe(401)
      expect((await fetch(`${url}/v1/tickets`, { headers: { authorization: 'Bearer secret' } })).status).toBe(200)
    })
  })

  it('answers the requests in hand when it is stopped', async () => {
    const src = join(import.meta.dirname, '../../src')
    writeFileSync(
      join(folder, 'slow.ts'),
      `import { memoryStore } from '${src}/adapters/memory/memory-store.ts'
      export const deskOptions = { store: memoryStore() }
      export const authenticate = () => globalThis.slowIdentity()`,
    )
    const code = await whileServed('--desk slow.ts', async (url, stop) => {
      const asked = new Promise<(identity: object) => void>((resolve) => {
        Object.assign(globalThis, { slowIdentity: () => new Promise(resolve) })
      })
      const answer = fetch(`${url}/v1/tickets`)
      const identify = await asked
      stop()
      await new Promise((resolve) => setImmediate(resolve))
      identify({ by: { kind: 'system', id: 'backend' } })
      expect((await answer).status).toBe(200)
      expect(await (await answer).json()).toMatchObject({ items: [] })
    })
    expect(code).toBe(0)
  })

  it('asks for API keys where nothing else says who asks', async () => {
    const on = '--store sqlite:keys.db --tenant acme'
    const made = await deskwright(`key ${on} --for bot:orders --name Orders --only ticket.find`)
    expect(made).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^dwk\.\S+$/),
      err: expect.stringContaining('shown this once'),
    })
    const { id, key } = JSON.parse((await deskwright(`key ${on} --for bot:orders --name Other --json`)).out)
    await whileServed('--store sqlite:keys.db', async (url) => {
      const status = async (path: string, token: string) =>
        (await fetch(`${url}/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })).status
      expect([await status('tickets', made.out), await status('agents', made.out)]).toEqual([200, 403])
      expect([await status('tickets', 'dwk.none'), await status('agents', key)]).toEqual([401, 200])
      expect(await deskwright(`run apiKey.revoke ${on} --apiKeyId ${id}`)).toMatchObject({ code: 0 })
      expect(await status('agents', key)).toBe(401)
    })
    const refused = await deskwright(`key ${on} --for me --name X`)
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('cli.bad-value: --for is me') })
    expect((await deskwright(`key ${on} --name X`)).err).toContain('Name both --for and --name')
  })

  it('makes no key without end of an end that is empty', async () => {
    const words = 'key --store sqlite:keys.db --for bot:x --name X --expires'
    expect(await deskwright([...words.split(' '), ''])).toMatchObject({
      ...{ code: 1, out: '', err: expect.stringContaining('input.invalid') },
    })
  })

  it('answers no name but this machine’s, where everybody is taken for one actor', async () => {
    const { request } = await import('node:http')
    await whileServed('--store memory: --as system:me', async (url) => {
      const status = await new Promise((resolve) => {
        request(`${url}/v1/tickets`, { headers: { host: 'evil.example' } }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        }).end()
      })
      expect(status).toBe(401)
    })
  })

  it.each([
    ['--store memory: --as system:me --host 0.0.0.0', 'cli.bad-value: --host is 0.0.0.0 beside --as'],
    ['--store memory: --as system:me --port 70000', 'cli.bad-value: --port is 70000'],
  ])('refuses %s', async (words, says) => {
    expect(await deskwright(`serve ${words}`)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(says) })
  })

  it('says when the port is taken', async () => {
    await whileServed('--store memory: --as system:me', async (url) => {
      const port = new URL(url).port
      const second = await deskwright(`serve --store memory: --as system:me --port ${port}`)
      expect(second).toMatchObject({ code: 2, err: expect.stringMatching(/^cli\.cannot-listen: .*EADDRINUSE/) })
    })
  })
})
