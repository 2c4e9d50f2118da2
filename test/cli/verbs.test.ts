import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDesk, type Store } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { sqliteStore } from 'deskwright/sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { checkDead, checkNode, checkPolicies, checkStore, checkWork, refusedAs } from '../../src/cli/doctor-checks.ts'
import { fault } from '../../src/domain/refusals.ts'
import { commandIn } from './terminal.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A new folder with files in it, and the command there. */
function place(files: Readonly<Record<string, string>> = {}) {
  const made = commandIn()
  folders.push(made.folder)
  for (const [name, content] of Object.entries(files)) writeFileSync(join(made.folder, name), content)
  const read = (name: string) => readFileSync(join(made.folder, name), 'utf8')
  return { ...made, read }
}

describe('init', () => {
  it('writes a desk, a worker, an example of the environment, and a script', async () => {
    const { deskwright, read } = place({
      'package.json': '{\n\t"name": "shop",\n\t"scripts": {\n\t\t"dev": "vite"\n\t}\n}\n',
    })
    const { code, out } = await deskwright('init')
    expect(code).toBe(0)
    for (const file of ['desk.mjs written', 'desk-worker.mjs written', '.env.example written', 'package.json changed'])
      expect(out).toContain(file)
    expect(read('desk.mjs')).toContain("sqliteStore(process.env.SUPPORT_DB ?? 'support.db')")
    expect(read('package.json')).toBe(
      '{\n\t"name": "shop",\n\t"scripts": {\n\t\t"dev": "vite",\n\t\t"desk:worker": "node desk-worker.mjs"\n\t}\n}\n',
    )
  })

  it('changes nothing that is there, the second time nothing at all', async () => {
    const { deskwright, folder, read } = place({ 'desk.mjs': '// mine\n', 'package.json': '{}' })
    await deskwright('init')
    expect(read('desk.mjs')).toBe('// mine\n')
    const before = readdirSync(folder).map((name) => read(name))
    const { out } = await deskwright('init --json')
    expect(JSON.parse(out).files.map(({ does }: { does: string }) => does)).toEqual(Array(4).fill('left as it is'))
    expect(readdirSync(folder).map((name) => read(name))).toEqual(before)
  })

  it('prints each file and writes none, where it runs dry', async () => {
    const { deskwright, folder } = place()
    const { out } = await deskwright('init --dry-run --database postgres')
    expect(out).toContain('desk.mjs would be written')
    expect(out).toContain("  import { postgresStore } from 'deskwright/postgres'")
    expect(out).toContain('npm install deskwright pg')
    expect(readdirSync(folder)).toEqual([])
  })

  it('refuses a package.json that it cannot read, before it writes anything', async () => {
    const { deskwright, folder } = place({ 'package.json': '[]' })
    expect(await deskwright('init')).toMatchObject({ code: 2, err: expect.stringContaining('no JSON object') })
    expect(readdirSync(folder)).toEqual(['package.json'])
  })
})

describe('migrate', () => {
  it('makes the tables, again and again', async () => {
    const { deskwright, folder } = place()
    for (const _ of [1, 2]) expect((await deskwright('migrate --store sqlite:a.db')).code).toBe(0)
    expect(existsSync(join(folder, 'a.db'))).toBe(true)
  })

  it('says what stands in the way', async () => {
    const { deskwright } = place({ 'text.db': 'this is no database, but long enough to be one of them' })
    expect(await deskwright('migrate --store sqlite:text.db')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^store\./),
    })
  })
})

describe('demo', () => {
  it('plays a week once, and finds it done the second time', async () => {
    const { deskwright } = place()
    const first = await deskwright('demo --json')
    expect(first.code).toBe(0)
    expect((await deskwright('demo --json')).out).toBe(first.out)
    const on = '--store sqlite:deskwright-demo.db --json'
    const counts = JSON.parse((await deskwright(`run ticket.count ${on} --by status`)).out)
    expect(counts.length).toBeGreaterThan(2)
    expect(JSON.parse((await deskwright(`doctor ${on}`)).out)).toMatchObject({ ok: true })
    expect(JSON.parse((await deskwright(`verify ${on}`)).out)).toMatchObject({ ok: true, findings: [] })
  })
})

describe('verify', () => {
  it('names what was changed behind the desk, with exit code 1', async () => {
    const { deskwright, folder } = place()
    await deskwright('demo --store sqlite:a.db')
    const { default: Database } = await import('libsql')
    const db = new Database(join(folder, 'a.db'))
    db.exec(`update desk_ticket set doc = replace(doc, '"status":"new"', '"status":"open"')`)
    db.close()
    const { code, out } = await deskwright('verify --store sqlite:a.db')
    expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(/^✗ record-differs: ticket\/tkt_\w+ differs/) })
    expect(await deskwright('doctor --store sqlite:a.db')).toMatchObject({
      code: 1,
      out: expect.stringContaining('→ deskwright verify --tenant main'),
    })
  })
})

describe('dead', () => {
  it('lists what was given up, and puts it back', async () => {
    const { deskwright, folder } = place()
    const store = sqliteStore(join(folder, 'a.db'))
    await store.migrate()
    const change = { tenant: 'main', writes: [], checks: [], journal: [], clear: [], settle: [], command: null }
    const due = { queue: 'timer', dueAt: '2026-03-02T09:00:00.000Z', group: null, seq: 0, body: {} }
    await store.commit({ ...change, set: ['wake:1', 'wake:2'].map((key) => ({ ...due, key })) })
    for (const claim of await store.claim('timer', { now: '2026-03-02T09:30:00.000Z', limit: 2, leaseMs: 1000 }))
      await store.settle(claim, { dead: true, reason: 'It was no use' })
    await store.close()
    const at = '--of timer --store sqlite:a.db'
    const { out } = await deskwright(`dead ${at}`)
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^key +dueAt +attempts +reason$/),
      expect.stringMatching(/^wake:1 +2026-03-02T09:00:00.000Z +1 +It was no use$/),
      expect.stringMatching(/^wake:2 /),
    ])
    expect(await deskwright(`dead ${at} --revive --key wake:2`)).toMatchObject({ code: 0, out: '1 put back.' })
    const { out: left } = await deskwright(`dead ${at} --json`)
    expect(JSON.parse(left)).toMatchObject([{ key: 'wake:1', reason: 'It was no use' }])
    expect((await deskwright(`dead ${at} --revive --json`)).out).toBe('{"revived":1}')
    expect((await deskwright(`dead ${at}`)).out).toBe('(none)')
  })

  it('shows keys whole, however long, so that they can be handed back', async () => {
    const { deskwright } = place({ 'desk.mjs': 'export const openDesk = () => globalThis.openDead()' })
    const key = `warehouse/${'x'.repeat(80)}`
    const desk = await createDesk({ store: memoryStore() })
    const task = { key, dueAt: '2026-03-02T09:00:00.000Z', attempts: 1, reason: 'no '.repeat(40) }
    Object.assign(globalThis, { openDead: () => ({ ...desk, dead: async () => [task] }) })
    const { out } = await deskwright('dead --of timer')
    expect(out).toContain(key)
    expect(out).toMatch(/…$/)
  })

  it('refuses what it cannot know, before anything is opened', async () => {
    const { deskwright } = place()
    expect(await deskwright('dead')).toMatchObject({ code: 2, err: expect.stringContaining('Name --of') })
    expect(await deskwright('dead --of timer --key wake:1')).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('--key goes with --revive') },
    })
  })

  it('names the queues that the desk has', async () => {
    const { deskwright } = place()
    await deskwright('migrate --store sqlite:a.db')
    expect(await deskwright('dead --of ears --store sqlite:a.db')).toMatchObject({
      ...{ code: 1, err: expect.stringContaining('is none of timer') },
    })
  })
})

const CSV = `subject,body,requester.email,requester.name,priority,tags
It hums,"Since noon, all day.",ada@example.org,Ada,P2,press
"A ""quoted"" matter","Two
lines",ben@example.org,,,"[""a"",""b""]"
It stopped,No more.,no-address,Carl,,
`

describe('import --csv', () => {
  it('takes rows as commands, names the refused ones by their lines, and writes them where it is told', async () => {
    const { deskwright, read } = place({ 'tickets.csv': CSV })
    const said = await deskwright('import --csv tickets.csv --store sqlite:a.db --refused bad.csv')
    expect(said).toMatchObject({ code: 1, out: '2 of 3 rows were taken, 1 refused.' })
    expect(said.err).toMatch(/^line 5: input\.invalid: ticket\.open cannot be done with this input: requester/)
    expect(read('bad.csv')).toBe(
      'subject,body,requester.email,requester.name,priority,tags\nIt stopped,No more.,no-address,Carl,,\n',
    )
    const { items } = JSON.parse(
      (await deskwright('run ticket.find --store sqlite:a.db --order {"field":"number"} --json')).out,
    )
    expect(items).toMatchObject([
      { subject: 'It hums', priority: 'P2', tags: ['press'] },
      { subject: 'A "quoted" matter', tags: ['a', 'b'] },
    ])
  })

  it('refuses a place for refused rows that cannot be written, before anything is done', async () => {
    const { deskwright, folder } = place({ 'tickets.csv': CSV })
    const words = 'import --csv tickets.csv --store sqlite:a.db --refused'
    expect(await deskwright(`${words} no/such/bad.csv`)).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('cli.bad-value: --refused is no/such/bad.csv, which cannot be') },
    })
    expect(readdirSync(folder)).toEqual(['tickets.csv'])
  })

  it('writes refused rows over the file that they came from, and no file where none is refused', async () => {
    const { deskwright, folder, read } = place({ 'tickets.csv': CSV })
    await deskwright('import --csv tickets.csv --store sqlite:a.db --refused tickets.csv')
    expect(read('tickets.csv')).toMatch(/^subject,.*\nIt stopped,.*\n$/)
    writeFileSync(join(folder, 'tickets.csv'), read('tickets.csv').replace('no-address', 'carl@example.org'))
    expect(await deskwright('import --csv tickets.csv --store sqlite:a.db --refused bad.csv')).toMatchObject({
      code: 0,
    })
    expect(existsSync(join(folder, 'bad.csv'))).toBe(false)
  })

  it('finds done what an earlier run did', async () => {
    const { deskwright } = place({ 'tickets.csv': CSV })
    const words = 'import --csv tickets.csv --store sqlite:a.db --json'
    expect((await deskwright(words)).out).toBe((await deskwright(words)).out)
    expect(JSON.parse((await deskwright('run ticket.count --store sqlite:a.db --json')).out)[0].count).toBe(2)
  })

  it('tries anew what was refused as a whole', async () => {
    const { deskwright } = place({ 'people.csv': 'name,externalId\nAda,c-1\n' })
    const on = '--store sqlite:a.db'
    const { out } = await deskwright(`run customer.create --name Ben --externalId c-1 --json ${on}`)
    const words = `import --csv people.csv --command customer.create ${on}`
    expect(await deskwright(words)).toMatchObject({ code: 1, out: '0 of 1 rows were taken, 1 refused.' })
    await deskwright(`run customer.change --customerId ${JSON.parse(out).id} --externalId c-2 ${on}`)
    expect(await deskwright(words)).toMatchObject({ code: 0, out: '1 of 1 rows were taken.' })
  })

  it('goes on where a run was broken off', async () => {
    const rows = Array.from({ length: 520 }, (_, n) => `S${n},B,p${n % 7}@example.org`)
    const { deskwright, folder } = place({ 'many.csv': ['subject,body,requester.email', ...rows].join('\n') })
    const store = sqliteStore(join(folder, 'a.db'))
    let commits = 0
    const failing: Store = {
      ...store,
      async commit(change) {
        if (change.command && ++commits === 2) throw fault('store.unavailable', { place: 'The disk', reason: 'full' })
        return store.commit(change)
      },
    }
    writeFileSync(join(folder, 'desk.mjs'), 'export const openDesk = () => globalThis.openFailing()')
    Object.assign(globalThis, { openFailing: () => createDesk({ store: failing, policies: 'published' }) })
    const broken = await deskwright('import --csv many.csv')
    expect(broken).toMatchObject({ code: 2, err: expect.stringContaining('store.unavailable') })
    expect(await deskwright('import --csv many.csv --store sqlite:a.db')).toMatchObject({ code: 0 })
    expect(JSON.parse((await deskwright('run ticket.count --store sqlite:a.db --json')).out)[0].count).toBe(520)
    expect(JSON.parse((await deskwright('verify --store sqlite:a.db --json')).out).ok).toBe(true)
  })

  it.each([
    ['subject,colour\na,b\n', 'the column "colour" is no part of ticket.open, which has requester'],
    ['subject,requester.nme\na,\n', 'the column "requester.nme" is no part of ticket.open, which has requester.'],
    ['subject,body.text\na,b\n', 'the column "body.text" is no part of ticket.open, which has no parts there'],
    ['subject,tags,tags\na,b,c\n', 'the column "tags" comes twice; nothing was imported'],
    ['subject,body\na,b,c\n', 'cannot be read'],
    ['subject,body\na,"b\n', 'cannot be read'],
    ['subject,body\n', 'it has no rows below its heading'],
  ])('refuses %j and does nothing', async (csv, says) => {
    const { deskwright, folder } = place({ 'bad.csv': csv })
    expect(await deskwright('import --csv bad.csv --store sqlite:a.db')).toMatchObject({
      code: 2,
      err: expect.stringContaining(says),
    })
    expect(existsSync(join(folder, 'a.db'))).toBe(false)
  })

  it('refuses a file that is no UTF-8, and takes the UTF-16 that says so', async () => {
    const { deskwright, folder } = place()
    const text = 'subject,body,requester.email,fields.a.b\nCafé,B,ada@example.org,\n'
    writeFileSync(join(folder, 'latin.csv'), Buffer.from(text, 'latin1'))
    writeFileSync(join(folder, 'wide.csv'), Buffer.from(`\ufeff${text}`, 'utf16le'))
    expect(await deskwright('import --csv latin.csv --store sqlite:a.db')).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('it is no text in UTF-8; save it as one; nothing was imported') },
    })
    expect(await deskwright('import --csv wide.csv --store sqlite:a.db')).toMatchObject({ code: 0 })
    const found = await deskwright('run ticket.find --store sqlite:a.db --json')
    expect(JSON.parse(found.out).items).toMatchObject([{ subject: 'Café' }])
  })

  it('refuses a pipe and a folder, which cannot be read twice', async () => {
    const { deskwright, folder } = place()
    spawnSync('mkfifo', [join(folder, 'pipe')])
    mkdirSync(join(folder, 'folder'))
    for (const name of ['pipe', 'folder'])
      expect(await deskwright(`import --csv ${name} --store sqlite:a.db`)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/^cli\.bad-file: \S+ cannot be read: it is no regular file/),
      })
    expect(existsSync(join(folder, 'a.db'))).toBe(false)
  })

  it('counts as taken what was done, also where the file became shorter meanwhile', async () => {
    const row = 'S,B,ada@example.org\n'
    const head = 'subject,body,requester.email\n'
    const { deskwright, folder } = place({ 'a.csv': `${head}${row}${row}` })
    const cut = () => writeFileSync(join(folder, 'a.csv'), `${head}${row}`)
    const progress = () => ({ start: cut, advance: () => {}, stop: () => {} })
    const said = await deskwright('import --csv a.csv --store sqlite:a.db --json', { progress })
    expect({ code: said.code, out: JSON.parse(said.out) }).toEqual({ code: 1, out: { rows: 2, taken: 1, refused: [] } })
  })

  it('takes any command of the table', async () => {
    const { deskwright } = place({ 'people.csv': 'name,externalId\nAda,c-1\nBen,c-2\n' })
    expect(await deskwright('import --csv people.csv --command customer.create --store sqlite:a.db')).toMatchObject({
      code: 0,
    })
    const { out } = await deskwright('run customer.get --externalId c-2 --store sqlite:a.db --json')
    expect(JSON.parse(out)).toMatchObject({ name: 'Ben' })
    expect((await deskwright('import --csv people.csv --command ticket.get --store sqlite:a.db')).err).toContain(
      'cli.no-such',
    )
  })
})

const LOG_HEAD =
  'number,incident_state,reassignment_count,reopen_count,made_sla,caller_id,opened_at,sys_updated_by,sys_updated_at,location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,u_priority_confirmation,problem_id,rfc,caused_by,closed_code,closed_at'
const logRow = (state: string, at: string) =>
  `INC1,${state},0,0,TRUE,Caller 1,01-03-2016 08:00,Updated by 1,${at},Location 1,Category 1,?,?,?,2 - Medium,2 - Medium,3 - Moderate,Group 1,?,FALSE,?,?,?,code 1,02-03-2016 12:00`

describe('import --incidents', () => {
  it('replays the log, each row at its own time', async () => {
    const rows = [
      logRow('New', '01-03-2016 08:10'),
      logRow('Active', '01-03-2016 09:00'),
      logRow('Closed', '02-03-2016 12:00'),
    ]
    const { deskwright } = place({ 'log.csv': [LOG_HEAD, ...rows].join('\n') })
    const said = await deskwright('import --incidents log.csv --store sqlite:log.db --json')
    expect(JSON.parse(said.out)).toMatchObject({ tenant: 'incident-log', rows: 3, incidents: 1 })
    const found = await deskwright('run ticket.find --tenant incident-log --store sqlite:log.db --json')
    expect(JSON.parse(found.out).items).toMatchObject([{ status: 'closed', closedAt: '2016-03-02T12:00:00.000Z' }])
  })

  it('refuses a folder', async () => {
    const { deskwright, folder } = place()
    mkdirSync(join(folder, 'logs'))
    expect(await deskwright('import --incidents logs --store memory:')).toMatchObject({
      ...{ code: 2, err: expect.stringMatching(/^cli\.bad-file: .*EISDIR/) },
    })
  })

  it('refuses another file, another tenant and a host’s desk', async () => {
    const { deskwright } = place({ 'log.csv': 'a,b\n1,2\n', 'desk.mjs': '' })
    const refused = async (rest: string) => (await deskwright(`import --incidents log.csv ${rest}`.trim())).err
    expect(await refused('--store memory:')).toContain('cli.bad-file')
    expect(await refused('--store memory: --tenant acme')).toContain('--tenant is given beside --incidents')
    expect(await refused('')).toContain('--desk is given beside --incidents')
  })
})

describe('doctor', () => {
  const NOW = Date.parse('2026-03-02T09:30:00Z')

  it('finds a sound store sound, and changes nothing', async () => {
    const { deskwright, folder } = place()
    expect(await deskwright('doctor --store sqlite:a.db')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/There is no file .*a\.db\.\n +→ deskwright migrate$/),
    })
    expect(readdirSync(folder)).toEqual([])
    await deskwright('migrate --store sqlite:a.db')
    const { code, out } = await deskwright('doctor --store sqlite:a.db')
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining('! policies  The tenant main has nothing yet.'),
    })
    expect(out).toContain('✓ journal   0 records and 0 entries fit.')
  })

  it('reads a schema without making one', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'deskwright-doctor-')), 'a.db')
    const store = sqliteStore(file)
    expect(await checkStore(store, NOW)).toEqual([
      { about: 'store', state: 'bad', says: 'It has no tables yet.', mend: 'deskwright migrate' },
    ])
    expect(await store.inspect?.()).toMatchObject({ schema: { found: 0 }, now: null })
    await store.migrate()
    expect(await checkStore(store, NOW)).toMatchObject([{ state: 'good' }])
    await store.close()
  })

  it.each([
    [
      { found: 1, known: 2 },
      { state: 'bad', mend: 'deskwright migrate' },
    ],
    [{ found: 2, known: 2 }, { state: 'good' }],
  ])('says of schema %j what it means', async (schema, first) => {
    const store = { ...memoryStore(), inspect: async () => ({ schema, now: null }) }
    expect((await checkStore(store, NOW))[0]).toMatchObject(first)
  })

  it.each([
    ['2026-03-02T09:30:00.010Z', 'good', 'on time'],
    ['2026-03-02T09:31:00.000Z', 'look', '60000 ms ahead'],
    ['2026-03-02T09:29:50.000Z', 'look', '10000 ms behind'],
  ])('compares a database’s clock at %s', async (now, state, says) => {
    const store = { ...memoryStore(), inspect: async () => ({ schema: { found: 1, known: 1 }, now }) }
    expect((await checkStore(store, NOW))[1]).toMatchObject({
      about: 'clock',
      state,
      says: expect.stringContaining(says),
    })
  })

  it('names the mend of what a store refuses', async () => {
    const mendOf = (error: unknown) => refusedAs('store', error).mend
    expect(mendOf(fault('store.no-driver', { tried: 'pg', install: 'pg' }))).toBe('npm install pg')
    expect(mendOf(fault('store.no-driver', { tried: 'libsql' }))).toBe('npm install libsql')
    expect(mendOf(fault('store.newer-schema', { place: 'a', found: 9, known: 1 }))).toBe(
      'npm install deskwright@latest',
    )
    const failing = {
      ...memoryStore(),
      inspect: () => Promise.reject(fault('store.unsafe-text', { place: 'a', found: 'b' })),
    }
    expect(await checkStore(failing, NOW)).toMatchObject([
      { state: 'bad', says: expect.stringContaining('store.unsafe-text') },
    ])
  })

  it('sees work that is overdue, and work that was given up', async () => {
    const store = memoryStore()
    const desk = await createDesk({ store })
    const task = { queue: 'timer', key: 'wake:1', dueAt: '2026-03-02T09:00:00.000Z', group: null, seq: 0, body: {} }
    const change = { tenant: 'main', writes: [], checks: [], journal: [], clear: [], settle: [], command: null }
    expect(await checkWork(store, [], NOW)).toMatchObject([{ state: 'good' }])
    await store.commit({ ...change, set: [task] })
    expect(await checkWork(store, [], NOW)).toMatchObject([
      { state: 'look', says: expect.stringContaining(task.dueAt) },
    ])
    expect(await checkDead(desk, 'main', ['timer'])).toMatchObject([{ state: 'good' }])
    const [claim] = await store.claim('timer', { now: '2026-03-02T09:30:00.000Z', limit: 1, leaseMs: 1000 })
    await store.settle(claim!, { dead: true, reason: 'It was no use' })
    expect(await checkDead(desk, 'main', ['timer'])).toMatchObject([
      {
        state: 'look',
        says: expect.stringContaining('It was no use'),
        mend: expect.stringContaining('deskwright dead --of timer'),
      },
    ])
    await desk.close()
  })

  it('sees policies that no longer hold under this release', async () => {
    const store = memoryStore()
    const desk = await createDesk({ store })
    await desk.as({ by: { kind: 'system', id: 'test' } }).policy.history({ name: 'roles' })
    expect(await checkPolicies(store, 'main')).toMatchObject({ state: 'good' })
    const stale: Store = {
      ...store,
      get: async (tenant, keys) =>
        (await store.get(tenant, keys)).map((record) =>
          record?.id.startsWith('roles@')
            ? { ...record, doc: { ...record.doc, document: { roles: { boss: { 'ticket.fly': 'any' } } } } }
            : record,
        ),
    }
    expect(await checkPolicies(stale, 'main')).toMatchObject({
      state: 'bad',
      says: expect.stringContaining('ticket.fly'),
    })
    await desk.close()
  })

  it.each([
    ['v20.18.3', 'bad'],
    ['v20.19.0', 'good'],
    ['v18.20.0', 'bad'],
    ['v24.1.0', 'good'],
  ])('finds Node %s %s', (version, state) => {
    expect(checkNode(version).state).toBe(state)
  })
})
