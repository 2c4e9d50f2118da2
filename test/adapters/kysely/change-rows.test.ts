import { changeOf, taskOf, ticketKey, ticketRemoval, ticketWrite } from 'deskwright/testing'
import { describe, expect, it } from 'vitest'
import { changeRows } from '../../../src/adapters/kysely/change-rows.ts'

const claim = (key: string) => ({ tenant: 'acme', queue: 'timer', key, fence: 7 })
const timer = (key: string) => ({ queue: 'timer', key })

describe('a change that one statement can do', () => {
  it('has several writes of a record as the last of them, at the version that the first expects', () => {
    const rows = changeRows(changeOf({ writes: [ticketWrite(1, 3), ticketWrite(1, 4), ticketWrite(1, 5)] }))
    expect(rows?.replaces.get('ticket')).toMatchObject([{ expected: 3, version: 6 }])
    const made = changeRows(changeOf({ writes: [ticketWrite(1), ticketWrite(1, 1)] }))
    expect(made?.inserts.get('ticket')).toMatchObject([{ expected: 0, version: 2 }])
  })

  it('makes no check that a write makes anyway', () => {
    const rows = changeRows(changeOf({ writes: [ticketWrite(1, 3)], checks: [{ ...ticketKey(1), version: 3 }] }))
    expect(rows?.checks.size).toBe(0)
  })

  it('sets a task once, and does not clear what it sets', () => {
    const rows = changeRows(changeOf({ set: [taskOf('a', { seq: 1 }), taskOf('a', { seq: 2 })], clear: [timer('a')] }))
    expect(rows).toMatchObject({ set: [{ key: 'a', seq: 2 }], clear: [] })
  })

  it('renews a task whose claim ends in it', () => {
    const rows = changeRows(changeOf({ set: [taskOf('a')], settle: [claim('a'), claim('b')] }))
    expect(rows).toMatchObject({ set: [], renew: [{ key: 'a', fence: 7 }], settle: [{ key: 'b' }] })
  })

  it('ends a claim, and does not clear its task as well: so does every timer that rings', () => {
    const rows = changeRows(changeOf({ settle: [claim('a')], clear: [timer('a'), timer('b')] }))
    expect(rows).toMatchObject({ settle: [{ key: 'a' }], clear: [{ key: 'b' }] })
    expect(changeRows(changeOf({ settle: [claim('a')], clear: [timer('a')], set: [taskOf('a')] }))).toMatchObject({
      ...{ renew: [{ key: 'a', fence: 7 }], settle: [], clear: [] },
    })
  })

  it('has the same records in the same order, however they were given', () => {
    const ids = (writes: ReturnType<typeof ticketWrite>[]) =>
      changeRows(changeOf({ writes }))
        ?.replaces.get('ticket')
        ?.map(({ id }) => id)
    expect(ids([ticketWrite(2, 1), ticketWrite(1, 1)])).toEqual(ids([ticketWrite(1, 1), ticketWrite(2, 1)]))
  })
})

describe('a change that needs an order', () => {
  it.each([
    ['checks that a record is absent', { checks: [{ ...ticketKey(1), version: 0 }] }],
    [
      'checks a record at another version than it writes',
      { writes: [ticketWrite(1, 3)], checks: [{ ...ticketKey(1), version: 2 }] },
    ],
    ['writes a record twice from one version', { writes: [ticketWrite(1, 3), ticketWrite(1, 3)] }],
    ['makes a record and removes it', { writes: [ticketWrite(1), ticketRemoval(1, 1)] }],
    ['removes a record and makes it anew', { writes: [ticketRemoval(1, 3), ticketWrite(1)] }],
    ['ends a claim twice', { settle: [claim('a'), claim('a')] }],
    ['ends a claim of another tenant', { settle: [{ ...claim('a'), tenant: 'other' }] }],
  ])('%s', (_, part) => {
    expect(changeRows(changeOf(part))).toBeNull()
  })
})
