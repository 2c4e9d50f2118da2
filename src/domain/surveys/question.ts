/** What a survey asks, and whether answers are answers to it. */
import type { Condition } from '../condition.ts'
import { meets } from '../condition-read.ts'
import { lookUpLanguage } from './language-lookup.ts'
import { allowedAnswers, readAnswer } from './score.ts'
import { shown } from './score-faults.ts'
import { SCALES, type ScoreKind } from './score-kind.ts'
import { fault } from './survey-faults.ts'
import type { MoreQuestion, SurveyPolicy } from './survey-policy.ts'

/** One question as a page shows it, in one language. */
export interface Question {
  readonly id: string
  readonly kind: 'scale' | 'choice' | 'comment'
  readonly text: string
  readonly required: boolean
  /** It is asked when the answers before it meet this; `null`: in any case. */
  readonly if: Condition | null
  /** Of a scale: its answers, lowest first. Of a choice: its options. */
  readonly options: readonly { readonly value: number | string; readonly text: string }[]
}

type Texts = Readonly<Record<string, string>>

/** The questions of a survey in the language that fits best. */
export function questionsOf(
  survey: SurveyPolicy,
  wanted: readonly string[],
): { language: string; questions: Question[] } {
  const language = lookUpLanguage(wanted, Object.keys(survey.question), survey.language)
  // A text that was not translated falls back by itself.
  const say = (texts: Texts | undefined) =>
    texts === undefined ? '' : (texts[lookUpLanguage([language], Object.keys(texts), survey.language)] ?? '')
  const { kind, low, high } = survey
  const first: Question = {
    id: 'score',
    kind: kind === 'goodBad' ? 'choice' : 'scale',
    text: say(survey.question),
    required: true,
    if: null,
    options: kind === 'goodBad' ? goodAndBad(say(low), say(high)) : scale(SCALES[kind], [say(low), say(high)]),
  }
  return { language, questions: [first, ...survey.more.map((one) => shownAs(one, say))] }
}

function shownAs(one: MoreQuestion, say: (texts: Texts | undefined) => string): Question {
  const { id, kind, required } = one
  const rest = { id, kind, text: say(one.text), required, if: (one.if as Condition | undefined) ?? null }
  switch (one.kind) {
    case 'scale':
      return { ...rest, options: scale([one.from, one.to], [say(one.low), say(one.high)]) }
    case 'choice':
      return { ...rest, options: one.options.map((option) => ({ value: option.id, text: say(option.text) })) }
    case 'comment':
      return { ...rest, options: [] }
    default:
      return one satisfies never
  }
}

function goodAndBad(bad: string, good: string): Question['options'] {
  return [
    { value: 'bad', text: bad || 'bad' },
    { value: 'good', text: good || 'good' },
  ]
}

/** Each number, with what it means at the ends. */
function scale([from, to]: readonly [number, number], [low, high]: readonly [string, string]): Question['options'] {
  return Array.from({ length: to - from + 1 }, (_, n) => ({
    value: from + n,
    text: (n === 0 ? low : from + n === to ? high : '') || String(from + n),
  }))
}

/** Answers that hold. */
export interface Answers {
  readonly score: number
  readonly answers: Readonly<Record<string, number | string>>
  readonly comments: Readonly<Record<string, string>>
}

/**
 * Answers, checked against the questions of the version that was asked.
 *
 * @throws DeskError `survey.answer-missing`, `survey.unknown-question` (also for one that was not to be asked),
 *   `survey.answer-out-of-range`; each names the first.
 */
export function checkAnswers(survey: SurveyPolicy, given: Readonly<Record<string, number | string>>): Answers {
  const { kind } = survey
  if (given.score === undefined) throw fault('survey.answer-missing', { question: 'score' })
  const score = readAnswer(kind, given.score)
  if (score === null) throw outOfRange('score', given.score, allowedAnswers(kind))
  const asked = new Map<string, number | string>([['score', given.score]])
  const comments: Record<string, string> = {}
  for (const question of survey.more) {
    const { id, required } = question
    if (!meets((question.if as Condition | undefined) ?? null, Object.fromEntries(asked))) continue
    const value = Object.hasOwn(given, id) ? given[id] : undefined
    if (value === undefined) {
      if (required) throw fault('survey.answer-missing', { question: id })
      continue
    }
    checkMore(question, value)
    asked.set(id, value)
    if (question.kind === 'comment') comments[id] = value as string
  }
  const unknown = Object.keys(given).find((id) => !asked.has(id))
  if (unknown !== undefined) throw fault('survey.unknown-question', { question: unknown.slice(0, 40) })
  const answers = [...asked].filter(([id]) => id !== 'score' && !Object.hasOwn(comments, id))
  return { score, answers: Object.fromEntries(answers), comments }
}

function checkMore(question: MoreQuestion, value: number | string): void {
  switch (question.kind) {
    case 'scale': {
      const { from, to } = question
      if (!Number.isInteger(value) || (value as number) < from || (value as number) > to)
        throw outOfRange(question.id, value, `a whole number from ${from} to ${to}`)
      return
    }
    case 'choice': {
      const ids = question.options.map(({ id }) => id)
      if (!ids.includes(value as string)) throw outOfRange(question.id, value, `one of ${ids.join(', ')}`)
      return
    }
    case 'comment':
      if (typeof value !== 'string') throw outOfRange(question.id, value, 'text')
      return
    default:
      question satisfies never
  }
}

/** What somebody wrote where a number was asked is theirs: a refusal does not repeat it. */
function outOfRange(question: string, value: number | string, allowed: string): Error {
  const told = typeof value === 'number' ? shown(value) : 'a text'
  return fault('survey.answer-out-of-range', { place: `answers.${question}`, value: told, allowed })
}

/** From where an answer is low, unless a policy says otherwise. */
const LOW: { readonly [K in ScoreKind]: number } = { csat: 2, goodBad: 0, ces1: 4, ces2: 3, nps: 6 }

/** Whether an answer is one that a survey follows up. */
export function isLow({ kind, whenLow }: Pick<SurveyPolicy, 'kind' | 'whenLow'>, score: number): boolean {
  if (whenLow === null) return false
  const from = whenLow.score ?? LOW[kind]
  return kind === 'ces1' ? score >= from : score <= from
}
