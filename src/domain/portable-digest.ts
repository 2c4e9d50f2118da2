/** SHA-256 where the platform has none that answers at once: loaded there, and nowhere else. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** SHA-256 of a text's UTF-8 form, as hexadecimal text. */
export function portableDigest(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)))
}
