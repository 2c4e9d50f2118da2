/** The mail that asks: one link for each answer, which fills the form in, and the headers that bulk mail carries. */
import type { SurveyInvitation } from 'deskwright'
import { escaped } from './page.ts'

export interface SurveyMail {
  readonly headers: Readonly<Record<string, string>>
  readonly html: string
}

/** @param origin - where the pages are served, such as `https://support.example.org`. */
export function surveyMail(origin: string, { token, question, language }: SurveyInvitation): SurveyMail {
  const place = `${origin}/s/${token}`
  const links = question.options.map(
    ({ value, text }) => `<a href="${escaped(`${place}?score=${value}`)}">${escaped(text)}</a>`,
  )
  return {
    headers: {
      subject: question.text,
      'auto-submitted': 'auto-generated',
      'list-id': '<surveys.example.org>',
      'list-unsubscribe': `<${place}/stop>`,
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
    },
    html: `<html lang="${escaped(language)}"><p>${escaped(question.text)}</p><p>${links.join(' · ')}</p></html>`,
  }
}
