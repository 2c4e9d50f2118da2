/** The platform of the machine: how its pauses end. */
import { expect, it } from 'vitest'
import { system } from '../../../src/adapters/system/system.ts'

const never = { onStop: () => {} }

it('a pause that is longer than the machine’s timers count is no pause of a millisecond', async () => {
  const ended: string[] = []
  let stop = (): void => {}
  const onStop = (end: () => void) => {
    stop = end
  }
  const endless = system.pause(Number.POSITIVE_INFINITY, { onStop }).then(() => ended.push('endless'))
  await system.pause(5, never).then(() => ended.push('short'))
  expect(ended).toEqual(['short'])
  stop()
  await endless
  expect(ended).toEqual(['short', 'endless'])
})
