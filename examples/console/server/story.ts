/** What happened in the shop before the console was opened: who did what how many minutes ago, the oldest first. */
import type { CommandInput } from 'deskwright'
import type { AgentName, CustomerName, ShopFields, TeamName } from '../../support-day/shop.ts'
import { tokenFor } from './invitations.ts'
import type { Seeding } from './seed.ts'

interface Deed {
  /** Minutes before the console was opened. */
  readonly ago: number
  does(seeding: Seeding): Promise<unknown>
}

type Opening = Omit<CommandInput<'ticket.open', ShopFields>, 'requester' | 'author' | 'tags'>
type Status = 'waiting-for-customer' | 'waiting-for-part' | 'with-courier'

const opens = (ago: number, who: CustomerName, [on, ticket]: readonly [string, Opening]): Deed => ({
  ago,
  does: async ({ as, tickets }) => {
    tickets.set(on, (await as(who).ticket.open({ channel: 'web', ...ticket })).id)
  },
})

/** On the phone it is the agent who opens the ticket. */
const calls = (
  ago: number,
  who: CustomerName,
  [agent, on, ticket]: readonly [AgentName, string, Omit<Opening, 'channel'>],
): Deed => ({
  ago,
  does: async ({ as, tickets, customerIds }) => {
    const requester = { customerId: customerIds.get(who)! }
    const opening: CommandInput<'ticket.open', ShopFields> = { ...ticket, channel: 'voice', requester }
    tickets.set(on, (await as(agent).ticket.open({ ...opening, author: 'requester' })).id)
  },
})

const gives = (ago: number, who: AgentName, to: { on: string; agent?: AgentName; team?: TeamName }): Deed => ({
  ago,
  does: ({ as, tickets, agentIds, teamIds }) =>
    as(who).ticket.assign({
      ticketId: tickets.get(to.on)!,
      ...(to.agent ? { assigneeId: agentIds.get(to.agent)! } : {}),
      ...(to.team ? { teamId: teamIds.get(to.team)! } : {}),
    }),
})

const writes = (
  ago: number,
  who: AgentName | CustomerName,
  said: { on: string; body: string; moves?: Status },
): Deed => ({
  ago,
  does: ({ as, tickets }) =>
    as(who).ticket.reply({
      ticketId: tickets.get(said.on)!,
      body: said.body,
      channel: 'web',
      ...(said.moves ? { status: said.moves } : {}),
    }),
})

const notes = (ago: number, who: AgentName, { on, body }: { on: string; body: string }): Deed => ({
  ago,
  does: ({ as, tickets }) => as(who).ticket.note({ ticketId: tickets.get(on)!, body }),
})

const tags = (ago: number, who: AgentName, { on, add }: { on: string; add: readonly string[] }): Deed => ({
  ago,
  does: ({ as, tickets }) => as(who).ticket.tag({ ticketId: tickets.get(on)!, add }),
})

const answers = (ago: number, who: CustomerName, said: { on: string; score: number; comment: string }): Deed => ({
  ago,
  does: async ({ as, system, tickets, customerIds }) => {
    const to = { customerId: customerIds.get(who)!, ticketId: tickets.get(said.on)! }
    const token = (await tokenFor(system, to))!
    await as(who).survey.answer({ token, answers: { score: said.score, comment: said.comment } })
  },
})

const solves = (ago: number, who: AgentName, on: string): Deed => ({
  ago,
  does: ({ as, tickets }) => as(who).ticket.solve({ ticketId: tickets.get(on)! }),
})

/** A part of a larger ticket, in a team's hands. */
const splitsOff = (
  ago: number,
  who: AgentName,
  part: { from: string; on: string; subject: string; body: string; team: TeamName; agent?: AgentName },
): Deed => ({
  ago,
  does: async ({ as, tickets, teamIds, agentIds, customerIds }) => {
    const child = await as(who).ticket.open({
      requester: { customerId: customerIds.get('omar')! },
      subject: part.subject,
      body: part.body,
      type: 'task',
      channel: 'in-person',
      author: 'actor',
      parentId: tickets.get(part.from)!,
      teamId: teamIds.get(part.team)!,
      ...(part.agent ? { assigneeId: agentIds.get(part.agent)! } : {}),
    })
    tickets.set(part.on, child.id)
  },
})

export const STORY: readonly Deed[] = [
  opens(2880, 'mia', [
    'repair',
    {
      subject: 'Do you still repair a Piccolo from 2019?',
      body: 'It runs, but the steam wand drips. I would rather mend it than buy a new one.',
      fields: { machine: 'Piccolo' },
    },
  ]),
  gives(2860, 'mara', { on: 'repair', agent: 'aisha', team: 'support' }),
  writes(2850, 'aisha', {
    on: 'repair',
    body: 'We do, and gladly: the seal costs 6 € and takes ten minutes. Bring it in any afternoon.',
  }),
  solves(2840, 'aisha', 'repair'),

  opens(1500, 'yuki', [
    'grinder',
    {
      subject: 'The grinder is louder than the train',
      body: 'Is that normal? My neighbours ask.',
      fields: { order: 'K-1012', machine: 'Doppio' },
    },
  ]),
  gives(1490, 'aisha', { on: 'grinder', agent: 'aisha', team: 'support' }),
  writes(1480, 'aisha', {
    on: 'grinder',
    body: 'Not at all. Please turn the dial to 9, run it empty for ten seconds, and back again.',
    moves: 'waiting-for-customer',
  }),
  writes(1400, 'yuki', { on: 'grinder', body: 'Silence! Thank you.' }),
  solves(1395, 'aisha', 'grinder'),
  answers(1300, 'yuki', { on: 'grinder', score: 5, comment: 'Ten seconds, and the neighbours love me.' }),

  opens(610, 'omar', [
    'bar',
    {
      subject: 'Second bar for Café Nord: two machines by the 20th',
      body: 'We open the back room and need two Barista Pros, the water line and a training for six people.',
      type: 'task',
      impact: 'medium',
      urgency: 'medium',
    },
  ]),
  tags(605, 'mara', { on: 'bar', add: ['café', 'project'] }),
  gives(604, 'mara', { on: 'bar', agent: 'mara', team: 'support' }),
  writes(600, 'mara', {
    on: 'bar',
    body: 'Lovely news, Omar. I have split it up for my colleagues, and keep it together for you here.',
  }),
  splitsOff(595, 'mara', {
    from: 'bar',
    on: 'water',
    subject: 'Survey the water line on site',
    body: 'Pressure and hardness, and where the drain goes.',
    team: 'workshop',
    agent: 'piet',
  }),
  splitsOff(594, 'mara', {
    from: 'bar',
    on: 'machines',
    subject: 'Two Barista Pros from stock, tested',
    body: 'Both with the long hose. Test each for an hour.',
    team: 'workshop',
    agent: 'lin',
  }),
  splitsOff(593, 'mara', {
    from: 'bar',
    on: 'training',
    subject: 'Training for six people',
    body: 'Half a day, in their own bar.',
    team: 'support',
  }),
  writes(520, 'piet', { on: 'water', body: 'Three bar, twelve degrees of hardness: a small filter will do.' }),
  solves(515, 'piet', 'water'),

  calls(400, 'ruth', [
    'jonas',
    'descale',
    {
      subject: 'Descaling light never goes out',
      body: 'She has descaled twice, and the light is still on. Order from May.',
      type: 'incident',
      fields: { order: 'K-0981', machine: 'Piccolo' },
    },
  ]),
  gives(398, 'jonas', { on: 'descale', agent: 'jonas', team: 'workshop' }),
  writes(390, 'jonas', {
    on: 'descale',
    body: 'It is the sensor, Mrs Adler. A new one is on its way to us; we fit it for free.',
    moves: 'waiting-for-part',
  }),
  opens(330, 'greta', [
    'basket',
    {
      subject: 'The parcel came without the portafilter',
      body: 'Everything else is there. A machine without it is a very heavy kettle.',
      type: 'complaint',
      urgency: 'medium',
      fields: { order: 'K-1038', machine: 'Doppio' },
    },
  ]),
  gives(322, 'aisha', { on: 'basket', agent: 'aisha', team: 'support' }),
  writes(320, 'aisha', {
    on: 'basket',
    body: 'I am so sorry, Greta! It leaves today by courier and is with you tomorrow before noon.',
    moves: 'with-courier',
  }),
  notes(319, 'aisha', {
    on: 'basket',
    body: 'Third one this week from shelf B: somebody please look at the packing list.',
  }),
  opens(200, 'clara', [
    'voucher',
    { subject: 'Voucher code is refused', body: 'SPRING10 says “expired”, and it is still on your front page.' },
  ]),
  opens(185, 'nora', [
    'leak',
    {
      subject: 'My Doppio hums and leaks',
      body: 'Since yesterday it hums loudly, and there is water under it. It is three months old.',
      type: 'incident',
      impact: 'low',
      urgency: 'medium',
      fields: { order: 'K-1041', machine: 'Doppio' },
    },
  ]),
  tags(181, 'mara', { on: 'leak', add: ['warranty'] }),
  gives(180, 'mara', { on: 'leak', agent: 'jonas', team: 'support' }),
  writes(175, 'jonas', {
    on: 'leak',
    body: 'I am sorry, Nora. Does the water come from below the tank, or from the front?',
    moves: 'waiting-for-customer',
  }),
  notes(174, 'jonas', { on: 'leak', body: 'Could be the pump of batch 24-07. Piet, have you one here to look at?' }),
  opens(130, 'finn', [
    'well',
    {
      subject: 'May I use water from our own well?',
      body: 'It is very hard, says my wife.',
      fields: { machine: 'Piccolo' },
    },
  ]),
  gives(126, 'jonas', { on: 'well', agent: 'jonas', team: 'support' }),
  writes(125, 'jonas', {
    on: 'well',
    body: 'You may, with a filter. How many degrees of hardness does the water company name?',
    moves: 'waiting-for-customer',
  }),
  opens(100, 'paul', [
    'invoice',
    { subject: 'Invoice for order K-1033', body: 'May I have the invoice once more?', fields: { order: 'K-1033' } },
  ]),
  writes(48, 'nora', {
    on: 'leak',
    body: 'From below the tank, and it is getting more. I have put a towel under it, and switched it off for the night.',
  }),
  opens(40, 'tomas', [
    'colour',
    {
      subject: 'Ordered in red, came in blue',
      body: 'The box says red. The machine does not.',
      type: 'complaint',
      fields: { order: 'K-1044', machine: 'Doppio' },
    },
  ]),
  gives(36, 'jonas', { on: 'colour', agent: 'jonas', team: 'support' }),
  opens(7, 'omar', [
    'down',
    {
      subject: 'Our Barista Pro is dead, the café is full',
      body: 'It does not turn on. We have forty people in here!',
      type: 'incident',
      impact: 'high',
      urgency: 'high',
      fields: { order: 'K-0874', machine: 'Barista Pro' },
    },
  ]),
]
