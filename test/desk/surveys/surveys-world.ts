/** A world with surveys: a policy, a secret, and short ways to what a host's own page and mail would do. */
import type { Acting, DeskOptions, HostPolicies, Survey, SurveyShown, TicketId } from 'deskwright'
import { openWorld } from '../world.ts'

export const SECRET = 'a secret of forty characters, for tests.'

type SurveysPolicy = NonNullable<HostPolicies['surveys']>
type SurveyInput = SurveysPolicy['surveys'][number]

export const AFTER_SOLVE: SurveyInput = {
  name: 'after-solve',
  kind: 'csat',
  delay: '24h',
  language: 'en',
  question: { en: 'How satisfied are you?', de: 'Wie zufrieden sind Sie?' },
  more: [
    {
      id: 'reason',
      kind: 'choice',
      text: { en: 'What was wrong?' },
      if: { field: 'score', lte: 2 },
      options: [
        { id: 'slow', text: { en: 'It took too long' } },
        { id: 'rude', text: { en: 'The tone' } },
      ],
    },
    { id: 'comment', kind: 'comment', text: { en: 'Anything else?' } },
  ],
}

/** @param survey - what differs from `AFTER_SOLVE`; @param policy - what else the policy says. */
export async function surveysWorld(
  survey: Partial<SurveyInput> = {},
  policy: Partial<SurveysPolicy> = {},
  options: Partial<DeskOptions> = {},
) {
  const surveys = { surveys: [{ ...AFTER_SOLVE, ...survey } as SurveyInput], cap: null, ...policy }
  const world = await openWorld({
    secret: SECRET,
    ...options,
    policies: { ...(options.policies as HostPolicies | undefined), surveys },
  })
  const { system, desk, clock } = world
  const all = async (): Promise<readonly SurveyShown[]> =>
    (await system.survey.find({ order: [{ field: 'consideredAt' }], limit: 200 })).items
  return {
    ...world,
    all,
    /** The survey of a ticket, as it is kept. */
    async surveyOf(ticketId: TicketId): Promise<Survey> {
      const [record] = await world.store.find('main', 'survey', {
        where: { field: 'ticketId', is: ticketId },
        order: [{ field: 'consideredAt', direction: 'desc' }],
        limit: 1,
        after: null,
      })
      return record?.doc as unknown as Survey
    },
    /** Opens and solves a ticket. */
    async solved(email = 'ada@example.org', rest: object = {}, by: Acting = system) {
      const ticket = await world.open(email, rest)
      await by.ticket.solve({ ticketId: ticket.id })
      return ticket
    },
    /** Lets time pass, and the desk do what is due. */
    async pass(ms: number) {
      clock.advance(ms)
      await desk.tick()
    },
    /** The token of a ticket's survey, once it was sent. */
    async tokenFor(ticketId: TicketId): Promise<string> {
      const { items } = await system.survey.find({ where: { field: 'ticketId', is: ticketId } })
      return (await system.survey.invitation({ surveyId: items[0]?.id ?? 'srv_none' })).token
    },
  }
}
