/** The pages of a survey: plain HTML that needs no script, reads well with a screen reader, in light and in dark, narrow and wide. */
import type { Question, SurveyForm } from 'deskwright'
import { type Words, wordsIn } from './words.ts'

const MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as HTML shows it: nothing of it is markup. */
export function escaped(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (mark) => MARKS[mark] as string)
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #57606a; --line: #8c959f; --mark: #0b57d0; --on: #fff; --bad: #b3261e }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #12161c; --soft: #9da7b1; --line: #6e7681; --mark: #a8c7fa; --on: #0b1a33; --bad: #ffb4ab }
}
* { box-sizing: border-box }
body { margin: 0; padding: 1.5rem 1rem; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif }
main { max-width: 38rem; margin: 0 auto }
h1 { margin: 0 0 1.25rem; font-size: 1.5rem; line-height: 1.25 }
fieldset { margin: 0 0 1.5rem; padding: 0; border: 0; min-width: 0 }
legend, .label { display: block; margin-bottom: .6rem; padding: 0; font-weight: 600 }
.soft { color: var(--soft); font-weight: 400 }
.options { display: grid; gap: .5rem }
.scale { grid-template-columns: repeat(auto-fit, minmax(3.25rem, 1fr)) }
.option { position: relative }
.option input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer }
.option label { display: block; min-height: 2.75rem; padding: .55rem .8rem; border: 1px solid var(--line); border-radius: .5rem }
.scale .option label { padding: .55rem .2rem; text-align: center }
.option input:checked + label { border-color: var(--mark); background: var(--mark); color: var(--on); font-weight: 600 }
.option input:focus-visible + label, textarea:focus-visible, button:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
.ends { display: flex; justify-content: space-between; gap: 1rem; margin-top: .4rem; color: var(--soft); font-size: .9375rem }
textarea { width: 100%; min-height: 6rem; padding: .6rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--paper); color: inherit; font: inherit }
button { min-height: 2.75rem; padding: .6rem 1.2rem; border: 1px solid var(--mark); border-radius: .5rem; background: var(--mark); color: var(--on); font: inherit; font-weight: 600; cursor: pointer }
button.quiet { border-color: var(--line); background: none; color: var(--ink); font-weight: 400 }
.alert { margin: 0 0 1.25rem; padding: .7rem .9rem; border: 1px solid var(--bad); border-radius: .5rem; color: var(--bad) }
footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line) }
@media (forced-colors: active) { .option input:checked + label { outline: 3px solid Highlight } }
`

/** A page of the survey, whole. */
export function pageOf(language: string, title: string, body: string): string {
  return `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

export interface Filled {
  /** What is filled in already, by question. */
  readonly answers: Readonly<Record<string, string | number>>
  /** Which questions are shown. */
  readonly shown: readonly Question[]
  readonly action: string
  /** Whether something was missing in what was sent. */
  readonly wrong: 'wrong' | 'fine'
  /** What comes first: a heading, or thanks with a heading for what is still asked. */
  readonly intro: string
  readonly button: string
}

/** Questions as a form. What is not shown travels along, so that a change of the answer keeps it. */
export function formPage(form: SurveyForm, filled: Filled): string {
  const words = wordsIn(form.language)
  const hidden = Object.entries(filled.answers)
    .filter(([id]) => !filled.shown.some((question) => question.id === id))
    .map(([id, value]) => `<input type="hidden" name="${escaped(id)}" value="${escaped(value)}">`)
  const alert = filled.wrong === 'wrong' ? `<p class="alert" role="alert">${escaped(words.wrong)}</p>` : ''
  const body = `${filled.intro}
${alert}
<form method="post" action="${escaped(filled.action)}">
${hidden.join('')}
${filled.shown.map((question) => field(question, filled.answers[question.id], words)).join('\n')}
<button>${escaped(filled.button)}</button>
</form>`
  return pageOf(form.language, words.title, body + stopForm(filled.action.replace(/\/more$/, ''), words))
}

export function heading(text: string): string {
  return `<h1>${escaped(text)}</h1>`
}

/** A page that only says something. */
export function saying(language: string, text: string, rest = ''): string {
  return pageOf(language, wordsIn(language).title, `<h1>${escaped(text)}</h1>\n${rest}`)
}

function stopForm(action: string, words: Words): string {
  const form = `<form method="post" action="${escaped(action)}/stop"><button class="quiet">${escaped(words.stop)}</button></form>`
  return `\n<footer>${form}</footer>`
}

function field(question: Question, value: string | number | undefined, words: Words): string {
  const { id, kind, text, required, options } = question
  const note = required ? '' : ` <span class="soft">(${escaped(words.optional)})</span>`
  if (kind === 'comment')
    return `<p><label class="label" for="${escaped(id)}">${escaped(text)}${note}</label>
<textarea id="${escaped(id)}" name="${escaped(id)}" maxlength="5000">${escaped(value ?? '')}</textarea></p>`
  const isScale = kind === 'scale'
  const ends = isScale
    ? [options[0], options.at(-1)].map((end) => (end?.text === String(end?.value) ? '' : end?.text))
    : []
  const radios = options.map((option, n) => {
    const inputId = `${id}-${n}`
    const checked = String(value) === String(option.value) ? ' checked' : ''
    const says = isScale ? String(option.value) : option.text
    // The ends of a scale are written below it; who hears the page hears them with their number.
    const spoken = isScale && option.text !== says ? ` aria-label="${escaped(`${option.value}: ${option.text}`)}"` : ''
    return `<div class="option"><input type="radio" id="${escaped(inputId)}" name="${escaped(id)}" value="${escaped(option.value)}"${checked}${required ? ' required' : ''}${spoken}><label for="${escaped(inputId)}">${escaped(says)}</label></div>`
  })
  const below = ends.some(Boolean)
    ? `<p class="ends" aria-hidden="true"><span>${escaped(ends[0] ?? '')}</span><span>${escaped(ends[1] ?? '')}</span></p>`
    : ''
  return `<fieldset><legend>${escaped(text)}${note}</legend>
<div class="options${isScale ? ' scale' : ''}">${radios.join('')}</div>${below}</fieldset>`
}
