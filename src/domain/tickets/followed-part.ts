/** The names of a ticket's parts, as children take them from their parent. */
import * as z from 'zod'

/** A field of the host's own, as a part. */
export const FIELD_PART = 'fields\\.[A-Za-z_][\\w-]{0,99}'

export const partOf = (names: string, reason: string) =>
  z.string().regex(new RegExp(`^(${names}|${FIELD_PART})$`), `is none of ${reason}, fields.<name>`)

/** A part of a ticket that its children may follow. `priority` is impact, urgency and priority together. */
export const followedPart = partOf('priority|tags|teamId', 'priority, tags, teamId')
