/** Spans and metrics as OpenTelemetry's own SDK gets them: one in the other, with ids and codes, and nothing that people wrote. */
import { AsyncLocalStorage } from 'node:async_hooks'
import * as api from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { openTelemetry } from 'deskwright/opentelemetry'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Observe, observing, type Work } from '../../../src/desk/observe.ts'
import { fault } from '../../../src/domain/refusals.ts'

const spans = new InMemorySpanExporter()

/** Carries the active span across `await`, as the context manager of a host's SDK does. */
function contextManager(): api.ContextManager {
  const storage = new AsyncLocalStorage<api.Context>()
  const manager: api.ContextManager = {
    active: () => storage.getStore() ?? api.ROOT_CONTEXT,
    with: (context, work, self, ...args) => storage.run(context, () => work.apply(self, args)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  }
  return manager
}

let observe: Observe
let metrics: InMemoryMetricExporter
let reader: PeriodicExportingMetricReader
const problems: unknown[] = []

beforeEach(async () => {
  const tracing = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 })
  api.trace.setGlobalTracerProvider(tracing)
  api.metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
  api.context.setGlobalContextManager(contextManager())
  problems.length = 0
  observe = observing([await openTelemetry()], (problem) => void problems.push(problem))
})
afterEach(async () => {
  await reader.shutdown()
  for (const part of [api.trace, api.metrics, api.context]) part.disable()
  spans.reset()
  expect(problems).toEqual([])
})

const command: Work = { name: 'command', tenant: 'acme', command: 'ticket.open', by: 'agent' }
const commit: Work = { name: 'commit', tenant: 'acme', records: 2, events: 1 }
const timer: Work = { name: 'timer', tenant: 'acme', command: 'ticket.close', key: 'close:tkt_1', lagMs: 2_500 }
const delivery: Work = {
  name: 'delivery',
  tenant: 'acme',
  transport: 'nats',
  key: 'ticket/tkt_1/3',
  attempts: 2,
  lagMs: 400,
}
const stale = fault('store.stale-version', { kind: 'ticket', id: 'tkt_1', expected: 1, found: 2 })

/** What was measured: by the metric's name, how often (or how much) for each set of attributes. */
async function measured(): Promise<Record<string, Record<string, number>>> {
  await reader.forceFlush()
  const [resource] = metrics.getMetrics().slice(-1)
  const all = resource?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
  return Object.fromEntries(
    all.map(({ descriptor, dataPointType, dataPoints }) => [
      descriptor.name,
      Object.fromEntries(
        dataPoints.map(({ attributes, value }) => [
          Object.values(attributes).join(' '),
          dataPointType === DataPointType.HISTOGRAM ? (value as { count: number }).count : (value as number),
        ]),
      ),
    ]),
  )
}

describe('spans', () => {
  it('stand one in the other, under the span of the host', async () => {
    const host = api.trace.getTracer('host').startSpan('POST /tickets')
    await api.context.with(api.trace.setSpan(api.context.active(), host), () =>
      observe(command, () => observe(commit, async () => 1)),
    )
    host.end()
    const [inner, outer, root] = spans.getFinishedSpans()
    expect([inner?.name, outer?.name, root?.name]).toEqual([
      'deskwright.commit',
      'deskwright.command ticket.open',
      'POST /tickets',
    ])
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
    expect(outer?.parentSpanContext?.spanId).toBe(root?.spanContext().spanId)
  })

  it('say what was done to which record, for whom, and what came of it', async () => {
    await observe(
      command,
      async () => ({ id: 'tkt_1' }),
      ({ id }) => ({ code: 'done', kind: 'done', recordId: id }),
    )
    await observe(delivery, async () => {})
    await observe(timer, async () => {})
    const [first, second, third] = spans.getFinishedSpans()
    expect(first?.attributes).toEqual({
      'deskwright.tenant': 'acme',
      'deskwright.command': 'ticket.open',
      'deskwright.actor.kind': 'agent',
      'deskwright.record.id': 'tkt_1',
      'deskwright.outcome': 'done',
    })
    expect(second).toMatchObject({
      name: 'deskwright.delivery nats',
      kind: api.SpanKind.PRODUCER,
      attributes: {
        'deskwright.transport': 'nats',
        'deskwright.task.key': 'ticket/tkt_1/3',
        'deskwright.delivery.attempts': 2,
      },
    })
    expect(third).toMatchObject({ name: 'deskwright.timer ticket.close', kind: api.SpanKind.INTERNAL })
  })

  it('have an error’s status when something failed, and none when the answer is a refusal', async () => {
    for (const error of [stale, fault('store.closed', {}), new TypeError('Ada Lovelace, ada@example.org')])
      await observe(command, () => Promise.reject(error)).catch(() => {})
    const found = spans.getFinishedSpans().map(({ status, attributes }) => [status.code, attributes['error.type']])
    expect(found).toEqual([
      [api.SpanStatusCode.UNSET, 'store.stale-version'],
      [api.SpanStatusCode.ERROR, 'store.closed'],
      [api.SpanStatusCode.ERROR, 'TypeError'],
    ])
  })

  it('hold nothing of an error’s message', async () => {
    await observe(command, () => Promise.reject(new TypeError('Ada Lovelace, ada@example.org'))).catch(() => {})
    const [span] = spans.getFinishedSpans()
    expect(JSON.stringify([span?.attributes, span?.events, span?.status, span?.name])).not.toMatch(/Ada|example/)
  })
})

describe('metrics', () => {
  it('count commands, commits, deliveries and timers by name and outcome, and stale commits by command', async () => {
    await observe(command, async () => 1)
    await observe(command, async () => 1)
    await observe(command, () => Promise.reject(stale)).catch(() => {})
    await observe(commit, () => Promise.reject(stale)).catch(() => {})
    await observe(delivery, () => Promise.reject(new Error('away'))).catch(() => {})
    await observe({ ...delivery, attempts: 0 }, async () => {})
    await observe(timer, async () => {})
    expect(await measured()).toEqual({
      'deskwright.command.duration': { 'ticket.open done': 2, 'ticket.open store.stale-version': 1 },
      'deskwright.commit.duration': { 'store.stale-version': 1 },
      'deskwright.commit.stale': { '': 1 },
      'deskwright.delivery.duration': { 'nats Error': 1, 'nats done': 1 },
      'deskwright.delivery.lag': { nats: 1 },
      'deskwright.timer.duration': { 'ticket.close done': 1 },
      'deskwright.timer.lag': { 'ticket.close': 1 },
    })
  })

  it('are in seconds', async () => {
    await observe(timer, async () => {})
    await reader.forceFlush()
    const [lag] = (metrics.getMetrics().at(-1)?.scopeMetrics ?? [])
      .flatMap((scope) => scope.metrics)
      .filter(({ descriptor }) => descriptor.name === 'deskwright.timer.lag')
    expect(lag?.descriptor.unit).toBe('s')
    expect(lag?.dataPoints[0]?.value).toMatchObject({ sum: 2.5, count: 1 })
  })

  it('name no tenant, record or person: each would be a series of its own', async () => {
    for (const work of [command, commit, { ...delivery, attempts: 0 }, timer]) await observe(work, async () => {})
    const all = await measured()
    expect(Object.keys(all)).toHaveLength(6)
    expect(JSON.stringify(all)).not.toMatch(/acme|tkt_|agent/)
  })
})

describe('without providers', () => {
  it('the desk works as it does without an observer', async () => {
    for (const part of [api.trace, api.metrics, api.context]) part.disable()
    const quiet = observing([await openTelemetry({ api })], () => {})
    expect(await quiet(command, async () => 5)).toBe(5)
    expect(spans.getFinishedSpans()).toEqual([])
  })
})
