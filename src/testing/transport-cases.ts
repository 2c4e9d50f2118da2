/** All transport cases: what every transport of the desk has to keep, as data. */
import type { TransportCase } from './transport-case.ts'
import { contentCases } from './transport-cases-content.ts'
import { concurrencyCases, outageCases, transportOrderCases } from './transport-cases-order.ts'
import { repetitionCases, takingCases } from './transport-cases-taking.ts'

/**
 * The promises of the transport port, one case each, the most important ones first. Ids are lasting; a release may add
 * cases.
 *
 * @example
 * ```ts no-run: a test runner runs it
 * import { type OpenedTransport, runTransportCase, transportCases } from 'deskwright/testing'
 * import { it } from 'vitest'
 *
 * declare function open(): Promise<OpenedTransport>
 *
 * for (const transportCase of transportCases)
 *   it(`${transportCase.id}: ${transportCase.title}`, async (context) => {
 *     const { skipped } = await runTransportCase(transportCase, { open })
 *     if (skipped !== null) context.skip(skipped)
 *   })
 * ```
 */
export const transportCases: readonly TransportCase[] = [
  ...takingCases,
  ...repetitionCases,
  ...transportOrderCases,
  ...concurrencyCases,
  ...outageCases,
  ...contentCases,
]
