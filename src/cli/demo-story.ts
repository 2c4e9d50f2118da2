/** A week of a small shop's help desk, as data: who does what, and when. */

/** Who acts: an agent or a customer by name. */
export type Person = 'Noor' | 'Tom' | 'Ada' | 'Ben' | 'Chloé' | 'Daniel' | 'Emi'

/** One thing that somebody does. `at`: hours after Monday 8:00. */
export interface Moment {
  readonly at: number
  readonly by: Person
  /** The ticket, by a name of its own in this story. */
  readonly ticket: string
  readonly does: 'open' | 'reply' | 'note' | 'assign' | 'tag' | 'solve'
  readonly input?: Readonly<Record<string, unknown>>
}

export const AGENTS: readonly { readonly name: Person; readonly roles: readonly string[] }[] = [
  { name: 'Noor', roles: ['admin'] },
  { name: 'Tom', roles: ['agent'] },
]

export const CUSTOMERS: readonly { readonly name: Person; readonly email: string }[] = [
  { name: 'Ada', email: 'ada@example.org' },
  { name: 'Ben', email: 'ben@example.org' },
  { name: 'Chloé', email: 'chloe@example.org' },
  { name: 'Daniel', email: 'daniel@example.net' },
  { name: 'Emi', email: 'emi@example.net' },
]

/** Answers within two business hours, solved within two business days; urgent ones sooner, and round the clock. */
export const POLICIES = {
  calendars: {
    shop: {
      timeZone: 'Europe/Zurich',
      weekly: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['09:00', '18:00']]])),
    },
  },
  sla: {
    policies: [
      {
        name: 'urgent',
        match: { field: 'priority', in: ['P1', 'P2'] },
        calendar: '24/7',
        metrics: { firstReply: { target: '30m', warn: [0.8] }, resolution: { target: '8h', warn: [0.75] } },
      },
      {
        name: 'ordinary',
        calendar: 'shop',
        metrics: { firstReply: { target: '2h', warn: [0.8] }, resolution: { target: '18h', warn: [0.75] } },
      },
    ],
  },
}

const HUM = 'The coffee machine hums since this morning, even when nobody touches it.'

export const STORY: readonly Moment[] = [
  {
    at: 1,
    by: 'Ada',
    ticket: 'hum',
    does: 'open',
    input: { subject: 'The machine hums', body: HUM, channel: 'web' },
  },
  { at: 1.2, by: 'Noor', ticket: 'hum', does: 'tag', input: { add: ['press'] } },
  { at: 1.3, by: 'Noor', ticket: 'hum', does: 'assign', input: { assigneeId: 'Tom' } },
  {
    at: 1.6,
    by: 'Tom',
    ticket: 'hum',
    does: 'reply',
    input: { body: 'Does it stop when you hold the red button?', status: 'pending' },
  },
  {
    at: 3,
    by: 'Ben',
    ticket: 'invoice',
    does: 'open',
    input: {
      subject: 'Invoice 4711 came twice',
      body: 'Which of the two do I pay?',
      channel: 'email',
    },
  },
  {
    at: 4.2,
    by: 'Noor',
    ticket: 'invoice',
    does: 'reply',
    input: { body: 'The first; the second is cancelled. Sorry!' },
  },
  { at: 4.3, by: 'Noor', ticket: 'invoice', does: 'solve' },
  { at: 20, by: 'Ada', ticket: 'hum', does: 'reply', input: { body: 'It does, for a minute. Then it begins again.' } },
  {
    at: 26,
    by: 'Tom',
    ticket: 'hum',
    does: 'note',
    input: { body: 'First series, the known bearing. A new pump is on the shelf.' },
  },
  {
    at: 27,
    by: 'Chloé',
    ticket: 'dark',
    does: 'open',
    input: {
      subject: 'All tills are dark',
      body: 'Since ten minutes, in the whole shop. People are queueing.',
      channel: 'voice',
      impact: 'high',
      urgency: 'high',
    },
  },
  { at: 27.2, by: 'Noor', ticket: 'dark', does: 'assign', input: { assigneeId: 'Noor' } },
  {
    at: 27.4,
    by: 'Noor',
    ticket: 'dark',
    does: 'reply',
    input: { body: 'We see it too. The network is being restarted.' },
  },
  { at: 29, by: 'Noor', ticket: 'dark', does: 'solve' },
  { at: 30, by: 'Tom', ticket: 'hum', does: 'reply', input: { body: 'A new pump is on its way to you.' } },
  {
    at: 31,
    by: 'Daniel',
    ticket: 'size',
    does: 'open',
    input: {
      subject: 'Exchange a jacket, M for L',
      body: 'It is too tight across the shoulders.',
      channel: 'web',
    },
  },
  {
    at: 49,
    by: 'Tom',
    ticket: 'size',
    does: 'reply',
    input: { body: 'Of course. The label for the parcel is attached to your order.', status: 'pending' },
  },
  {
    at: 52,
    by: 'Emi',
    ticket: 'login',
    does: 'open',
    input: {
      subject: 'I cannot sign in',
      body: 'The link in the mail says that it is too old.',
      channel: 'chat',
      urgency: 'high',
    },
  },
  { at: 54, by: 'Ada', ticket: 'hum', does: 'reply', input: { body: 'It is in, and silent. Thank you!' } },
  { at: 55, by: 'Tom', ticket: 'hum', does: 'solve' },
  {
    at: 76,
    by: 'Ben',
    ticket: 'delivery',
    does: 'open',
    input: { subject: 'Where is my parcel?', body: 'It was to come on Tuesday.', channel: 'email' },
  },
  { at: 77, by: 'Noor', ticket: 'delivery', does: 'assign', input: { assigneeId: 'Tom' } },
  {
    at: 79,
    by: 'Emi',
    ticket: 'gift',
    does: 'open',
    input: {
      subject: 'A gift card for my team',
      body: 'Twelve people, can each choose?',
      channel: 'web',
      type: 'question',
    },
  },
]
