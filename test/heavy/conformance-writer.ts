/** A process that writes to the store of JSON lines until it is killed, and says of each thing that it was answered. */
import { writeSync } from 'node:fs'
import { commandOf, openingOf, taskOf } from 'deskwright/testing'
import { lineStore } from '../../examples/custom-store/line-store.ts'

const [path = '', from = '0'] = process.argv.slice(2)
const store = lineStore(path)

/** What was answered: a commit, a number that was reserved, a task that was handed out, a task that was settled. */
export type Answered = 'commit' | 'number' | 'claim' | 'settled'

const answered = (what: Answered, n: number) => writeSync(1, `${what} ${n}\n`)
const NOW = '2026-03-02T09:40:00.000Z'

for (let n = Number(from); ; n += 1) {
  await store.commit(openingOf([2 * n, 2 * n + 1], { command: commandOf(`cmd-${n}`), set: [taskOf(`wake-${n}`)] }))
  answered('commit', n)
  answered('number', await store.reserve('acme', 'ticket', 1))
  const [held] = await store.claim('timer', { now: NOW, limit: 1, leaseMs: 86_400_000 })
  if (held) answered('claim', Number(held.key.slice('wake-'.length)))
  if (held && n % 2 && (await store.settle(held, { done: true })))
    answered('settled', Number(held.key.slice('wake-'.length)))
}
