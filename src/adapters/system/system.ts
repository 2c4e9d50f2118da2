/** The platform that a desk runs on unless told otherwise: the machine's clock, its randomness, its timers, its console. */
import type { Platform } from '../../desk/desk.ts'

const cell = new Uint32Array(1)

export const system: Platform = {
  clock: { now: () => Date.now() },
  random: { next: () => (globalThis.crypto.getRandomValues(cell)[0] as number) / 2 ** 32 },
  report: ({ where, error, at }) => {
    // biome-ignore lint/suspicious/noConsole: what nobody asked to be told of must still be seen somewhere.
    console.error(`deskwright: ${where} failed at ${at}:`, error)
  },
  pause: (ms, stop) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      stop.onStop(() => {
        clearTimeout(timer)
        resolve()
      })
    }),
}
