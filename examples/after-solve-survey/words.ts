/** What the page says around the questions, in the languages of the example. */

const WORDS = {
  en: {
    title: 'How did we do?',
    send: 'Send my answer',
    more: 'Send this too',
    thanks: 'Thank you. We have your answer.',
    again: 'Thank you. This survey has been answered.',
    expired: 'This survey can no longer be answered.',
    unknown: 'This link opens no survey. It may have been used up, or its ticket is gone.',
    wrong: 'Please choose one of the answers, then send again.',
    stop: 'I want no more surveys',
    stopped: 'You will get no more surveys from us.',
    optional: 'optional',
  },
  de: {
    title: 'Wie waren wir?',
    send: 'Antwort senden',
    more: 'Auch das senden',
    thanks: 'Danke. Ihre Antwort ist da.',
    again: 'Danke. Diese Umfrage ist beantwortet.',
    expired: 'Diese Umfrage kann nicht mehr beantwortet werden.',
    unknown: 'Dieser Link öffnet keine Umfrage. Vielleicht ist er verbraucht, oder das Ticket gibt es nicht mehr.',
    wrong: 'Bitte wählen Sie eine Antwort und senden Sie noch einmal.',
    stop: 'Ich möchte keine Umfragen mehr',
    stopped: 'Sie bekommen von uns keine Umfragen mehr.',
    optional: 'freiwillig',
  },
} as const

export type Words = { readonly [K in keyof (typeof WORDS)['en']]: string }

export function wordsIn(language: string): Words {
  return language.startsWith('de') ? WORDS.de : WORDS.en
}

/** What a browser prefers, best first; what is no plain tag is left out. */
export function preferred(acceptLanguage: string | null): string[] {
  return (acceptLanguage ?? '')
    .split(',')
    .map((part, n) => {
      const [tag = '', q = 'q=1'] = part.trim().split(/\s*;\s*/)
      return { tag, weight: Number(q.replace('q=', '')) || 0, n }
    })
    .filter(({ tag }) => /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) && tag.length <= 35)
    .sort((a, b) => b.weight - a.weight || a.n - b.n)
    .slice(0, 20)
    .map(({ tag }) => tag)
}
