/** The shop of the example: who works there, what their tickets carry, and the statuses they think in. */
import type { HostPolicies } from 'deskwright'
import * as z from 'zod'

export const SHOP = 'Kaffka, a shop for coffee machines'

export const teams = { support: 'Support', workshop: 'Workshop' } as const
export type TeamName = keyof typeof teams

export const agents = {
  mara: { name: 'Mara Lind', roles: ['admin'], team: 'support' },
  jonas: { name: 'Jonas Beck', roles: ['agent'], team: 'support' },
  aisha: { name: 'Aisha Noor', roles: ['agent'], team: 'support' },
  piet: { name: 'Piet de Wit', roles: ['agent'], team: 'workshop' },
  lin: { name: 'Lin Wei', roles: ['agent'], team: 'workshop' },
} as const satisfies Record<string, { name: string; roles: string[]; team: TeamName }>
export type AgentName = keyof typeof agents

/** Who writes or calls, by the address under which the shop knows them. */
export const customers = {
  nora: { email: 'nora.feld@example.org', name: 'Nora Feld' },
  noraByPhone: { phone: '+12025550117', name: 'N. Feld' },
  omar: { email: 'omar@cafe-nord.example', name: 'Omar Said' },
  ida: { email: 'ida@cafe-nord.example', name: 'Ida Holm' },
  paul: { email: 'paul.mercier@example.net', name: 'Paul Mercier' },
  greta: { email: 'greta.wolf@example.com', name: 'Greta Wolf' },
  samir: { email: 'samir.k@example.org', name: 'Samir Khan' },
  luca: { phone: '+12025550142', name: 'Luca Conti' },
  emma: { email: 'emma.roth@example.net', name: 'Emma Roth' },
  yuki: { email: 'yuki.mori@example.com', name: 'Yuki Mori' },
  hana: { phone: '+12025550163', name: 'Hana Novak' },
  finn: { email: 'finn.berg@example.org', name: 'Finn Berg' },
  clara: { email: 'clara.diaz@example.net', name: 'Clara Diaz' },
  tomas: { email: 'tomas.silva@example.com', name: 'Tomas Silva' },
  ruth: { phone: '+12025550188', name: 'Ruth Adler' },
  owen: { email: 'owen.price@example.org', name: 'Owen Price' },
  mia: { email: 'mia.lang@example.net', name: 'Mia Lang' },
  seller: { email: 'growth@seo-rocket.example', name: null },
} as const satisfies Record<string, ({ email: string } | { phone: string }) & { name: string | null }>
export type CustomerName = keyof typeof customers

/** What every ticket of the shop may carry beside what a ticket is. */
export const ticketFields = z.object({
  order: z
    .string()
    .regex(/^K-\d{4}$/, 'is not an order number such as K-1041')
    .optional(),
  machine: z.enum(['Piccolo', 'Doppio', 'Barista Pro']).optional(),
})
export type ShopFields = { readonly ticket: typeof ticketFields }

const DAY = [['08:00', '18:00']] as const

export const policies: HostPolicies = {
  // The shop's own words for waiting; moves are those of the categories.
  statuses: {
    statuses: [
      { name: 'new', category: 'new' },
      { name: 'open', category: 'open' },
      { name: 'waiting-for-customer', category: 'pending' },
      { name: 'waiting-for-part', category: 'hold' },
      { name: 'with-courier', category: 'hold' },
      { name: 'solved', category: 'solved' },
      { name: 'closed', category: 'closed' },
    ],
  },
  calendars: {
    shop: {
      timeZone: 'Europe/London',
      weekly: { mon: DAY, tue: DAY, wed: DAY, thu: DAY, fri: DAY, sat: [['09:00', '13:00']] },
    },
  },
  // What the shop promises, in its own hours: the first that fits a ticket holds.
  sla: {
    policies: [
      {
        name: 'machine down',
        match: { field: 'priority', in: ['P1', 'P2'] },
        calendar: 'shop',
        metrics: { firstReply: { target: '15m' }, nextReply: { target: '1h' }, resolution: { target: '8h' } },
      },
      {
        name: 'everything else',
        calendar: 'shop',
        metrics: {
          firstReply: { target: '2h', warn: [0.75] },
          nextReply: { target: '4h' },
          resolution: { target: '20h', warn: [{ before: '4h' }] },
        },
      },
    ],
  },
}
