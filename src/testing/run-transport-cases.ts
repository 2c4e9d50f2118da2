/** Runs transport cases, one at a time: by itself with a report, or case by case inside any test runner. */
import type { OpenedTransport, TransportCase, TransportContext } from './transport-case.ts'
import { transportCases } from './transport-cases.ts'

/** How the kit gets at the transport under test. */
export interface TransportSetup {
  /** Gives the transport with an empty other side each time. The kit closes both when the case is over. */
  open(): OpenedTransport | Promise<OpenedTransport>
}

/** Passed, or skipped for a reason. A failed case throws instead. */
export interface TransportCaseOutcome {
  readonly skipped: string | null
}

/** What came of many cases. */
export interface TransportReport {
  readonly passed: readonly string[]
  readonly failed: readonly { readonly id: string; readonly title: string; readonly error: unknown }[]
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
  /** The same for people: one line of figures, then each failure with what was found. */
  readonly text: string
}

/**
 * Runs one case on a fresh other side.
 *
 * @throws whatever the case found wrong.
 */
export async function runTransportCase(
  transportCase: TransportCase,
  setup: TransportSetup,
): Promise<TransportCaseOutcome> {
  const opened: OpenedTransport[] = []
  const context: TransportContext = {
    async open() {
      const one = await setup.open()
      opened.push(one)
      return one
    },
  }
  try {
    if (transportCase.needs === 'loseAnswers' && (await context.open()).loseAnswers === undefined)
      return { skipped: 'the other side cannot be made to lose its answers' }
    await transportCase.run(context)
    return { skipped: null }
  } finally {
    for (const one of opened) await one.close()
  }
}

/**
 * Runs cases one after the other and reports on all of them; it never throws for a failed case.
 *
 * @param cases - all transport cases unless given.
 */
export async function runTransportCases(
  setup: TransportSetup,
  cases: readonly TransportCase[] = transportCases,
): Promise<TransportReport> {
  const passed: string[] = []
  const failed: { id: string; title: string; error: unknown }[] = []
  const skipped: { id: string; reason: string }[] = []
  for (const transportCase of cases) {
    const { id, title } = transportCase
    try {
      const outcome = await runTransportCase(transportCase, setup)
      if (outcome.skipped === null) passed.push(id)
      else skipped.push({ id, reason: outcome.skipped })
    } catch (error) {
      failed.push({ id, title, error })
    }
  }
  return { passed, failed, skipped, text: textOf({ passed, failed, skipped }) }
}

function textOf({ passed, failed, skipped }: Omit<TransportReport, 'text'>): string {
  const total = passed.length + failed.length + skipped.length
  const figures = `${total} transport cases: ${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`
  const failures = failed.map(
    ({ id, title, error }) =>
      `FAILED ${id}\n  promise: ${title}\n  found:   ${error instanceof Error ? error.message : String(error)}`,
  )
  return [figures, ...failures, ...skipped.map(({ id, reason }) => `skipped ${id}: ${reason}`)].join('\n')
}
