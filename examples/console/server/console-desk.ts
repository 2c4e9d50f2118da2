/** The desk behind the console: the coffee shop of the other examples, open day and night so that its clocks always tick. */
import { type Clock, createDesk, type Store } from 'deskwright'
import { policies, ticketFields } from '../../support-day/shop.ts'

const ALL_DAY = [['00:00', '24:00']] as const

/** Opens the shop's desk on a store. */
export function openConsoleDesk({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
  return createDesk({
    store,
    clock,
    fields: { ticket: ticketFields },
    policies: {
      ...policies,
      calendars: {
        shop: {
          timeZone: 'Europe/London',
          weekly: { mon: ALL_DAY, tue: ALL_DAY, wed: ALL_DAY, thu: ALL_DAY, fri: ALL_DAY, sat: ALL_DAY, sun: ALL_DAY },
        },
      },
    },
  })
}

/** All that the browser's client knows of the desk is this type: its verbs and the shop's own fields come with it. */
export type ConsoleDesk = Awaited<ReturnType<typeof openConsoleDesk>>
export type Acting = ReturnType<ConsoleDesk['as']>
