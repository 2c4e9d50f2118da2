/** What a command id stands for: whatever comes under the same id is held against it. */
import { digest } from '../domain/digest.ts'
import { fault } from './desk-faults.ts'
import { canonicalJson } from './events.ts'

/**
 * The fingerprint of what was asked for: the same content gives the same.
 *
 * @throws DeskError `input.invalid`, naming the command, for content that JSON cannot hold.
 */
export function fingerprintOf(command: string, content: readonly unknown[]): string {
  try {
    return digest(canonicalJson(content))
  } catch (error) {
    const issues = [{ place: '', reason: 'holds what JSON cannot: a bigint, a circle, or too deep a nesting' }]
    throw fault('input.invalid', { command, issues }, { cause: error })
  }
}
