/** What the host serves behind the link in the mail: GET shows, POST answers. A request in, a response out, as any server has it. */
import { type Acting, isDeskError, type JsonObject, meets, type Question, type SurveyForm } from 'deskwright'
import { formPage, heading, pageOf, saying } from './page.ts'
import { preferred, wordsIn } from './words.ts'

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // Nothing but this page's own style; and the address, which holds the token, goes nowhere.
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

type Answers = Record<string, string | number>

/** @param desk - in the hands of the host's own page: who holds the token needs no other identity. */
export function surveyPages(desk: Acting): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    const [, token = '', step = ''] = /^\/s\/([^/]{1,100})(?:\/(more|stop))?$/.exec(pathname) ?? []
    const languages = preferred(request.headers.get('accept-language'))
    try {
      if (step === 'stop') return await stop(desk, request, { token, languages })
      const form = await desk.survey.byToken({ token, languages })
      if (request.method === 'GET' || request.method === 'HEAD') return show(form, token, searchParams)
      if (request.method !== 'POST') return respond(405, saying(form.language, 'GET, POST'))
      return await take(desk, form, { token, step, given: await answersIn(request, form) })
    } catch (error) {
      return refused(error, languages[0] ?? 'en')
    }
  }
}

interface Named {
  readonly token: string
  readonly languages: readonly string[]
}

/** A mail program posts `List-Unsubscribe=One-Click` here (RFC 8058), and a person presses the button; a GET changes nothing. */
async function stop(desk: Acting, request: Request, { token, languages }: Named): Promise<Response> {
  const language = languages[0] ?? 'en'
  const words = wordsIn(language)
  if (request.method !== 'POST') {
    const button = `<form method="post"><button>${words.stop}</button></form>`
    return respond(200, pageOf(language, words.stop, `${heading(words.stop)}${button}`))
  }
  await desk.survey.unsubscribe({ token })
  return respond(200, saying(language, words.stopped))
}

/** The form, with what the link filled in. Whoever follows the link has answered nothing yet. */
function show(form: SurveyForm, token: string, given: URLSearchParams): Response {
  const words = wordsIn(form.language)
  if (form.state === 'answered') return respond(200, saying(form.language, words.again))
  const score = given.get('score')
  return respond(
    200,
    formPage(form, {
      answers: score === null ? {} : { score },
      shown: form.questions.filter((question) => question.if === null),
      action: `/s/${token}`,
      wrong: 'fine',
      intro: heading(words.title),
      button: words.send,
    }),
  )
}

interface Posted {
  readonly token: string
  readonly step: string
  readonly given: Answers
}

async function take(desk: Acting, form: SurveyForm, { token, step, given }: Posted): Promise<Response> {
  const words = wordsIn(form.language)
  const answers = asked(form, given)
  try {
    await (step === 'more' ? desk.survey.amend({ token, answers }) : desk.survey.answer({ token, answers }))
  } catch (error) {
    if (!isDeskError(error) || error.kind !== 'invalid') throw error
    const shown = form.questions.filter((question) => (question.if === null) !== (step === 'more'))
    const filled = {
      answers: given,
      shown,
      action: `/s/${token}`,
      wrong: 'wrong',
      intro: heading(words.title),
    } as const
    return respond(422, formPage(form, { ...filled, button: words.send }))
  }
  const more =
    step === 'more' ? [] : form.questions.filter((question) => question.if !== null && isAsked(question, answers))
  const thanks = heading(words.thanks)
  if (more.length === 0) return respond(200, pageOf(form.language, words.title, thanks))
  const filled = { answers, shown: more, action: `/s/${token}/more`, wrong: 'fine', intro: thanks } as const
  return respond(200, formPage(form, { ...filled, button: words.more }))
}

function isAsked({ if: condition }: Question, answers: Answers): boolean {
  return meets(condition, answers as JsonObject)
}

/** What was sent, but for what is not asked after the other answers: a browser sends what it had filled in before. */
function asked({ questions }: SurveyForm, given: Answers): Answers {
  const answers: Answers = {}
  for (const question of questions) {
    const value = given[question.id]
    if (value !== undefined && isAsked(question, answers)) answers[question.id] = value
  }
  return answers
}

async function answersIn(request: Request, { questions }: SurveyForm): Promise<Answers> {
  const sent = new URLSearchParams(await request.text())
  const pairs = questions.flatMap(({ id, kind }): [string, string | number][] => {
    const value = sent.get(id)
    if (value === null || value === '') return []
    return [[id, kind === 'scale' ? Number(value) : value]]
  })
  return Object.fromEntries(pairs)
}

function refused(error: unknown, language: string): Response {
  const words = wordsIn(language)
  if (isDeskError(error, 'survey.expired')) return respond(410, saying(language, words.expired))
  if (isDeskError(error, 'survey.answered')) return respond(409, saying(language, words.again))
  if (isDeskError(error, 'survey.amend-window-over')) return respond(409, saying(language, words.again))
  if (isDeskError(error, 'survey.unknown-token')) return respond(404, saying(language, words.unknown))
  throw error
}

function respond(status: number, html: string): Response {
  return new Response(html, { status, headers: HEADERS })
}
