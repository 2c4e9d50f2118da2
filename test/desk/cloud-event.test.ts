/** Events in their envelope: what CloudEvents 1.0 asks of one, rule by rule, and the way back. */
import type { DeskEvent } from 'deskwright'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromCloudEvent, toCloudEvent } from '../../src/desk/cloud-event.ts'
import { codeOf, openWorld } from './world.ts'

const event = {
  id: 'tkt_1.3.0',
  name: 'ticket.solved',
  tenant: 'acme',
  at: '2026-03-02T09:30:00.000Z',
  by: { kind: 'system', id: 'test' },
  record: { kind: 'ticket', id: 'tkt_1', version: 3, n: 0 },
  commandId: null,
  cause: [],
  data: { from: 'open', to: 'solved' },
} as unknown as DeskEvent

const ATTRIBUTE_NAME = /^[a-z0-9]{1,20}$/
// RFC 3986, 4.1: a scheme or none, then segments; no spaces, no bare percent signs.
const URI_REFERENCE = /^([A-Za-z][A-Za-z0-9+.-]*:)?([\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
// Control characters, unpaired surrogates and noncharacters, which the type String leaves out.
const NO_STRING = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u

/** What of the specification an envelope breaks. */
function broken(envelope: object): string[] {
  const { data, ...attributes } = JSON.parse(JSON.stringify(envelope)) as Record<string, unknown>
  const found: string[] = []
  const must = (isKept: boolean, rule: string) => {
    if (!isKept) found.push(rule)
  }
  for (const [name, value] of Object.entries(attributes)) {
    must(ATTRIBUTE_NAME.test(name), `3.1: the name ${name}`)
    must(['string', 'boolean', 'number'].includes(typeof value), `3.1.1: the type of ${name}`)
    if (typeof value === 'number')
      must(Number.isInteger(value) && Math.abs(value) < 2 ** 31, `3.1.1: ${name} in 32 bits`)
    if (typeof value === 'string') must(!NO_STRING.test(value), `3.1.1: the characters of ${name}`)
  }
  for (const name of ['id', 'source', 'specversion', 'type'])
    must(typeof attributes[name] === 'string' && attributes[name] !== '', `3.1.2: ${name} is there`)
  must(attributes.specversion === '1.0', 'the specversion is 1.0')
  must(URI_REFERENCE.test(String(attributes.source)), 'the source is a URI-reference')
  must(RFC_3339.test(String(attributes.time)), 'the time is as in RFC 3339')
  must(attributes.datacontenttype === 'application/json', 'the content type is a media type')
  must(attributes.subject !== '', 'the subject is not empty')
  must(data !== undefined, 'JSON 3.1: there is data')
  return found
}

describe('an envelope', () => {
  it('keeps the rules of CloudEvents 1.0 for whatever a desk does', async () => {
    const world = await openWorld()
    const { id: ticketId } = await world.open()
    await world.system.ticket.reply({ ticketId, body: 'B', status: 'solved' })
    const lena = await world.agent()
    await lena.desk.ticket.note({ ticketId, body: 'N' })
    await world.system.team.create({ name: 'A' })
    expect(world.events.length).toBeGreaterThan(5)
    for (const one of world.events) expect(broken(toCloudEvent(one, '/desk'))).toEqual([])
  })

  it('keeps them for every tenant that a desk takes, and for those that only others would', () => {
    const tenant = fc.oneof(
      fc.stringMatching(/^[\w.:@-]{1,100}$/),
      fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !NO_STRING.test(text)),
    )
    fc.assert(
      fc.property(tenant, (name) => {
        expect(broken(toCloudEvent({ ...event, tenant: name }, '/desk'))).toEqual([])
      }),
    )
  })

  it('gives two tenants two sources, so that source and id name one event', () => {
    const tenants = fc.tuple(fc.stringMatching(/^[\w.:@-]{1,9}$/), fc.stringMatching(/^[\w.:@-]{1,9}$/))
    fc.assert(
      fc.property(tenants, ([a, b]) => {
        const [one, other] = [a, b].map((tenant) => toCloudEvent({ ...event, tenant }, '/desk').source)
        expect(one === other).toBe(a === b)
      }),
    )
  })

  it('names what brokers sort and route by', () => {
    expect(toCloudEvent(event, 'https://help.example.org/desk')).toEqual({
      specversion: '1.0',
      id: 'tkt_1.3.0',
      source: 'https://help.example.org/desk/acme',
      type: 'ticket.solved',
      subject: 'ticket/tkt_1',
      time: '2026-03-02T09:30:00.000Z',
      datacontenttype: 'application/json',
      tenant: 'acme',
      partitionkey: 'tkt_1',
      data: event,
    })
  })
})

describe('reading an envelope', () => {
  const sent = (changes: object = {}) => JSON.parse(JSON.stringify({ ...toCloudEvent(event, '/desk'), ...changes }))

  it('gives the event that was put in, whatever else stands beside it', () => {
    expect(fromCloudEvent(sent({ traceparent: '00-0af7-b7ad-01', sampledrate: 5 }))).toEqual(event)
  })

  it('takes the same time however a broker writes it', () => {
    for (const time of ['2026-03-02T09:30:00Z', '2026-03-02T11:30:00.000+02:00'])
      expect(fromCloudEvent(sent({ time }))).toEqual(event)
  })

  it('does without what the specification leaves open', () => {
    const { time, datacontenttype, subject, partitionkey, ...least } = sent()
    expect([time, datacontenttype, subject, partitionkey]).not.toContain(undefined)
    expect(fromCloudEvent(least)).toEqual(event)
  })

  it.each([
    ['nothing', null],
    ['a list', []],
    ['another version', sent({ specversion: '0.3' })],
    ['no source', sent({ source: '' })],
    ['no id', sent({ id: undefined })],
    ['an id that is not the event’s', sent({ id: 'tkt_1.4.0' })],
    ['a type that is not the event’s', sent({ type: 'ticket.closed' })],
    ['a tenant that is not the event’s', sent({ tenant: 'other' })],
    ['a time that is none', sent({ time: 'yesterday' })],
    ['a time that is not the event’s', sent({ time: '2026-03-02T09:30:01Z' })],
    ['a subject that is not the event’s', sent({ subject: 'ticket/tkt_2' })],
    ['a source of another tenant', sent({ source: '/desk/other' })],
    ['a source that does not end in the tenant', sent({ source: '/desk-acme' })],
    ['a source without tenant', sent({ tenant: '\ud800', data: { ...event, tenant: '\ud800' } })],
    ['a key of another record', sent({ partitionkey: 'tkt_2' })],
    ['data of another kind', sent({ datacontenttype: 'text/xml' })],
    ['no data', sent({ data: undefined })],
    ['data that is no event', sent({ data: { id: 'tkt_1.3.0', name: 'ticket.solved', tenant: 'acme' } })],
  ])('refuses %s', async (_, envelope) => {
    expect(await codeOf(() => fromCloudEvent(envelope))).toBe('cloud-event.invalid')
  })
})
