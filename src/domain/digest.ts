/** SHA-256, for the journal's chain and for keys that must not be readable: one answer, by the fastest code that is there. */

/** SHA-256 of a text's UTF-8 form, as hexadecimal text. */
export type Digest = (text: string) => string

const PROBE = 'SHA-256 · UTF-8 · \u{1f3e0}'
const ANSWER = 'c5cc581300e85eba6b1fab77eeb48ee157bab2c17f93407478570d047041fdde'
let chosen: Digest | null = null

/** SHA-256 of a text's UTF-8 form, as hexadecimal text. There is one once the first desk is open. */
export function digest(text: string): string {
  if (chosen === null) throw new Error('no digest before useDigest')
  return chosen(text)
}

/** Takes a platform's own SHA-256, which is several times as fast, if it gives the right answer; else one is loaded. */
export async function useDigest(own: Digest | null): Promise<void> {
  chosen = own?.(PROBE) === ANSWER ? own : (await import('./portable-digest.ts')).portableDigest
}
