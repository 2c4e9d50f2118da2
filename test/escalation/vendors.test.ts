/** What the products document is what their policies do here. */
import { replayEscalation } from 'deskwright/escalation'
import { describe, expect, it } from 'vitest'
import { VENDOR_POLICIES } from './vendors.ts'

describe.each(VENDOR_POLICIES)('$product: $says', ({ given, told, state }) => {
  it('tells whom it says, when it says', () => {
    const replayed = replayEscalation(given)
    const start = Number(given.events[0]!.at)
    const minutes = replayed.tellings.map(({ at, people }) => [
      (at - start) / 60_000,
      ...people.map((one) => one.person),
    ])
    expect(minutes).toEqual(told)
    expect(replayed.state).toBe(state)
  })
})
