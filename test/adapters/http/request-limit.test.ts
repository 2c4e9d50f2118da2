/** A limit to requests: so many at once, and then one at a time as they come back. */
import { requestLimit } from 'deskwright/http'
import { manualClock } from 'deskwright/testing'
import { expect, it } from 'vitest'
import { MONDAY } from '../../desk/world.ts'

const ada = { by: { kind: 'bot', id: 'ada' } } as const

it('lets a caller make all requests at once, and then each as it comes back', () => {
  const clock = manualClock(MONDAY)
  const limit = requestLimit({ requests: 3, perSeconds: 6, clock })
  expect([limit(ada), limit(ada), limit(ada), limit(ada)]).toEqual([0, 0, 0, 2])
  clock.advance(1999)
  expect(limit(ada)).toBeCloseTo(0.001)
  clock.advance(1)
  expect([limit(ada), limit(ada)]).toEqual([0, 2])
  clock.advance(3_600_000)
  expect([limit(ada), limit(ada), limit(ada), limit(ada)]).toEqual([0, 0, 0, 2])
})

it('counts each actor of each tenant alone', () => {
  const limit = requestLimit({ requests: 1, perSeconds: 60, clock: manualClock(MONDAY) })
  const others = [{ ...ada, tenant: 'other' }, { by: { kind: 'system', id: 'ada' } } as const]
  expect([limit(ada), ...others.map(limit), limit({ ...ada, tenant: 'main' })]).toEqual([0, 0, 0, 60])
})
