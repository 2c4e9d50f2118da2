/** A desk that asks after solving, and what a host builds around it: pages behind a link, and mails. */
import { type Acting, createDesk, type Desk, type SurveyId } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { type ManualClock, manualClock, seededRandom } from 'deskwright/testing'
import { type SurveyMail, surveyMail } from './survey-mail.ts'
import { surveyPages } from './survey-pages.ts'

const HOUR = 3_600_000
export const ORIGIN = 'https://support.example.org'

export interface SurveyHouse {
  readonly desk: Desk
  readonly clock: ManualClock
  readonly app: Acting
  readonly pages: (request: Request) => Promise<Response>
  /** What was sent, by ticket. */
  readonly mails: ReadonlyMap<string, SurveyMail>
  /** Lets time pass, does what is due, and sends the mails. */
  readonly pass: (hours: number) => Promise<void>
}

/** A desk that asks a day after solving, and what a host builds around it. */
export async function openSurveyHouse(): Promise<SurveyHouse> {
  const clock = manualClock('2026-03-02T09:00:00Z')
  const desk = await createDesk({
    store: memoryStore(),
    clock,
    // Only so that this example says the same each time: a host draws from its machine, and reads its secret from its surroundings.
    random: seededRandom(1),
    secret: 'an example, so that it may stand here',
    policies: {
      surveys: {
        surveys: [
          {
            name: 'after-solve',
            kind: 'csat',
            delay: '24h',
            language: 'en',
            question: {
              en: 'How satisfied are you with the help you got?',
              de: 'Wie zufrieden sind Sie mit der Hilfe?',
            },
            low: { en: 'not at all', de: 'gar nicht' },
            high: { en: 'very', de: 'sehr' },
            more: [
              { id: 'comment', kind: 'comment', text: { en: 'What should we know?', de: 'Was sollten wir wissen?' } },
              {
                id: 'reason',
                kind: 'choice',
                if: { field: 'score', lte: 2 },
                text: { en: 'What went wrong?', de: 'Was lief schief?' },
                options: [
                  { id: 'slow', text: { en: 'It took too long', de: 'Es dauerte zu lange' } },
                  { id: 'unsolved', text: { en: 'It is not solved', de: 'Es ist nicht gelöst' } },
                  { id: 'tone', text: { en: 'The way I was spoken to', de: 'Der Ton' } },
                ],
              },
            ],
            whenLow: { subject: 'A customer is not satisfied' },
          },
        ],
        cap: { atMost: 1, within: '720h' },
        ownAddresses: ['@shop.example.org'],
      },
    },
  })
  const app = desk.as({ by: { kind: 'system', id: 'survey-app' } })
  const mails = new Map<string, SurveyMail>()
  let cursor = ''
  const sendMails = async () => {
    // The feed and a cursor of one's own: no mail is missed, and none is sent twice but after a crash.
    const { entries, next } = await desk.feed({ names: ['survey.sent'], after: cursor })
    for (const { event } of entries) {
      const invitation = await app.survey.invitation({ surveyId: event.record.id as SurveyId })
      mails.set(invitation.ticketId, surveyMail(ORIGIN, invitation))
    }
    cursor = next
  }
  const pass = async (hours: number) => {
    clock.advance(hours * HOUR)
    await desk.tick()
    await sendMails()
  }
  return { desk, clock, app, pages: surveyPages(app), mails, pass }
}

/** What a browser would send. */
export function posted(path: string, fields: Readonly<Record<string, string>>): Request {
  return new Request(`${ORIGIN}${path}`, { method: 'POST', body: new URLSearchParams(fields) })
}

/** The token in a mail. */
export function tokenIn(mail: SurveyMail): string {
  return /\/s\/([^/?"]+)/.exec(mail.html)?.[1] ?? ''
}
