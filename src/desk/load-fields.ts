/** Only hosts that declare fields of their own have them checked. */

/** What checks a host's own fields. */
export const loadFields = () => import('../domain/fields.ts')
