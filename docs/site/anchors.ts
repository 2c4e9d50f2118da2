/** The anchors of headings, as GitHub makes them: one rule for the site and for the test of links. */

/** Gives each heading of one page its anchor; a second heading of the same words gets another one. */
export function anchoring(): (heading: string) => string {
  const taken = new Set<string>()
  return (heading) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
    let unique = slug
    for (let n = 1; taken.has(unique); n += 1) unique = `${slug}-${n}`
    taken.add(unique)
    return unique
  }
}
