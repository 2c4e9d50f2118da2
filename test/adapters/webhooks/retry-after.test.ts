/** The header Retry-After, in both of its forms and in none. */
import { describe, expect, it } from 'vitest'
import { retryAfterMs } from '../../../src/adapters/webhooks/retry-after.ts'

const NOW = Date.parse('2026-03-02T09:30:00Z')

describe('Retry-After', () => {
  it.each([
    ['1', 1_000],
    ['120', 120_000],
    ['86400', 86_400_000],
    ['86401', 86_400_000],
    ['9'.repeat(400), 86_400_000],
    ['Mon, 02 Mar 2026 09:30:01 GMT', 1_000],
    ['Wed, 01 Jan 2098 00:00:00 GMT', 86_400_000],
  ])('%s is so much later', (header, ms) => {
    expect((retryAfterMs(header, NOW) ?? 0) - NOW).toBe(ms)
  })

  it.each([
    ...[undefined, '', '0', '-1', '1.5', '1e3', ' 5', '5, 6', 'soon', '2026-03-02T09:31:00Z', '2 Mar 2026'],
    ...['Mon, 02 Mar 2026 09:30:00 GMT', 'Mon, 02 Mar 2026 09:29:59 GMT', 'Mon, 99 Abc 2026 09:31:00 GMT'],
  ])('%s says nothing', (header) => {
    expect(retryAfterMs(header, NOW)).toBeNull()
  })
})
