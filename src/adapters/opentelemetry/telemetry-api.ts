/** What is used of `@opentelemetry/api`, by structure: who has no such package must still be able to read our types. */

export type Attributes = Readonly<Record<string, string | number>>

export interface SpanLike {
  setAttributes(attributes: Attributes): unknown
  setStatus(status: { code: number }): unknown
  end(): void
}

export interface HistogramLike {
  record(value: number, attributes?: Attributes): void
}

export interface CounterLike {
  add(value: number, attributes?: Attributes): void
}

export interface MetricSettings {
  description: string
  unit: string
  advice?: { explicitBucketBoundaries: number[] }
}

/** The parts of `@opentelemetry/api` that are used: the module itself will do. */
export interface OpenTelemetryApi {
  readonly trace: {
    /** A maker of spans. */
    getTracer(name: string): {
      /** Begins a span. */
      startSpan(name: string, options: { kind: number; attributes: Attributes }): SpanLike
    }
    /** A context in which a span is the current one. */
    setSpan(context: unknown, span: unknown): unknown
  }
  readonly metrics: {
    /** A maker of instruments. */
    getMeter(name: string): {
      /** An instrument for durations. */
      createHistogram(name: string, options: MetricSettings): HistogramLike
      /** An instrument for counts. */
      createCounter(name: string, options: MetricSettings): CounterLike
    }
  }
  readonly context: {
    /** The context of now. */
    active(): unknown
    /** Runs work in a context. */
    with<T>(context: unknown, work: () => T): T
  }
}
