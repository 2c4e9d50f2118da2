/** A length of time in a policy's document, which is checked when it is published. */
import * as z from 'zod'
import { parseDuration } from './time.ts'

// A hundred years. An instant past the year 9999 is written with a sign, and would sort, and fall due, before all others.
const LONGEST_MS = 100 * 365.25 * 24 * 3_600_000

export const duration = z.union([z.string().max(20), z.number()]).superRefine((value, check) => {
  try {
    if (parseDuration(value) > LONGEST_MS)
      check.addIssue({ code: 'custom', message: `${value} is longer than a hundred years (876600h)` })
  } catch (error) {
    check.addIssue({ code: 'custom', message: (error as Error).message })
  }
})
