/** The platform that a desk runs on unless told otherwise: the machine's clock, its randomness, its timers, its console. */
import type { Platform } from '../../desk/desk.ts'
import { LONGEST_TIMER_MS } from '../../domain/time.ts'

/** Node's own SHA-256, where there is one: browsers have only one that answers later, which a chain cannot wait for. */
function ownSha256(): Platform['sha256'] {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
  if (crypto?.hash === undefined) return null
  return (text) => crypto.hash('sha256', text, 'hex')
}

// Asked for in stores of many: one call for each number would cost more than the ids that it makes.
const drawn = new Uint32Array(256)
let left = 0

function draw(): number {
  if (left === 0) {
    globalThis.crypto.getRandomValues(drawn)
    left = drawn.length
  }
  left--
  return (drawn[left] as number) / 2 ** 32
}

export const system: Platform = {
  clock: { now: () => Date.now() },
  random: { next: draw },
  report: ({ where, error, at }) => {
    // biome-ignore lint/suspicious/noConsole: what nobody asked to be told of must still be seen somewhere.
    console.error(`deskwright: ${where} failed at ${at}:`, error)
  },
  sha256: ownSha256(),
  pause: (ms, stop) =>
    new Promise((resolve) => {
      // A timer of no length takes a millisecond; where the machine has something quicker, a breath is one.
      if (ms === 0 && globalThis.setImmediate !== undefined) return void globalThis.setImmediate(resolve)
      const timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS))
      stop.onStop(() => {
        clearTimeout(timer)
        resolve()
      })
    }),
}
