/** Whether the desk can be reached, as the latest request has it. */

export type Connection = 'live' | 'offline'

let state: Connection = 'live'
const listeners: ((state: Connection) => void)[] = []

export const connection = {
  say(now: Connection): void {
    if (now === state) return
    state = now
    for (const listener of listeners) listener(now)
  },
  /** Calls at each change. */
  watch(listener: (state: Connection) => void): void {
    listeners.push(listener)
  },
}
