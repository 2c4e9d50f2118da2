/** Only hosts that declare fields of their own have them checked. */

const load = () => import('../domain/fields.ts')
let loading: ReturnType<typeof load> | undefined

/** What checks a host's own fields. */
export function loadFields(): ReturnType<typeof load> {
  loading ??= load()
  return loading
}
