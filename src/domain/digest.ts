/** SHA-256, for the journal's chain and for keys that must not be readable: one answer, by the fastest code that is there. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** SHA-256 of a text's UTF-8 form, as hexadecimal text. */
export type Digest = (text: string) => string

const portable: Digest = (text) => bytesToHex(sha256(utf8ToBytes(text)))
let fastest = portable

/** SHA-256 of a text's UTF-8 form, as hexadecimal text. */
export function digest(text: string): string {
  return fastest(text)
}

/** Takes a platform's own SHA-256, which is several times as fast, if it gives the same answer. */
export function useDigest(own: Digest): void {
  const probe = 'SHA-256 · UTF-8 · \u{1f3e0}'
  if (own(probe) === portable(probe)) fastest = own
}
