import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RESERVED } from '../../src/cli/run.ts'
import { tableRows } from '../../src/cli/table-rows.ts'
import { choices, inputFrom, shapeOf } from '../../src/cli/values.ts'
import { commandIn } from './terminal.ts'

const { folder, deskwright } = commandIn()
const rows = await tableRows()
const ON = '--store sqlite:desk.db'
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const OPENING = [
  'run',
  'ticket.open',
  '--requester.email',
  'ada@example.org',
  '--subject',
  'It hums',
  '--body',
  'Since noon.',
]
const json = async (words: string | readonly string[]) => {
  const said = await deskwright(words)
  return JSON.parse(said.code === 0 ? said.out : said.err)
}

describe('the command line', () => {
  it('explains itself, and each verb', async () => {
    expect(await deskwright('--help')).toMatchObject({ code: 0, out: expect.stringContaining('doctor') })
    expect(await deskwright([])).toMatchObject({ code: 2, out: expect.stringContaining('DESKWRIGHT_STORE') })
    for (const verb of ['init', 'serve', 'migrate', 'doctor', 'verify', 'run', 'key', 'import', 'demo'])
      expect(await deskwright(`${verb} --help`)).toMatchObject({
        code: 0,
        out: expect.stringContaining(`deskwright ${verb}`),
      })
    expect((await deskwright('--version')).out).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it.each([
    ['walk', 'cli.unknown-verb: deskwright has no verb walk; it has init'],
    ['verify --fast', 'cli.bad-option'],
    [
      'verify other-tenant --store memory:',
      'cli.bad-option: "other-tenant" belongs to no option; deskwright verify --help',
    ],
    ['dead --of timer --revive wake:1 --store memory:', 'cli.bad-option: "wake:1" belongs to no option'],
    ['run ticket.find ticket.get --store memory:', 'cli.bad-option: "ticket.get" belongs to no option'],
    ['verify', 'cli.no-desk: No desk was named, and there is no desk.ts'],
    ['verify --store support.db', 'cli.bad-value: --store is no URL of a store'],
    [
      'verify --store oracle://scott:tiger@db/x',
      'cli.bad-value: --store is a URL that begins with oracle:; give sqlite:FILE',
    ],
    ['verify --desk absent.mjs', 'cli.no-file: There is no file absent.mjs'],
    ['verify --desk a.mjs --store sqlite:b.db', 'cli.bad-value: --store is given beside --desk'],
    ['run ticket.get --as me --store memory:', 'cli.bad-value: --as is me; give an actor such as agent:agt_01J…'],
    [
      'run ticket.sove --store memory:',
      'cli.no-such: There is no command and no read ticket.sove; there is ticket.solve',
    ],
    ['run ticket.get --input [] --store memory:', 'cli.bad-value: --input is JSON, but no object'],
    ['run ticket.get --input {x --store memory:', 'cli.bad-value: --input is not JSON'],
    ['run ticket.find --__proto__ 3 --store memory:', 'cli.bad-option: --__proto__ can be no option'],
    ['run ticket.solve --if-version x --store memory:', 'cli.bad-value: --if-version is x'],
    ['init --database oracle', 'cli.bad-value: --database is oracle; give one of sqlite, postgres, mariadb'],
    ['import --store memory:', 'cli.bad-option: Name one of --csv and --incidents'],
    ['import --csv absent.csv --store memory:', 'cli.no-file'],
  ])('refuses %j with exit code 2, on standard error alone', async (words, says) => {
    const said = await deskwright(words)
    expect(said).toMatchObject({ code: 2, out: '', err: expect.stringContaining(says) })
    expect(said.err.split('\n')).toHaveLength(1)
  })

  it('says refusals as JSON where JSON was asked for, and no password', async () => {
    const said = await deskwright('verify --json --store oracle://scott:tiger@db/x')
    expect(JSON.parse(said.err).error).toMatchObject({ code: 'cli.bad-value', kind: 'invalid' })
    expect(said.err).not.toContain('tiger')
  })
})

describe('run', () => {
  it('has no option that is the name of a part of some input', () => {
    const parts = [...rows.values()].flatMap(({ input }) =>
      choices(shapeOf(input)).flatMap(({ properties = {} }) => Object.keys(properties)),
    )
    expect(parts.filter((part) => RESERVED.includes(part))).toEqual([])
  })

  it('lists every command and every read with its sentence', async () => {
    const { out } = await deskwright('run')
    for (const [name, { says }] of rows) {
      expect(out).toMatch(new RegExp(`^${name} `, 'm'))
      expect(out).toContain(says)
    }
    expect(await json('run --json')).toHaveLength(out.split('\n').length)
  })

  it.each([...rows.keys()])('describes %s', async (name) => {
    const { code, out } = await deskwright(`run ${name} --describe`)
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(`${name}: `) })
  })

  it('does commands and reads from the tables', async () => {
    const ticket = await json([
      ...OPENING,
      '--channel',
      'web',
      '--tags',
      'press',
      '--tags',
      'x2',
      ...`${ON} --json`.split(' '),
    ])
    expect(ticket).toMatchObject({ number: 1, subject: 'It hums', tags: ['press', 'x2'], channel: 'web' })
    const found = await deskwright(`run ticket.find ${ON} --where {"field":"tags","has":"press"} --limit 1`)
    expect(found.out.split('\n')).toEqual([expect.stringMatching(/^number +id/), expect.stringMatching(/^1 +tkt_/)])
    expect((await deskwright(`run ticket.solve ${ON} --ticketId ${ticket.id}`)).out).toMatch(/^status +solved$/m)
    const again = await deskwright(`run ticket.solve ${ON} --ticketId ${ticket.id}`)
    expect(again).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^ticket\./) })
  })

  it('takes its input from JSON, from standard input, and from parts put into it', async () => {
    const input = JSON.stringify({ requester: { email: 'ben@example.org' }, subject: 'An invoice', body: 'Twice.' })
    const words = `run ticket.open ${ON} --json --input - --requester.name Ben`
    const said = await deskwright(words, { readInput: async () => input })
    expect(JSON.parse(said.out)).toMatchObject({ subject: 'An invoice' })
    const customer = await json(`run customer.get ${ON} --json --email ben@example.org`)
    expect(customer).toMatchObject({ name: 'Ben' })
  })

  it('acts for whom it is told, in the tenant it is told', async () => {
    const agent = await json(`run agent.create ${ON} --tenant acme --name Noor --json`)
    const opened = await json([...OPENING, ...`${ON} --tenant acme --as agent:${agent.id} --json`.split(' ')])
    expect(opened).toMatchObject({ number: 1 })
    const refused = await deskwright(`run agent.create ${ON} --tenant acme --name Tom --as agent:${agent.id}`)
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('access.forbidden') })
    expect((await json(`run ticket.count ${ON} --tenant other --json`))[0].count).toBe(0)
  })

  it('repeats a command id harmlessly, and refuses a stale version', async () => {
    const words = [...OPENING, ...`${ON} --tenant twice --command-id once --json`.split(' ')]
    expect((await json(words)).id).toBe((await json(words)).id)
    const { id } = await json(words)
    await deskwright(`run ticket.tag ${ON} --tenant twice --ticketId ${id} --add a`)
    const stale = await deskwright(`run ticket.tag ${ON} --tenant twice --ticketId ${id} --add b --if-version 1`)
    expect(stale).toMatchObject({ code: 1, err: expect.stringContaining('store.stale-version') })
  })

  it('leaves the policies that a tenant has as they are', async () => {
    const document = JSON.stringify({
      reopenWindow: '5h',
      closeAfter: null,
      solveAfterSilence: null,
      customerReplyResumes: { pending: true, hold: false },
    })
    await deskwright(['run', 'policy.publish', ...ON.split(' '), '--name', 'lifecycle', '--document', document])
    await deskwright([...OPENING, ...ON.split(' ')])
    expect(await json(`run policy.get ${ON} --name lifecycle --json`)).toMatchObject({
      document: { reopenWindow: '5h' },
    })
  })

  it('shows no control characters of a text', async () => {
    await deskwright([...OPENING.slice(0, -1), 'red \u001b[31m text', ...`${ON} --tenant ink`.split(' ')])
    const { id } = (await json(`run ticket.find ${ON} --tenant ink --json`)).items[0]
    const { out } = await deskwright(`run ticket.messages ${ON} --tenant ink --ticketId ${id}`)
    expect(out).toContain('red [31m text')
    expect(out).not.toContain('\u001b')
  })
})

describe('words', () => {
  const shape = shapeOf(rows.get('ticket.open')!.input)
  it.each([
    [[['subject', ['42']]], { subject: '42' }],
    [[['tags', ['a']]], { tags: ['a'] }],
    [[['tags', ['a', 'b']]], { tags: ['a', 'b'] }],
    [[['tags', ['["a"]']]], { tags: ['a'] }],
    [
      [
        ['fields.size', ['42']],
        ['fields.deep.name', ['x']],
      ],
      { fields: { size: 42, deep: { name: 'x' } } },
    ],
    [[['fields.code', ['"42"']]], { fields: { code: '42' } }],
    [[['assigneeId', ['agt_1']]], { assigneeId: 'agt_1' }],
    [[['nothing', ['{"a":1}']]], { nothing: { a: 1 } }],
    [
      [
        ['constructor', ['x']],
        ['a.constructor', ['y']],
      ],
      { constructor: 'x', a: { constructor: 'y' } },
    ],
  ] as const)('%j are %j', (named, input) => {
    expect(inputFrom(shape, named)).toEqual(input)
  })

  it('reach no prototype', () => {
    const input = inputFrom(shape, [['__proto__.polluted', ['yes']]])
    expect(Object.keys(input)).toEqual(['__proto__'])
    expect(({} as { polluted?: string }).polluted).toBeUndefined()
  })
})

describe('a desk module', () => {
  const desk = join(import.meta.dirname, '../../src')
  beforeAll(() => {
    const head = `import { createDesk } from '${desk}/index.ts'\nimport { sqliteStore } from '${desk}/adapters/kysely/sqlite.ts'\n`
    // A module is loaded once in a process, and what it opened is closed after the first use.
    const options = `${head}export const deskOptions = { store: sqliteStore('${folder}/m.db'), policies: { lifecycle: { reopenWindow: '7h', closeAfter: null, solveAfterSilence: null, customerReplyResumes: { pending: true, hold: false } } } }`
    const modules = {
      'options.ts': options,
      'policies.ts': options,
      'function.ts': `${head}export const openDesk = () => createDesk({ store: sqliteStore('${folder}/m.db') })`,
      'default.ts': `${head}export default await createDesk({ store: sqliteStore('${folder}/m.db') })`,
      'desk.mjs': `export { openDesk } from './function.ts'`,
      'empty.ts': 'export const nothing = 1',
      'throwing.mjs': `throw new Error('no database here.')`,
      'bad.ts': `${head}export const deskOptions = { store: sqliteStore('${folder}/m.db'), policies: { roles: { roles: { boss: { 'ticket.fly': 'any' } } } } }`,
    }
    for (const [name, code] of Object.entries(modules)) writeFileSync(join(folder, name), code)
  })

  it.each(['options.ts', 'function.ts', 'default.ts'])('is found in %s', async (name) => {
    expect(await deskwright(`run ticket.find --desk ${name}`)).toMatchObject({ code: 0, out: '(none)' })
  })

  it('is found by its name in the environment, and in the folder', async () => {
    expect(await deskwright('verify', { env: { DESKWRIGHT_DESK: 'function.ts' } })).toMatchObject({ code: 0 })
    expect(await deskwright('migrate --json')).toMatchObject({ code: 0, out: '{"migrated":true,"where":"desk.mjs"}' })
    expect(await deskwright('verify', { env: { DESKWRIGHT_STORE: 'oracle:' } })).toMatchObject({ code: 0 })
  })

  it('is not named by what is empty in the environment', async () => {
    const env = { DESKWRIGHT_DESK: '', DESKWRIGHT_STORE: 'memory:' }
    const elsewhere = commandIn()
    expect(await elsewhere.deskwright('verify', { env })).toMatchObject({ code: 0 })
    rmSync(elsewhere.folder, { recursive: true })
  })

  it('brings its policies', async () => {
    const policy = await json('run policy.get --desk policies.ts --name lifecycle --tenant own --json')
    expect(policy.document).toMatchObject({ reopenWindow: '7h' })
  })

  it('is told what is wrong with it', async () => {
    expect((await deskwright('verify --desk empty.ts')).err).toContain('cli.no-export: empty.ts exports nothing;')
    expect((await deskwright('verify --desk throwing.mjs')).err).toContain(
      'throwing.mjs cannot be loaded: no database here; see',
    )
    const { code, out } = await deskwright('doctor --desk bad.ts')
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('policy.unknown-permission') })
  })
})
