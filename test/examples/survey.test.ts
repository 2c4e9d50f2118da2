/** The example of surveys: its story, and the pages behind the link, whatever is sent to them. */
import { describe, expect, it } from 'vitest'
import { afterSolveSurvey } from '../../examples/after-solve-survey/after-solve-survey.ts'
import { scanLinks } from '../../examples/after-solve-survey/link-scanner.ts'
import { ORIGIN, openSurveyHouse, posted, tokenIn } from '../../examples/after-solve-survey/survey-house.ts'
import { preferred } from '../../examples/after-solve-survey/words.ts'
import { NO_INK } from '../../src/cli/ink.ts'

async function asked(language?: string) {
  const house = await openSurveyHouse()
  const identities = [{ kind: 'email' as const, value: 'ada@customer.example' }]
  await house.app.customer.create({ identities, ...(language ? { language } : {}) })
  const ticket = await house.app.ticket.open({ requester: { email: 'ada@customer.example' }, subject: 'S', body: 'B' })
  await house.app.ticket.solve({ ticketId: ticket.id })
  await house.pass(24)
  const mail = house.mails.get(ticket.id)!
  const path = `/s/${tokenIn(mail)}`
  const survey = async () => (await house.app.survey.find({})).items[0]!
  const get = (rest = '', headers: Record<string, string> = {}) =>
    house.pages(new Request(`${ORIGIN}${path}${rest}`, { headers }))
  return { ...house, mail, path, survey, get, ticket }
}

describe('the example of surveys', () => {
  it('comes as it should, and its journal holds', async () => {
    const lines: string[] = []
    expect(await afterSolveSurvey({ ink: NO_INK, print: (more) => void lines.push(...more) })).toBe(true)
    expect(lines.join('\n')).toContain('no difference can be shown with 17 answers')
  })
})

describe('the page behind the link', () => {
  it('is followed along every link by a scanner, which changes nothing', async () => {
    const house = await asked()
    const before = JSON.stringify([await house.survey(), (await house.app.event.find({ limit: 1000 })).items])
    expect(await scanLinks(house.mail.html, house.pages)).toBeGreaterThan(10)
    expect(JSON.stringify([await house.survey(), (await house.app.event.find({ limit: 1000 })).items])).toBe(before)
  })

  it('has the answer of the link chosen, in the language of the browser or of the customer', async () => {
    const { get } = await asked('de-AT')
    const german = await (await get('?score=4')).text()
    expect(german).toContain('<html lang="de">')
    expect(german).toMatch(/value="4" checked/)
    expect(await (await get('', { 'accept-language': 'fr;q=0.9, en-GB;q=0.8' })).text()).toContain('<html lang="en">')
  })

  it('sends nobody its address, and is kept nowhere', async () => {
    const { headers } = await (await asked()).get()
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('shows what is sent to it as text, and nothing of it is markup', async () => {
    const { pages, path, get } = await asked()
    const nasty = `"><script>alert(1)</script>'&`
    const pagesShown = [
      await (await get(`?score=${encodeURIComponent(nasty)}`)).text(),
      await (await pages(posted(path, { score: '9', comment: nasty }))).text(),
      await (await pages(posted(path, { score: '1', comment: nasty }))).text(),
    ]
    for (const page of pagesShown) expect(page).not.toMatch(/<script|onerror|'&[^a#]/)
    expect(pagesShown[1]).toContain('&quot;&gt;&lt;script&gt;')
  })

  it('says what was wrong, keeps what was written, and takes the next try', async () => {
    const { pages, path, survey } = await asked()
    const response = await pages(posted(path, { comment: 'Thanks anyway' }))
    expect(response.status).toBe(422)
    const page = await response.text()
    expect(page).toContain('role="alert"')
    expect(page).toContain('>Thanks anyway</textarea>')
    expect((await survey()).state).toBe('sent')
    expect((await pages(posted(path, { score: '5', comment: 'Thanks' }))).status).toBe(200)
    expect(await survey()).toMatchObject({ state: 'answered', score: 5, comments: { comment: 'Thanks' } })
  })

  it('asks further after a low score, and adds that to the answer', async () => {
    const { pages, path, survey } = await asked()
    const page = await (await pages(posted(path, { score: '1', comment: 'Hm' }))).text()
    expect(page).toContain('What went wrong?')
    await pages(posted(`${path}/more`, { score: '1', comment: 'Hm', reason: 'tone' }))
    expect(await survey()).toMatchObject({ score: 1, answers: { reason: 'tone' }, comments: { comment: 'Hm' } })
  })

  it('lets a customer out by POST alone, as mail programs do it', async () => {
    const { pages, path, get, app, mail, ticket } = await asked()
    expect(mail.headers['list-unsubscribe']).toBe(`<${ORIGIN}${path}/stop>`)
    expect((await get('/stop')).status).toBe(200)
    const optedOut = async () =>
      (await app.event.find({ names: ['respondent.optedOut'] })).items.map(({ record }) => record.id)
    expect(await optedOut()).toEqual([])
    await pages(posted(`${path}/stop`, { 'List-Unsubscribe': 'One-Click' }))
    expect(await optedOut()).toEqual([ticket.requesterId])
  })

  it.each([
    ['no token', '/s/none', 404],
    ['a token cut short', '/s/0', 404],
    ['another place', '/', 404],
    ['a place with a dot', '/s/..%2fadmin', 404],
  ])('answers %s in one way', async (_, path, status) => {
    const { pages } = await asked()
    expect((await pages(new Request(ORIGIN + path))).status).toBe(status)
    expect((await pages(posted(path, { score: '5' }))).status).toBe(status)
  })

  it('takes no other method', async () => {
    const { pages, path } = await asked()
    expect((await pages(new Request(ORIGIN + path, { method: 'DELETE' }))).status).toBe(405)
  })
})

describe('what a browser prefers', () => {
  it('is read best first, and what is no tag is passed over', () => {
    expect(preferred('fr;q=0.5, de-CH, en;q=0.9')).toEqual(['de-CH', 'en', 'fr'])
    expect(preferred('*, ;;;, <b>, x')).toEqual([])
    expect(preferred(null)).toEqual([])
  })
})
