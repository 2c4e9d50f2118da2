/** The policy document of surveys: what is asked, after what, of whom, how often at most. */
import * as z from 'zod'
import type { FieldType } from '../condition.ts'
import { checkCondition } from '../condition-check.ts'
import { duration } from '../duration-input.ts'
import { isDeskError } from '../fault.ts'
import { language } from '../inputs.ts'
import type { Json } from '../json.ts'
import { SCALES, SCORE_KINDS, type ScoreKind } from './score-kind.ts'
import { OCCASIONS } from './survey.ts'

/** A text in one or more languages, by BCP 47 tag. */
const texts = z.record(language, z.string().min(1).max(2000))

const questionId = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'is named by a small letter and up to 39 letters and digits')
  .refine((id) => id !== 'score', 'is the name of the first question')

const basics = {
  id: questionId,
  text: texts,
  required: z.boolean().default(false),
  /** A condition on the answers before; absent: it is asked in any case. */
  if: z.json().optional(),
}
const more = z.discriminatedUnion('kind', [
  z.strictObject({
    ...basics,
    kind: z.literal('scale'),
    from: z.int().min(0).max(1).default(1),
    to: z.int().min(2).max(10),
    /** What the ends mean. */
    low: texts.optional(),
    high: texts.optional(),
  }),
  z.strictObject({
    ...basics,
    kind: z.literal('choice'),
    options: z
      .array(z.strictObject({ id: z.string().regex(/^[A-Za-z0-9-]{1,40}$/), text: texts }))
      .min(2)
      .max(20),
  }),
  z.strictObject({ ...basics, kind: z.literal('comment') }),
])
export type MoreQuestion = z.output<typeof more>

const survey = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a survey is named in lower case, digits and hyphens'),
    /** What its first question is. */
    kind: z.enum(SCORE_KINDS),
    after: z.enum(OCCASIONS).default('solve'),
    /** Which tickets; absent: all. */
    where: z.json().optional(),
    /** How long after solving it is sent. */
    delay: duration.default('0s'),
    /** The calendar in whose open time the delay passes; `null`: it passes always. */
    calendar: z.string().min(1).max(100).nullable().default(null),
    /** Which share of those who come up is asked. */
    share: z.number().min(0).max(1).default(1),
    /** Under another seed, others are. */
    seed: z.string().max(100).default(''),
    /** How long after sending it can be answered. */
    validFor: duration.default('336h'),
    /** How long after answering the answer can be changed. */
    amendFor: duration.default('1h'),
    /** For those whose language is not among the texts. */
    language,
    question: texts,
    /** What the ends of its scale mean. */
    low: texts.optional(),
    high: texts.optional(),
    more: z.array(more).max(24).default([]),
    /** What follows from a low answer; `null`: nothing. */
    whenLow: z
      .strictObject({
        /** This, or worse; absent: 2 of CSAT, bad, 4 of CES 1.0, 3 of CES 2.0, 6 of NPS. */
        score: z.int().min(0).max(10).optional(),
        /** The subject of the ticket that follows up. */
        subject: z.string().min(1).max(500).default('Follow-up of a survey'),
        /** The escalation policy that is started for that ticket; `null`: none. */
        escalate: z.string().min(1).max(100).nullable().default(null),
      })
      .nullable()
      .default(null),
  })
  .superRefine(checkSurvey)
export type SurveyPolicy = z.output<typeof survey>

/** Surveys in order: a ticket gets the first that fits the occasion and whose condition it meets. */
export const surveysPolicy = z
  .strictObject({
    surveys: z.array(survey).max(50),
    /** How often a customer is asked at most, by all surveys together; `null`: as often as there is occasion. */
    cap: z
      .strictObject({ atMost: z.int().min(1).max(20).default(1), within: duration.default('720h') })
      .nullable()
      .prefault({}),
    /** Of the desk itself and its people: `support@example.org`, or all of a domain, `@example.org`. */
    ownAddresses: z
      .array(
        z
          .string()
          .max(254)
          .regex(/^[^\s@]*@[^\s@]+$/, 'is no address and no @domain'),
      )
      .max(200)
      .default([]),
    /** Tickets with one of these tags are spam. */
    spamTags: z.array(z.string().min(1).max(100)).max(20).default(['spam']),
    /** The field by which customers are told apart in scores. */
    segment: z
      .strictObject({ of: z.enum(['customer', 'organisation', 'ticket']), field: z.string().min(1).max(100) })
      .nullable()
      .default(null),
  })
  .superRefine(({ surveys }, check) => {
    const names = surveys.map(({ name }) => name)
    if (new Set(names).size < names.length)
      check.addIssue({ code: 'custom', path: ['surveys'], message: 'a survey is named twice' })
  })

/** What an answer to each kind of question is, for conditions on it. */
export function answerTypes(kind: ScoreKind, more: readonly MoreQuestion[]): Record<string, FieldType> {
  const typed = more.flatMap(({ id, kind }) =>
    kind === 'comment' ? [] : [[id, kind === 'scale' ? ('number' as const) : ('text' as const)] as const],
  )
  return { score: kind === 'goodBad' ? 'text' : 'number', ...Object.fromEntries(typed) }
}

interface Survey {
  readonly kind: ScoreKind
  readonly language: string
  readonly question: Texts
  readonly low?: Texts | undefined
  readonly high?: Texts | undefined
  readonly more: readonly MoreQuestion[]
  readonly whenLow: { readonly score?: number | undefined } | null
}
type Texts = Readonly<Record<string, string>>

function checkSurvey(survey: Survey, check: z.RefinementCtx): void {
  const issue = (path: (string | number)[], message: string) => check.addIssue({ code: 'custom', path, message })
  for (const [path, given] of textsOf(survey))
    if (!Object.hasOwn(given, survey.language)) issue(path, `has no text in ${survey.language}`)
  const [lowest, highest] = SCALES[survey.kind]
  const low = survey.whenLow?.score
  if (low !== undefined && (low < lowest || low > highest))
    issue(['whenLow', 'score'], `is not on the scale from ${lowest} to ${highest}`)
  survey.more.forEach((question, n) => {
    if (survey.more.findIndex(({ id }) => id === question.id) < n) issue(['more', n, 'id'], 'is named twice')
    const fields = answerTypes(survey.kind, survey.more.slice(0, n))
    const reason = reasonAgainst(question.if, fields)
    if (reason !== null) issue(['more', n, 'if'], reason)
  })
}

function reasonAgainst(condition: Json | undefined, fields: Record<string, FieldType>): string | null {
  if (condition === undefined) return null
  try {
    checkCondition(condition, { fields, custom: 'none', place: 'if' })
    return null
  } catch (error) {
    if (!isDeskError(error)) throw error
    return error.message
  }
}

/** Every text of a survey, with its place. */
function textsOf({ question, low, high, more }: Survey): [path: (string | number)[], given: Texts][] {
  const maybe = (path: (string | number)[], given: Texts | undefined) =>
    given === undefined ? [] : [[path, given] as [typeof path, Texts]]
  return [
    [['question'], question],
    ...maybe(['low'], low),
    ...maybe(['high'], high),
    ...more.flatMap((one, n) => [
      ...maybe(['more', n, 'text'], one.text),
      ...(one.kind === 'scale' ? [...maybe(['more', n, 'low'], one.low), ...maybe(['more', n, 'high'], one.high)] : []),
      ...(one.kind === 'choice'
        ? one.options.flatMap(({ text }, k) => maybe(['more', n, 'options', k, 'text'], text))
        : []),
    ]),
  ]
}
