/** Turns the desk's work into OpenTelemetry spans and metrics, for hosts that collect those of the rest of their app. */
import { type Ending, type Observer, titleOf, type Work } from '../../desk/observe.ts'
import { faultsOf } from '../../domain/fault.ts'
import { recorder } from './instruments.ts'
import type { Attributes, OpenTelemetryApi, SpanLike } from './telemetry-api.ts'

export type { OpenTelemetryApi } from './telemetry-api.ts'

const fault = faultsOf({
  'opentelemetry.no-library': {
    kind: 'unavailable',
    says: (d: { readonly reason: string }) =>
      `The OpenTelemetry API could not be loaded (${d.reason}); run: npm install @opentelemetry/api`,
  },
})

const SCOPE = 'deskwright'
// `SpanKind` and `SpanStatusCode` of the API: numbers that are part of its wire format.
const INTERNAL = 0
const PRODUCER = 3
const ERROR = 2

/**
 * An observer for a desk's `observers`: a span and a measurement for each command, commit, delivery and timer. They go
 * to whatever providers the host has registered; without any they are dropped. Spans stand under the host's active
 * span where a context manager is registered.
 *
 * Attributes hold ids, names and codes, never what people wrote. A span has the status of an error when something
 * failed; a refusal is an answer, and shows as `deskwright.outcome`.
 *
 * @param options.api - the module `@opentelemetry/api`, for hosts that hold a copy of their own; absent: it is loaded.
 * @throws DeskError `opentelemetry.no-library`.
 */
export async function openTelemetry(options: { readonly api?: OpenTelemetryApi | undefined } = {}): Promise<Observer> {
  const api = options.api ?? (await loadApi())
  const tracer = api.trace.getTracer(SCOPE)
  const record = recorder(api, SCOPE)
  return {
    start(work) {
      const began = performance.now()
      const kind = work.name === 'delivery' ? PRODUCER : INTERNAL
      const span = tracer.startSpan(`deskwright.${titleOf(work)}`, { kind, attributes: attributesOf(work) })
      const context = api.trace.setSpan(api.context.active(), span)
      return {
        run: (inner) => api.context.with(context, inner),
        end(ending) {
          endSpan(span, ending)
          record(work, ending, (performance.now() - began) / 1000)
        },
      }
    },
  }
}

async function loadApi(): Promise<OpenTelemetryApi> {
  try {
    return await import('@opentelemetry/api')
  } catch (error) {
    const reason = (error as Error).message.split('\n', 1)[0] ?? ''
    throw fault('opentelemetry.no-library', { reason }, { cause: error })
  }
}

function endSpan(span: SpanLike, { code, kind, recordId }: Ending): void {
  const isError = kind === 'failed' || kind === 'unavailable'
  span.setAttributes({
    'deskwright.outcome': code,
    ...(recordId === undefined ? {} : { 'deskwright.record.id': recordId }),
    ...(kind === 'done' ? {} : { 'error.type': code }),
  })
  if (isError) span.setStatus({ code: ERROR })
  span.end()
}

function attributesOf(work: Work): Attributes {
  const tenant = { 'deskwright.tenant': work.tenant }
  switch (work.name) {
    case 'command':
      return { ...tenant, 'deskwright.command': work.command, 'deskwright.actor.kind': work.by }
    case 'commit':
      return { ...tenant, 'deskwright.commit.records': work.records, 'deskwright.commit.events': work.events }
    case 'delivery':
      return {
        ...tenant,
        'deskwright.transport': work.transport,
        'deskwright.task.key': work.key,
        'deskwright.delivery.attempts': work.attempts,
      }
    case 'timer':
      return { ...tenant, 'deskwright.command': work.command, 'deskwright.task.key': work.key }
    default:
      return work satisfies never
  }
}
