/** What a log says of the desk: each thing once, at the level at which operators want to read it. */
import { describe, expect, it } from 'vitest'
import { type LogLevel, logProblems, logWork } from '../../src/desk/log-work.ts'
import { observing, type Work } from '../../src/desk/observe.ts'
import { fault } from '../../src/domain/refusals.ts'

const command: Work = { name: 'command', tenant: 'main', command: 'ticket.open', by: 'agent' }
const closed = fault('store.closed', {})

describe('a log', () => {
  function book() {
    const lines: [LogLevel, string, object][] = []
    return { lines, logger: { log: (...line: [LogLevel, string, object]) => void lines.push(line) } }
  }

  it('has what is done at debug, what is refused at info and what fails at error', async () => {
    const { lines, logger } = book()
    const observe = observing([logWork(logger)], logProblems(logger))
    await observe(
      command,
      async () => ({ id: 'tkt_1' }),
      ({ id }) => ({ code: 'done', kind: 'done', recordId: id }),
    )
    const refused = fault('store.stale-version', { kind: 'ticket', id: 'tkt_1', expected: 1, found: 2 })
    await observe(command, () => Promise.reject(refused)).catch(() => {})
    await observe(command, () => Promise.reject(closed)).catch(() => {})
    const facts = { tenant: 'main', command: 'ticket.open', by: 'agent' }
    expect(lines).toEqual([
      ['debug', 'command ticket.open: done', { ...facts, code: 'done', recordId: 'tkt_1' }],
      ['info', 'command ticket.open: store.stale-version', { ...facts, code: 'store.stale-version', error: refused }],
      ['error', 'command ticket.open: store.closed', { ...facts, code: 'store.closed', error: closed }],
    ])
  })

  it('has commits, deliveries and timers at debug, and each problem once, above it', async () => {
    const { lines, logger } = book()
    const observe = observing([logWork(logger)], logProblems(logger))
    const delivery: Work = {
      name: 'delivery',
      tenant: 'a',
      transport: 'nats',
      key: 'team/tea_1/1',
      attempts: 0,
      lagMs: 5,
    }
    await observe(delivery, () => Promise.reject(closed)).catch(() => {})
    logProblems(logger)({ where: 'transport', error: closed, at: 'nats team/tea_1/1' })
    logProblems(logger)({ where: 'timer', error: closed, at: 'close:tkt_1' })
    expect(lines.map(([level, message]) => `${level} ${message}`)).toEqual([
      'debug delivery nats: store.closed',
      'warn transport failed at nats team/tea_1/1',
      'error timer failed at close:tkt_1',
    ])
  })
})
