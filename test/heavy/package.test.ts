/** Uses the packed tarball as a stranger would: installed alone, without the optional peers, under plain Node. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }

const ROOT = join(import.meta.dirname, '../..')
const MODULES = join(ROOT, 'node_modules')
const doors = Object.keys(packageJson.exports).map((door) => `deskwright${door.slice(1)}`)
const codeDoors = doors.filter((door) => !door.endsWith('.json'))

const COMMAND = join('node_modules/deskwright', packageJson.bin.deskwright)

let host: string
let tarball: string

/** Runs a command in the host's folder; its output is shown when it fails. */
function run(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd: host, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`, { cause: error })
  }
}

beforeAll(() => {
  host = mkdtempSync(join(tmpdir(), 'deskwright-package-'))
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', host], { cwd: ROOT })
  tarball = join(host, `deskwright-${packageJson.version}.tgz`)
  const installed = join(host, 'node_modules/deskwright')
  mkdirSync(installed, { recursive: true })
  run('tar', '-xzf', tarball, '-C', installed, '--strip-components=1')
  for (const name of Object.keys(packageJson.dependencies)) {
    const link = join(host, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(MODULES, name), link)
  }
  writeFileSync(join(host, 'package.json'), JSON.stringify({ name: 'host', private: true, type: 'module' }))
})

afterAll(() => rmSync(host, { recursive: true, force: true }))

describe('the tarball', () => {
  it('holds the build, the licence and the words about both, and nothing else', () => {
    const files = run('tar', '-tzf', tarball).trim().split('\n')
    const top = new Set(files.map((file) => file.split('/')[1]))
    expect([...top].sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json'])
  })

  it('holds one DeskError, so that instanceof means the same behind every door', () => {
    const dist = join(host, 'node_modules/deskwright/dist')
    const scripts = readdirSync(dist).filter((file) => file.endsWith('.js'))
    expect(
      scripts.filter((file) => /class \w* ?extends Error/.test(readFileSync(join(dist, file), 'utf8'))),
    ).toHaveLength(1)
  })

  it('has no fault that publint finds', () => {
    run(process.execPath, join(MODULES, 'publint/src/cli.js'), 'run', tarball, '--strict')
  })

  it('has types that resolve for every kind of ESM host', () => {
    const cli = join(MODULES, '@arethetypeswrong/cli/dist/index.js')
    const report = run(process.execPath, cli, tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii')
    // It also ends well when there are no types at all.
    expect(report.match(/from ESM\): OK \(ESM\)/g)).toHaveLength(codeDoors.length)
  })
})

describe('a host without the optional peers', () => {
  it('lacks them indeed', () => {
    for (const peer of Object.keys(packageJson.peerDependencies))
      expect(() => run(process.execPath, '--input-type=module', '-e', `await import('${peer}')`)).toThrow(
        'ERR_MODULE_NOT_FOUND',
      )
  })

  it.each(codeDoors)('imports %s', (door) => {
    const script = `const door = await import('${door}'); if (!Object.keys(door).length) throw new Error('empty')`
    run(process.execPath, '--input-type=module', '-e', script)
  })

  it('runs the conformance command on a store of its own, whole and broken', () => {
    expect(packageJson.bin['deskwright-conformance']).toBe('./dist/conformance.js')
    const command = join('node_modules/deskwright', packageJson.bin['deskwright-conformance'])
    const store = (more: string) => `import { memoryStore } from 'deskwright/memory'
      export const openStore = () => ({ ...memoryStore(), ${more} })`
    writeFileSync(join(host, 'store.mjs'), store(''))
    run(process.execPath, command, 'store.mjs', '--badge', 'badge.json')
    expect(JSON.parse(readFileSync(join(host, 'badge.json'), 'utf8'))).toMatchObject({ color: 'brightgreen' })
    writeFileSync(join(host, 'broken.mjs'), store('dead: async () => []'))
    expect(() => run(process.execPath, command, 'broken.mjs')).toThrow('store.dead.listed')
  })

  it('is told by the doctor which driver it lacks, and how to get one', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [COMMAND, 'doctor', '--store', 'postgres://127.0.0.1/none'],
      {
        cwd: host,
        encoding: 'utf8',
      },
    )
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('→ npm install pg') })
  })

  it('requires the front door from CommonJS, with the same DeskError', () => {
    const script = `import { createRequire } from 'node:module'
      import { DeskError } from 'deskwright'
      if (createRequire(import.meta.url)('deskwright').DeskError !== DeskError) throw new Error('two copies')`
    writeFileSync(join(host, 'both.mjs'), script)
    run(process.execPath, '--experimental-require-module', '--no-warnings', 'both.mjs')
  })

  it.each(['typescript7', 'typescript'])(
    'compiles under the strictest options, library types checked too (%s)',
    (compiler) => {
      const lines = codeDoors.map((door, n) => `import * as door${n} from '${door}'\nexport { door${n} }`)
      writeFileSync(join(host, 'host.ts'), lines.join('\n'))
      const compilerOptions = {
        ...{ target: 'es2022', lib: ['es2023', 'dom'], module: 'nodenext', types: [], noEmit: true },
        ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
      }
      writeFileSync(join(host, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['host.ts'] }))
      run(process.execPath, join(MODULES, compiler, 'bin/tsc'), '-p', '.')
    },
  )
})

/** A host with fields of three validators, and a client that knows the desk by its type alone. */
const FIELDS = `
import { createDesk, type Desk } from 'deskwright'
import { createClient } from 'deskwright/client'
import { handler } from 'deskwright/http'
import { memoryStore } from 'deskwright/memory'
import * as v from 'valibot'
import * as z from 'zod'
import { z as z3 } from 'zod3'

const fields = {
  ticket: z.object({ orderId: z.string() }),
  customer: z3.object({ tier: z3.enum(['free', 'paid']) }),
  organisation: v.object({ seats: v.number() }),
}
const desk: Desk<typeof fields> = await createDesk({ store: memoryStore(), fields })
const fetch = handler(desk, { authenticate: () => ({ by: { kind: 'system', id: 'host' } }) })
const client = createClient<typeof desk>({ url: 'http://localhost', fetch })

const words = { requester: { email: 'ada@example.org' }, subject: 'It hums', body: 'All night.' } as const
const ticket = await client.ticket.open({ ...words, fields: { orderId: 'A-17' } })
const customer = await client.customer.create({ fields: { tier: 'paid' } })
const organisation = await client.organisation.create({ name: 'Acme', fields: { seats: 3 } })
const said: [string, 'free' | 'paid', number] = [ticket.fields.orderId, customer.fields.tier, organisation.fields.seats]
for await (const one of client.ticket.find({ where: { field: 'fields.orderId', is: 'A-17' } })) one.fields.orderId satisfies string
console.log(JSON.stringify(said))

export async function misuse() {
  // @ts-expect-error another tier
  await client.customer.create({ fields: { tier: 'gold' } })
  // @ts-expect-error seats are numbers
  await client.organisation.create({ name: 'A', fields: { seats: '3' } })
  // @ts-expect-error fields are needed
  await client.ticket.open(words)
  // @ts-expect-error no such verb
  await client.ticket.slove({ ticketId: ticket.id })
}
`

describe('a host with fields by zod 3, zod 4 and valibot', () => {
  const names = ['zod3', 'valibot']
  beforeAll(() => {
    for (const name of names) symlinkSync(join(MODULES, name), join(host, 'node_modules', name))
    writeFileSync(join(host, 'fields.ts'), FIELDS)
  })
  afterAll(() => {
    for (const name of names) rmSync(join(host, 'node_modules', name))
  })

  it.each(['typescript7', 'typescript'])('has their types in records, inputs and conditions (%s)', (compiler) => {
    const compilerOptions = {
      ...{ target: 'es2022', lib: ['es2023', 'dom'], module: 'nodenext', types: [], noEmit: true, skipLibCheck: true },
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    }
    writeFileSync(join(host, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['fields.ts'] }))
    run(process.execPath, join(MODULES, compiler, 'bin/tsc'), '-p', '.')
  })

  it('gets their values back over HTTP', async () => {
    await build({
      entryPoints: [join(host, 'fields.ts')],
      outfile: join(host, 'fields.mjs'),
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
    })
    expect(run(process.execPath, 'fields.mjs').trim()).toBe('["A-17","paid",3]')
  })
})

describe('the command deskwright', () => {
  let folder: string
  // Through a shell, as a person does it; what it prints to standard error stands behind standard output.
  const sh = (line: string, env: NodeJS.ProcessEnv = {}) => {
    const deskwright = `${process.execPath} node_modules/deskwright/${packageJson.bin.deskwright}`
    const script = `set -o pipefail; deskwright() { ${deskwright} "$@"; }; ${line}`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    })
    return { status, stdout, stderr }
  }

  beforeAll(() => {
    folder = join(host, 'project')
    mkdirSync(join(folder, 'node_modules'), { recursive: true })
    symlinkSync(join(host, 'node_modules/deskwright'), join(folder, 'node_modules/deskwright'))
    // Found from where the package really lies.
    for (const name of ['libsql', '@libsql', '@neon-rs', 'detect-libc'])
      symlinkSync(join(MODULES, name), join(host, 'node_modules', name))
    writeFileSync(join(folder, 'package.json'), '{ "name": "project", "type": "module" }')
  })
  afterAll(() => {
    for (const name of ['libsql', '@libsql', '@neon-rs', 'detect-libc']) rmSync(join(host, 'node_modules', name))
  })

  it('leads from nothing to a ticket, by the lines that init says', () => {
    const { stdout } = sh('deskwright init')
    const lines = stdout.split('\n').flatMap((line) => /^ {2}npx (deskwright .*)$/.exec(line)?.[1] ?? [])
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(sh(line)).toMatchObject({ status: 0, stderr: '' })
    expect(sh('deskwright run ticket.find --json').stdout).toContain('It hums')
    expect(sh('deskwright verify')).toMatchObject({ status: 0 })
  })

  it('runs the worker that init wrote, until it is told to stop', () => {
    const worker = 'timeout --signal=TERM 2 node desk-worker.mjs; test $? -eq 124'
    expect(sh(worker)).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  it('is good in pipes: no colour, one line of JSON, and no complaint when the reader has enough', () => {
    const listed = sh('deskwright run | head -n 1')
    expect(listed).toMatchObject({ status: 0, stderr: '' })
    // Gone before the first line is written.
    expect(sh('deskwright run | true')).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(sh('deskwright doctor').stdout).not.toContain('\u001b')
    expect(
      sh('deskwright run ticket.find --json | node -e "JSON.parse(require(\'fs\').readFileSync(0))"'),
    ).toMatchObject({ status: 0 })
    const input = '{"requester":{"email":"ben@example.org"},"subject":"From a pipe","body":"Words."}'
    expect(sh(`echo '${input}' | deskwright run ticket.open --input -`)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('From a pipe'),
    })
  })

  it('shows colour on a terminal, and none where NO_COLOR is set', () => {
    const onTerminal = (env: NodeJS.ProcessEnv) =>
      sh(
        `script -qec "${process.execPath} node_modules/deskwright/${packageJson.bin.deskwright} doctor" /dev/null`,
        env,
      ).stdout
    expect(onTerminal({ NO_COLOR: '' })).toContain('\u001b[32m✓')
    expect(onTerminal({ NO_COLOR: '1' })).not.toContain('\u001b[')
  })

  it.each([
    ['deskwright', 2],
    ['deskwright --help', 0],
    ['deskwright walk', 2],
    ['deskwright run ticket.get --ticketId tkt_0', 1],
    ['deskwright verify --store sqlite:/nowhere/at/all.db', 2],
  ])('ends %s with exit code %i', (line, status) => {
    expect(sh(line).status).toBe(status)
  })

  it('reads .env, and what is set already stays', () => {
    writeFileSync(join(folder, '.env'), 'SUPPORT_DB=other.db\n')
    expect(sh('deskwright run ticket.count --json').stdout).toContain('"count":0')
    expect(sh('SUPPORT_DB=support.db deskwright run ticket.count --json').stdout).not.toContain('"count":0')
    rmSync(join(folder, '.env'))
  })
})

describe('a platform that is not Node', () => {
  it('bundles the desk with the memory store and runs it on web-standard globals alone', async () => {
    const contents = `import { createDesk } from 'deskwright'
      import { memoryStore } from 'deskwright/memory'
      export { createDesk, memoryStore }`
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: host },
      bundle: true,
      write: false,
      platform: 'neutral',
      mainFields: ['module', 'main'],
      format: 'iife',
      globalName: 'deskwright',
      logLevel: 'silent',
    })
    const { crypto, TextEncoder, TextDecoder, setTimeout, clearTimeout, queueMicrotask, structuredClone } = globalThis
    const web = { crypto, TextEncoder, TextDecoder, setTimeout, clearTimeout, queueMicrotask, structuredClone }
    const trip = `${outputFiles[0]?.text}
      ;(async () => {
        const desk = await deskwright.createDesk({ store: deskwright.memoryStore() })
        const acme = desk.as({ tenant: 'acme', by: { kind: 'system', id: 'host' } })
        const requester = { email: 'ada@example.org' }
        const { id: ticketId } = await acme.ticket.open({ requester, subject: 'It hums', body: 'All night.' })
        const { category } = await acme.ticket.solve({ ticketId })
        return [category, typeof process, typeof require, typeof Buffer]
      })()`
    expect(await runInContext(trip, createContext(web))).toEqual(['solved', 'undefined', 'undefined', 'undefined'])
  })
})
