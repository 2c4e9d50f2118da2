/** The six meanings of a status, apart from the words of tickets, since what tickets remember names them too. */

/** The six meanings a status can have. A host's own statuses each belong to one. */
export const CATEGORIES = ['new', 'open', 'pending', 'hold', 'solved', 'closed'] as const
export type Category = (typeof CATEGORIES)[number]
