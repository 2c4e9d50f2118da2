/** Transport cases on what an event says: each arrives as it was handed over, to the character. */
import { equal } from './expectation.ts'
import { type TransportContext, transportCasesAbout } from './transport-case.ts'
import { type DeliveryChanges, deliveryOf } from './transport-delivery.ts'

const ODD_TEXTS = [
  '',
  ' a  b ',
  '\ttab, \r\nline, \u0000nul, \u0007bell',
  '"quoted" \\back\\ /slash/ \'single\' `tick`',
  '</script><!-- &amp; &#0; -->',
  '\u00e9 is not e\u0301',
  '\ufeffmark \u200bzero \u202eright \u2028line \u2029paragraph',
  '注文した部品がまだ届きません',
  '👩🏽‍🚒 \u{1f3f4}\u{e0067}\u{e0062}',
  'half \ud83d of a pair, and the other \ude00 half',
  '%00 %2F %u0041 +plus+ a=b&c=d',
  'data: x\n\ndata: y\r\n.\r\n',
]

const arrivesWhole = (id: string, title: string, changes: DeliveryChanges) => ({
  id,
  title,
  async run({ open }: TransportContext) {
    const { transport, received } = await open()
    const delivery = deliveryOf(changes)
    await transport.deliver(delivery)
    equal(
      (await received()).flatMap(({ events }) => events),
      delivery.events,
      'the events that arrived',
    )
  },
})

export const contentCases = transportCasesAbout('content', [
  arrivesWhole('transport.content.event', 'an event arrives with all its parts', {}),
  arrivesWhole('transport.content.odd-texts', 'odd texts arrive to the character', {
    data: ODD_TEXTS.map((text) => ({ text, list: [text, [text]] })),
  }),
  arrivesWhole('transport.content.odd-keys', 'odd names of properties arrive as they are', {
    data: [
      Object.fromEntries([...ODD_TEXTS, 'constructor', 'toString', 'a.b', '$ref', '10', '9'].map((key, n) => [key, n])),
    ],
  }),
  arrivesWhole('transport.content.numbers', 'numbers arrive exactly, and are still numbers', {
    data: [
      { list: [0, -1, 0.1, 1e21, 5e-324, 1.7976931348623157e308, 2 ** 53 - 1, -(2 ** 53) + 1, 1_772_443_800_000] },
    ],
  }),
  arrivesWhole('transport.content.kinds', 'null, false, empty lists and empty objects stay apart', {
    data: [{ a: null, b: false, c: [], d: {}, e: '', f: 0, g: [null, [], {}], h: '2026-03-02T09:30:00.000Z', i: '1' }],
  }),
  arrivesWhole('transport.content.deep', 'deep nesting arrives whole', {
    data: [{ deep: JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as object }],
  }),
  arrivesWhole('transport.content.large', 'an event of 200,000 characters arrives whole', {
    data: [{ text: 'aé注😀\n'.repeat(33_334) }],
  }),
  ...['a.b.c', 'A', 'shop:7', 'team@example.org', '-', '_', '.', 'x'.repeat(100)].map((tenant, n) =>
    arrivesWhole(`transport.content.tenant-${n + 1}`, `a tenant named ${tenant.slice(0, 20)} arrives under its name`, {
      tenant,
    }),
  ),
])
