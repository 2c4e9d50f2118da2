/** What was said and done in a ticket, as a list: messages with their text, and what was done in between as single lines. */
import type { Entry, Message } from './desk.ts'
import { el, fillList } from './dom.ts'
import { ago } from './time.ts'
import type { NameOf } from './words.ts'

export interface Sight {
  readonly nameOf: NameOf
  /** Whose words they are, seen from who reads. */
  readonly sideOf: (message: Message) => 'ours' | 'theirs'
  /** What was done, without its subject; `null`: it is not worth a line here. */
  readonly says: (entry: Entry) => string | null
}

/** One line of the list: a message, or all that one person did at about one time. */
type Item =
  | { readonly is: 'message'; readonly key: string; readonly message: Message }
  | {
      readonly is: 'deeds'
      readonly key: string
      readonly by: string
      readonly at: string
      readonly said: readonly string[]
    }

const BROUGHT: ReadonlySet<string> = new Set(['message.posted', 'message.moved', 'message.copied'])
const KIND = { public: '', internal: 'internal note', side: 'to a third party' } as const

export function fillConversation(list: Element, entries: readonly Entry[], sight: Sight): void {
  fillList(list, itemsOf(entries, sight), {
    key: ({ key }) => key,
    stamp: (item) => (item.is === 'message' ? String(item.message.version) : item.said.join()),
    make: (item) => (item.is === 'message' ? messageItem(item.message, sight) : deedsItem(item)),
  })
}

const TOGETHER_MS = 60_000

function itemsOf(entries: readonly Entry[], { nameOf, says }: Sight): readonly Item[] {
  const items: Item[] = []
  for (const entry of entries) {
    const { event, message } = entry
    if (message !== null && BROUGHT.has(event.name)) {
      items.push({ is: 'message', key: message.id, message })
      continue
    }
    const said = says(entry)
    if (said === null) continue
    const by = event.name.startsWith('sla.') ? '' : nameOf(event.by.id)
    const last = items.at(-1)
    const isNear = last?.is === 'deeds' && last.by === by && Date.parse(event.at) - Date.parse(last.at) < TOGETHER_MS
    if (isNear) items[items.length - 1] = { ...last, said: [...last.said, said] }
    else items.push({ is: 'deeds', key: event.id, by, at: event.at, said: [said] })
  }
  return items
}

function messageItem(message: Message, { nameOf, sideOf }: Sight): HTMLElement {
  const { visibility, authorId, postedAt, editedAt, redactedAt, body } = message
  const author = nameOf(authorId)
  const kind = KIND[visibility]
  return el(
    'li',
    { class: `message ${visibility} ${sideOf(message)}` },
    el(
      'article',
      { 'aria-label': `${visibility === 'internal' ? 'Note' : 'Message'} by ${author}` },
      el(
        'header',
        {},
        el('strong', {}, author),
        kind !== '' && el('span', { class: 'kind' }, kind),
        editedAt !== null && el('span', { class: 'kind' }, 'edited'),
        ago(postedAt),
      ),
      // As text, with its line breaks: whatever people write stays what they wrote.
      el('p', { class: 'body' }, redactedAt === null ? body : 'This message was wiped.'),
    ),
  )
}

function deedsItem({ by, at, said }: Item & { readonly is: 'deeds' }): HTMLElement {
  return el('li', { class: by === '' ? 'event clock' : 'event' }, `${by} ${said.join(', ')} · `.trimStart(), ago(at))
}
