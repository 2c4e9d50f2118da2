/** Keeps the tables of the documentation equal to those of the code: `npx vitest run test/docs/tables.test.ts -u` writes them anew. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { allRows } from '../../src/desk/all-rows.ts'
import { PERMISSIONS } from '../../src/desk/permissions.ts'
import { BUILT_IN_ROLES, type Principal, reachOf } from '../../src/domain/access.ts'
import type { FaultKind } from '../../src/domain/fault.ts'
import { storeCases } from '../../src/testing/store-cases.ts'
import '../../src/adapters/http/handler.ts'
import '../../src/adapters/kysely/mariadb.ts'
import '../../src/adapters/kysely/postgres.ts'
import '../../src/adapters/kysely/sqlite.ts'
import '../../src/adapters/nats/nats-transport.ts'
import '../../src/adapters/opentelemetry/opentelemetry.ts'
import '../../src/adapters/webhooks/webhooks.ts'
import '../../src/cli/cli-faults.ts'
import '../../src/cli/load-setup.ts'
import '../../src/domain/fields.ts'
import '../../src/domain/surveys/scores.ts'
import '../../src/escalation/escalation.ts'
import '../../src/client/client.ts'
import '../../src/index.ts'
import '../../src/sla/sla.ts'

interface Refusal {
  readonly kind: FaultKind
  readonly says: (data: never) => string
}

// Some tables of refusals are private to their file, but each is handed to `faultsOf`: whatever is said went by here.
const refusals = vi.hoisted(() => new Map<string, Refusal>())
vi.mock('../../src/domain/fault.ts', async (original) => {
  const real = await original<typeof import('../../src/domain/fault.ts')>()
  const faultsOf: typeof real.faultsOf = (table) => {
    for (const [code, row] of Object.entries(table)) refusals.set(code, row)
    return real.faultsOf(table)
  }
  return { ...real, faultsOf }
})

const ROOT = join(import.meta.dirname, '../..')

/** The page with what stands between `<!-- name -->` and `<!-- /name -->` replaced. */
function pageWith(path: string, name: string, part: string): string {
  const page = readFileSync(join(ROOT, path), 'utf8')
  const [, before, after] =
    new RegExp(`^([\\s\\S]*<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->[\\s\\S]*)$`).exec(page) ?? []
  if (before === undefined || after === undefined) throw new Error(`${path} has no part called ${name}`)
  return `${before}\n${part}\n\n${after}`
}

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return lines.join('\n')
}

const rows = await allRows()

describe('the table of permissions', () => {
  const shown = Object.keys(BUILT_IN_ROLES).filter((role) => !('*' in (BUILT_IN_ROLES[role] ?? {})))
  const says: Record<string, string> = {
    ...Object.fromEntries(Object.entries({ ...rows.commands, ...rows.queries }).map(([name, row]) => [name, row.says])),
    'ticket.readInternal': 'Shows notes and side messages in a timeline.',
    'message.editAny': 'Changes the text of messages that others wrote.',
    'ticket.overrideGuard': 'Solves or closes a ticket in spite of open children or blockers, with a reason.',
    'ticket.offerResolution': 'Solves a ticket with words that go to the people of its incidents and children.',
  }

  it('says of each command and read which roles have it, and how far', async () => {
    const rows = Object.entries(says).map(([name, sentence]) => {
      const scopes = shown.map((role) => {
        const actor = { kind: role === 'customer' || role === 'bot' ? role : 'agent', id: 'x' }
        return reachOf({ actor, roles: [BUILT_IN_ROLES[role]] } as unknown as Principal, name) ?? ''
      })
      return [`\`${name}\``, sentence, ...scopes]
    })
    const table = tableOf(['Permission', 'What it allows', ...shown.map((role) => `\`${role}\``)], rows)
    const page = 'docs/guides/access.md'
    await expect(pageWith(page, 'permissions', table)).toMatchFileSnapshot(join(ROOT, page))
  })

  it('knows every permission that a role may name', () => {
    expect(Object.keys(says).sort()).toEqual([...PERMISSIONS].sort())
  })
})

describe('the table of refusals', () => {
  it('says of each code its kind and its message', async () => {
    const codes = [...refusals.keys()].sort()
    const nouns = [...new Set(codes.map((code) => code.slice(0, code.indexOf('.'))))]
    const parts = nouns.map((noun) => {
      const cells = codes
        .filter((code) => code.startsWith(`${noun}.`))
        .map((code) => {
          const { kind, says } = refusals.get(code) as Refusal
          return [`\`${code}\``, kind, says(anyData() as never)]
        })
      return `### ${noun}\n\n${tableOf(['Code', 'Kind', 'Message'], cells)}`
    })
    const page = 'docs/refusals.md'
    await expect(pageWith(page, 'refusals', parts.join('\n\n'))).toMatchFileSnapshot(join(ROOT, page))
  })
})

describe('the promises', () => {
  it('name store cases and refusals that there are', () => {
    const page = readFileSync(join(ROOT, 'docs/promises.md'), 'utf8')
    const named = [...page.matchAll(/`(store\.[\w.-]+)`/g)].map((match) => match[1])
    const known = new Set(storeCases.map(({ id }) => id))
    expect(named).not.toEqual([])
    expect(named.filter((id = '') => !known.has(id) && !refusals.has(id))).toEqual([])
  })
})

describe('the README', () => {
  it('counts the advisories that are tried', () => {
    const tried = readdirSync(join(ROOT, 'test/advisories')).filter((name) => name.endsWith('.test.ts'))
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`${tried.length} in [test/advisories]`)
  })
})

/** Data for every message: whatever part is read of it comes out as `{name}`, however it is joined, cut or mapped. */
function anyData(name?: string): unknown {
  const text = () => `{${name}}`
  return new Proxy(text, {
    get(_, part) {
      if (part === Symbol.toPrimitive || part === 'toString' || part === 'toJSON') return text
      return typeof part === 'string' ? anyData(name ?? part) : undefined
    },
    apply: () => anyData(name),
  })
}
