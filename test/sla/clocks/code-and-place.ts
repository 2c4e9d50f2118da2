/** What a refusal says of itself, for tables of refusals. */
import { isDeskError } from '../../../src/domain/fault.ts'

export function codeAndPlace(work: () => unknown): { code: string; place: string; message: string } {
  try {
    work()
  } catch (error) {
    if (isDeskError(error)) return { code: error.code, place: String(error.data.place), message: error.message }
    throw error
  }
  return { code: 'done', place: '', message: '' }
}
