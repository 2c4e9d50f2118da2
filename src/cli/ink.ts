/** Emphasis for terminals, and none where nobody would see it: pipes, files, and people who said NO_COLOR. */

export interface Ink {
  readonly bold: (text: string) => string
  readonly faint: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
}

const plain = (text: string): string => text
export const NO_INK: Ink = { bold: plain, faint: plain, good: plain, bad: plain }

const code = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`
const TERMINAL_INK: Ink = { bold: code(1, 22), faint: code(2, 22), good: code(32, 39), bad: code(31, 39) }

/** @see https://no-color.org */
export function inkFor(stream: { readonly isTTY?: boolean | undefined }, env: NodeJS.ProcessEnv): Ink {
  return stream.isTTY === true && !env.NO_COLOR ? TERMINAL_INK : NO_INK
}
