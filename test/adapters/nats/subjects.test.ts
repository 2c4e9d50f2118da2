/** Where events stand in NATS: whatever a tenant is called, its subjects are its own, and so are its message ids. */
import type { DeskEvent } from 'deskwright'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageId, natsSubject } from '../../../src/adapters/nats/subjects.ts'

const known = fc.stringMatching(/^[\w.:@-]{1,12}$/)
const tenants = fc.oneof(known, fc.constantFrom('*', '>', 'a.>', ' ', 'a b', '%2E', '.', '..', 'ö'))

/** Whether a subject is among those that a filter asks for, by the rules of NATS. */
function isWithin(subject: string, filter: string): boolean {
  const [tokens, asked] = [subject.split('.'), filter.split('.')]
  if (asked.at(-1) === '>') asked.splice(-1, 1, ...tokens.slice(asked.length - 1).map(() => '*'))
  return tokens.length === asked.length && asked.every((token, n) => token === '*' || token === tokens[n])
}

describe('a subject', () => {
  it('has the tenant as one token that NATS takes, and gives it back', () => {
    fc.assert(
      fc.property(tenants, (tenant) => {
        const tokens = natsSubject({ tenant, name: 'ticket.solved' }).split('.')
        expect(tokens).toHaveLength(4)
        expect(tokens[1]).toMatch(/^[^\s*>.]+$/)
        expect(decodeURIComponent(tokens[1] ?? '')).toBe(tenant)
      }),
    )
  })

  it('is never among those of another tenant', () => {
    fc.assert(
      fc.property(tenants, tenants, (one, other) => {
        const subject = natsSubject({ tenant: one, name: 'ticket.solved' })
        expect(isWithin(subject, natsSubject({ tenant: other }))).toBe(one === other)
      }),
    )
  })

  it('is named for one tenant, one event, or all', () => {
    expect(natsSubject()).toBe('desk.*.>')
    expect(natsSubject({ tenant: 'acme' })).toBe('desk.acme.>')
    expect(natsSubject({ tenant: 'acme.eu', name: 'ticket.solved' })).toBe('desk.acme%2Eeu.ticket.solved')
    expect(natsSubject({ root: 'help.desk', name: 'ticket.>' })).toBe('help.desk.*.ticket.>')
  })
})

describe('a message id', () => {
  const event = (tenant: string, kind = 'policies') =>
    ({ id: 'current.1.0', tenant, record: { kind, id: 'current', version: 1, n: 0 } }) as unknown as DeskEvent
  const idOf = (one: DeskEvent, replay?: string) => messageId(one, { root: 'desk', replay })

  it('differs between tenants, kinds of record and replays whose events have one id', () => {
    fc.assert(
      fc.property(known, known, (a, b) => {
        expect(idOf(event(a)) === idOf(event(b))).toBe(a === b)
      }),
    )
    const ids = [idOf(event('a')), idOf(event('a', 'team')), idOf(event('a'), 'july'), idOf(event('a'), 'may')]
    expect(new Set(ids).size).toBe(4)
  })
})
