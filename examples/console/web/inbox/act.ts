/** Does something to a ticket as it was seen: when a colleague was faster, nothing is done, and the person is asked. */
import { isDeskError } from 'deskwright/client'
import { saysError, type Ticket } from '../kit/desk.ts'
import { say, warn } from '../kit/notice.ts'

export interface Deed {
  /** The ticket as it stood on the page. */
  readonly ticket: Ticket
  readonly done: string
  readonly act: (options: { readonly ifVersion: number }) => Promise<unknown>
  /** Shows what stands now. */
  readonly refresh: () => Promise<Ticket | null>
}

/** @returns whether it was done. */
export async function perform(deed: Deed): Promise<boolean> {
  const { ticket, done, act, refresh } = deed
  try {
    await act({ ifVersion: ticket.version })
    say(done)
    await refresh()
    return true
  } catch (error) {
    const now = await refresh().catch(() => null)
    if (!isDeskError(error, 'store.stale-version') || now === null) warn(saysError(error))
    else
      warn(
        `Ticket #${ticket.number} was changed while you looked at it, so nothing was done. This is how it stands now.`,
        {
          label: 'Do it all the same',
          choose: () => perform({ ...deed, ticket: now }),
        },
      )
    return false
  }
}
