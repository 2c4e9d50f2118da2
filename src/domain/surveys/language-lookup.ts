/** Finds the language to ask in: the lookup of RFC 4647, section 3.4. */

/**
 * The first of the wanted languages that is there, each cut from its end until it is: `de-CH-1996`, `de-CH`, `de`.
 * Upper and lower case are the same.
 *
 * @param wanted - BCP 47 ranges in order of preference; `*` matches nothing by itself.
 * @param present - the tags that there are.
 * @returns one of `present`, as it is written there, or `otherwise`.
 */
export function lookUpLanguage(wanted: readonly string[], present: readonly string[], otherwise: string): string {
  const byName = new Map(present.map((tag) => [tag.toLowerCase(), tag]))
  for (const range of wanted) {
    const parts = range.toLowerCase().split('-')
    while (parts.length > 0) {
      const found = byName.get(parts.join('-'))
      if (found !== undefined) return found
      parts.pop()
      // A single letter or digit begins an extension, and says nothing without what it began.
      if (parts.at(-1)?.length === 1) parts.pop()
    }
  }
  return otherwise
}
