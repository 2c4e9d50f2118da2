/** Writes texts so that every SQL driver carries them: some end a text at U+0000, and half a surrogate pair has no UTF-8 form. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this file is about.
const SPECIALS = /[\0-\x03]|[\ud800-\udfff]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this file is about.
const CODE = /\x01(?:\x01|\x02[\x02\x03]|\x03\x02|\x03\x03([0-9a-f]{4}))/g

// Each looked for by itself: nearly all texts hold none of them, and many are long.
const SPECIAL = ['\0', '\x01', '\x02', '\x03']

// In this order, so that the written forms of U+0000..U+0003 sort as the characters do; and no form begins inside
// another, so that `startsWith` and `contains` on written forms mean the same as on the texts.
const FORMS = ['\x01\x01', '\x01\x02\x02', '\x01\x02\x03', '\x01\x03\x02'] as const

/**
 * The form in which a text stands in a column. Nearly every text is its own form; only U+0000 to U+0003 and halves of
 * surrogate pairs are written otherwise. JSON text never holds any of them, so documents stay as they are.
 */
export function toColumnText(text: string): string {
  if (text.isWellFormed() && !SPECIAL.some((char) => text.includes(char))) return text
  // With the flag `u`, a whole surrogate pair is one character and does not match.
  return text.replace(SPECIALS, (char) => FORMS[char.charCodeAt(0)] ?? `\x01\x03\x03${char.charCodeAt(0).toString(16)}`)
}

/** The text that stands in a column: the reverse of {@link toColumnText}. */
export function fromColumnText(written: string): string {
  if (!written.includes('\x01')) return written
  return written.replace(CODE, (form, half: string | undefined) =>
    half === undefined
      ? String.fromCharCode((FORMS as readonly string[]).indexOf(form))
      : String.fromCharCode(Number.parseInt(half, 16)),
  )
}

// A backslash and what it escapes is one match, so that `\\u0000` is a backslash and letters.
const ESCAPES = /\\(?:u(000[0-3]|d[89a-f][0-9a-f]{2})|[\s\S])/g
const SPECIAL_ESCAPE = /\\u(?:000[0-3]|d[89a-f])/
const CODED = /(\\u0001(?:\\u0001|\\u0002\\u000[23]|\\u0003(?:\\u0002|\\u0003[0-9a-f]{4})))|\\[\s\S]/g

/** A value as JSON text, its texts in the form of {@link toColumnText}: not all databases take every escape in JSON. */
export function toJsonText(value: unknown): string {
  const json = JSON.stringify(value)
  // JSON writes halves of surrogate pairs, and no others, as escapes.
  if (!json.includes('\\u') || !SPECIAL_ESCAPE.test(json)) return json
  return json.replace(ESCAPES, (found, code: string | undefined) =>
    code === undefined ? found : inner(toColumnText(String.fromCharCode(Number.parseInt(code, 16)))),
  )
}

/** The value of a JSON text: the reverse of {@link toJsonText}. */
export function fromJsonText(json: string): unknown {
  if (!json.includes('\\u0001')) return JSON.parse(json)
  const plain = json.replace(CODED, (found, coded: string | undefined) =>
    coded === undefined ? found : inner(fromColumnText(JSON.parse(`"${coded}"`) as string)),
  )
  return JSON.parse(plain)
}

/** A text as it stands between the quotes of JSON. */
function inner(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
