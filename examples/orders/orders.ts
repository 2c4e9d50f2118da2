/** An order and its ticket in one transaction of the shop: both are there, or neither. */
import { type Acting, createDesk, type Desk, type DeskEvent, isDeskError } from 'deskwright'
import { sqliteStore } from 'deskwright/sqlite'
import Database from 'libsql'

const SHOP = { by: { kind: 'system', id: 'orders' } } as const

export interface Shop {
  readonly db: Database.Database
  readonly desk: Desk
  /** What left the shop's desk, by the transport. */
  readonly sent: DeskEvent[]
}

export interface Order {
  readonly id: string
  readonly customer: string
  /** In cents. */
  readonly total: number
}

/** The shop's database, with the desk's tables beside its own. */
export async function openShop(file: string): Promise<Shop> {
  const db = new Database(file)
  db.exec(`create table orders (
    id text primary key, customer text not null, total integer not null check (total > 0), ticket text) strict`)
  const sent: DeskEvent[] = []
  const desk = await createDesk({
    store: sqliteStore(db),
    transports: [{ name: 'warehouse', deliver: async ({ events }) => void sent.push(...events) }],
  })
  return { db, desk, sent }
}

/** Runs work in a transaction of the shop's own: all of it stands, or none of it does. */
export async function transaction<T>({ db, desk }: Shop, work: (desk: Acting) => Promise<T>): Promise<T> {
  db.exec('begin immediate')
  const inside = desk.within(db)
  try {
    const result = await work(inside.as(SHOP))
    db.exec('commit')
    inside.announce()
    return result
  } catch (error) {
    db.exec('rollback')
    throw error
  }
}

/** Takes an order; one that is worth more than a thousand is looked at by a person first, who finds it as a ticket. */
export function takeOrder(shop: Shop, order: Order): Promise<number | null> {
  return transaction(shop, async (desk) => {
    const ticket = order.total > 100_000 ? await openTicket(desk, order) : null
    shop.db
      .prepare('insert into orders (id, customer, total, ticket) values (?, ?, ?, ?)')
      .run(order.id, order.customer, order.total, ticket?.id ?? null)
    return ticket?.number ?? null
  })
}

function openTicket(desk: Acting, { id, customer, total }: Order) {
  return desk.ticket.open({
    requester: { email: customer },
    subject: `Look at order ${id}`,
    body: `It is worth ${(total / 100).toFixed(2)}.`,
    type: 'task',
    externalRefs: [{ system: 'orders', id }],
  })
}

/** Takes an order even where the desk refuses its ticket: the refusal wrote nothing, and the transaction goes on. */
export function takeOrderAnyway(shop: Shop, order: Order): Promise<string> {
  return transaction(shop, async (desk) => {
    const refused = await openTicket(desk, order).then(
      () => 'opened',
      (error: unknown) => {
        if (isDeskError(error)) return error.code
        throw error
      },
    )
    shop.db
      .prepare('insert into orders (id, customer, total) values (?, ?, ?)')
      .run(order.id, order.customer, order.total)
    return refused
  })
}
