/** A desk under observation, from command to delivery: what its spans, its counts and its log say, and that they hold nothing personal. */
import { AsyncLocalStorage } from 'node:async_hooks'
import * as api from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Observer, Transport, Work } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { openTelemetry } from 'deskwright/opentelemetry'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, HOUR, openWorld } from '../../desk/world.ts'

const spans = new InMemorySpanExporter()

beforeEach(() => {
  const storage = new AsyncLocalStorage<api.Context>()
  const manager: api.ContextManager = {
    active: () => storage.getStore() ?? api.ROOT_CONTEXT,
    with: (context, work, self, ...args) => storage.run(context, () => work.apply(self, args)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  }
  api.context.setGlobalContextManager(manager)
  api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
})
afterEach(() => {
  api.trace.disable()
  api.context.disable()
  spans.reset()
})

const down = { times: 0 }
const transport: Transport = {
  name: 'ears',
  async deliver() {
    if (down.times-- > 0) throw new Error('the line is down')
  },
}

/** Spans as `name outcome`, each behind the one that it was a part of, in the order in which they ended. */
function trees(parentId?: string, depth = 0): string[] {
  return spans
    .getFinishedSpans()
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parentId)
    .flatMap((span) => [
      `${'  '.repeat(depth)}${span.name} ${span.attributes['deskwright.outcome']}`,
      ...trees(span.spanContext().spanId, depth + 1),
    ])
}

describe('a desk under observation', () => {
  it('shows commands with their commits, timers and deliveries, each with what came of it', async () => {
    const world = await openWorld({ transports: [transport], observers: [await openTelemetry()] })
    const { id: ticketId } = await world.open()
    await world.desk.tick()
    spans.reset()
    await world.system.ticket.solve({ ticketId })
    expect(await codeOf(world.system.ticket.solve({ ticketId: 'tkt_none' as never }))).not.toBe('done')
    expect(trees()).toEqual([
      'deskwright.command ticket.solve done',
      '  deskwright.commit done',
      expect.stringMatching(/^deskwright\.command ticket\.solve (input\.invalid|ticket\.not-found)$/),
    ])
    expect(spans.getFinishedSpans().find(({ name }) => /command/.test(name))?.attributes).toMatchObject({
      'deskwright.tenant': 'main',
      'deskwright.actor.kind': 'system',
      'deskwright.record.id': ticketId,
    })
    spans.reset()
    down.times = 1
    await world.desk.tick()
    world.clock.advance(1000 * HOUR)
    await world.desk.tick()
    expect(trees()).toEqual([
      'deskwright.delivery ears Error',
      'deskwright.timer ticket.close done',
      '  deskwright.commit done',
      'deskwright.delivery ears done',
      'deskwright.delivery ears done',
    ])
  })

  it('shows a batch as one command, and each commit that others made stale', async () => {
    const store = memoryStore()
    const one = await openWorld({ store, observers: [await openTelemetry()] })
    const team = await one.system.team.create({ name: 'A' })
    const commit = store.commit.bind(store)
    let isFirst = true
    store.commit = async (change) => {
      if (isFirst && change.writes.some(({ id }) => id === team.id)) {
        isFirst = false
        const other = await openWorld({ store })
        await other.system.team.change({ teamId: team.id, name: 'B' })
      }
      return commit(change)
    }
    spans.reset()
    await one.system.batch([{ name: 'team.change', input: { teamId: team.id, name: 'C' } }])
    expect(trees()).toEqual([
      'deskwright.command batch done',
      '  deskwright.commit store.stale-version',
      '  deskwright.commit done',
    ])
  })

  it('tells nothing that people wrote', async () => {
    const seen: Work[] = []
    const eyes: Observer = { start: (work) => ({ end: (ending) => void seen.push({ ...work, ...ending } as Work) }) }
    const world = await openWorld({ transports: [transport], observers: [eyes, await openTelemetry()] })
    const secret = 'Zoe-Secret'
    const { id: ticketId } = await world.open(`${secret}@example.org`, { subject: secret, body: secret })
    await world.system.ticket.reply({ ticketId, body: secret })
    await world.desk.tick()
    world.clock.advance(1000 * HOUR)
    await world.desk.tick()
    const shown = spans.getFinishedSpans().map(({ name, attributes, status }) => [name, attributes, status])
    expect(shown.length).toBeGreaterThan(5)
    expect(JSON.stringify([shown, seen])).not.toContain(secret)
  })

  it('does what it does without one, when the observer is broken', async () => {
    const broken: Observer = {
      start: () => {
        throw new Error('broken')
      },
    }
    const world = await openWorld({ observers: [broken] })
    const { id: ticketId } = await world.open()
    await world.system.ticket.solve({ ticketId })
    expect((await world.system.ticket.get({ ticketId })).category).toBe('solved')
    expect(world.problems[0]).toMatchObject({ where: 'listener', at: expect.stringContaining('observer') })
  })
})

describe('a desk with a logger', () => {
  it('writes what it does, and reports problems there when nobody else is told of them', async () => {
    const lines: string[] = []
    const logger = { log: (level: string, message: string) => void lines.push(`${level} ${message}`) }
    const world = await openWorld({ transports: [transport], logger, report: undefined as never })
    await world.desk.tick()
    lines.length = 0
    await world.system.team.create({ name: 'A' })
    down.times = 1
    await world.desk.tick()
    expect(lines).toEqual([
      'debug commit: done',
      'debug command team.create: done',
      'debug delivery ears: Error',
      expect.stringMatching(/^warn transport failed at ears team\/tea_/),
    ])
  })
})
