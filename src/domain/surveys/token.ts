/** The token of an invitation: who holds it may answer, and nobody can guess it or read it out of the database. */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { digest } from '../digest.ts'
import type { SurveyId } from '../ids.ts'

/** The shortest secret that a desk takes, in characters. */
export const SHORTEST_SECRET = 32

const NONCE_BYTES = 20
const TOKEN = /^([0-9a-f]{26})-([0-9a-f]{40})$/

/** 160 random bits, as hexadecimal text. Each number that is drawn gives 32 of them. */
export function drawNonce(random: () => number): string {
  const words = Array.from({ length: NONCE_BYTES / 4 }, () => Math.floor(random() * 2 ** 32))
  return words.map((word) => word.toString(16).padStart(8, '0')).join('')
}

/** The token of a survey: 160 bits of HMAC-SHA256 under the desk’s secret, behind the survey’s own id. */
export function tokenOf(secret: string, { id, nonce }: { readonly id: SurveyId; readonly nonce: string }): string {
  const mac = hmac(sha256, utf8ToBytes(secret), utf8ToBytes(`survey\n${id}\n${nonce}`))
  return `${id.slice(4)}-${bytesToHex(mac.slice(0, NONCE_BYTES))}`
}

/** The survey that a token speaks of; `null` for what is no token. */
export function surveyIn(token: string): SurveyId | null {
  const [, id] = TOKEN.exec(token) ?? []
  return id === undefined ? null : `srv_${id}`
}

/** What is kept of a token. */
export function hashOf(token: string): string {
  return digest(`survey token\n${token}`)
}

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function isSameHash(a: string, b: string): boolean {
  const [one, other] = [hexToBytes(a), hexToBytes(b)]
  let difference = one.length ^ other.length
  for (let n = 0; n < one.length; n++) difference |= (one[n] as number) ^ (other[n] ?? 0)
  return difference === 0
}
