/** The order and its ticket stand together, or neither does; deliveries follow what was committed, and nothing else. */
import { describe, expect, it } from 'vitest'
import { openShop, takeOrder, takeOrderAnyway } from '../../examples/orders/orders.ts'

const ORDER = { id: 'A-1', customer: 'ada@example.org', total: 250_000 }

async function lookAt(shop: Awaited<ReturnType<typeof openShop>>) {
  const { items } = await shop.desk.as({ by: { kind: 'system', id: 'test' } }).ticket.find({})
  const orders = shop.db.prepare('select id, ticket from orders order by id').all() as { id: string; ticket: string }[]
  return { tickets: items.map(({ id }) => id), orders }
}

describe('a large order', () => {
  it('and its ticket are committed together, and told afterwards', async () => {
    const shop = await openShop(':memory:')
    const heard: string[] = []
    shop.desk.on('ticket.opened', ({ name }) => heard.push(name))
    expect(await takeOrder(shop, ORDER)).toBeTypeOf('number')
    const { tickets, orders } = await lookAt(shop)
    expect(orders).toEqual([{ id: 'A-1', ticket: tickets[0] }])
    expect(heard).toEqual(['ticket.opened'])
    await shop.desk.tick()
    expect(shop.sent.map(({ name }) => name)).toContain('ticket.opened')
    expect(await shop.desk.verify()).toMatchObject({ ok: true })
    await shop.desk.close()
  })

  it.each([
    ['whose number is taken', { ...ORDER, total: 300_000 }],
    ['of a total that the shop refuses', { ...ORDER, id: 'A-2', total: 200_000.5 }],
  ])('%s leaves neither order nor ticket, and nothing is told of it', async (_, order) => {
    const shop = await openShop(':memory:')
    await takeOrder(shop, ORDER)
    await shop.desk.tick()
    const before = { ...(await lookAt(shop)), sent: [...shop.sent] }
    const heard: string[] = []
    shop.desk.on('*', ({ name }) => heard.push(name))
    await expect(takeOrder(shop, order)).rejects.toThrow()
    await shop.desk.tick()
    expect({ ...(await lookAt(shop)), sent: shop.sent }).toEqual(before)
    expect(heard).toEqual([])
    // The desk works on as before, with a number that nobody else has.
    expect(await takeOrder(shop, { ...ORDER, id: 'A-3' })).toBeTypeOf('number')
    expect(await shop.desk.verify()).toMatchObject({ ok: true })
    await shop.desk.close()
  })

  it('whose ticket the desk refuses can be taken all the same', async () => {
    const shop = await openShop(':memory:')
    expect(await takeOrderAnyway(shop, { ...ORDER, customer: 'no address' })).toBe('input.invalid')
    expect(await lookAt(shop)).toEqual({ tickets: [], orders: [{ id: 'A-1', ticket: null }] })
    await shop.desk.close()
  })
})
