/** The survey's page in a real browser, without scripts: by keyboard, at two widths, in light and dark, as screen readers meet it. */
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSurveyHouse, tokenIn } from '../../examples/after-solve-survey/survey-house.ts'
import { serve } from '../../examples/console/server/serve.ts'
import { startChromium } from '../servers/chromium.ts'

const browser: Browser | null = await startChromium()
const WIDTHS = { narrow: { width: 360, height: 580 }, wide: { width: 1024, height: 560 } } as const
const PICTURES = join(import.meta.dirname, '../../docs/pictures')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

describe.skipIf(browser === null)('the page of a survey', () => {
  let house: Awaited<ReturnType<typeof openSurveyHouse>>
  let served: Awaited<ReturnType<typeof serve>>
  let count = 0

  beforeAll(async () => {
    house = await openSurveyHouse()
    served = await serve(house.pages, 0)
  })
  afterAll(async () => {
    await browser?.close()
    await served.close()
    await house.desk.close()
  })

  /** A survey that waits for its answer. */
  async function sent() {
    const email = `c${count++}@customer.example`
    const ticket = await house.app.ticket.open({ requester: { email }, subject: 'S', body: 'B' })
    await house.app.ticket.solve({ ticketId: ticket.id })
    await house.pass(24)
    const survey = async () => (await house.app.survey.find({ where: { field: 'ticketId', is: ticket.id } })).items[0]
    return { place: `${served.url}/s/${tokenIn(house.mails.get(ticket.id)!)}`, survey }
  }

  async function open(place: string, options: object = {}): Promise<Page> {
    const context = await browser!.newContext({ locale: 'en-GB', javaScriptEnabled: false, ...options })
    const page = await context.newPage()
    await page.goto(place)
    return page
  }

  // PICTURES=1 npm run test:survey
  async function picture(page: Page, name: string): Promise<void> {
    if (process.env.PICTURES === '1') await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
  }

  /** Whether anything has to be scrolled sideways to be read. */
  const isTooWide = (page: Page) => page.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth)

  it.each(['narrow', 'wide'] as const)('fits a %s window, and is answered without a script', async (width) => {
    const { place, survey } = await sent()
    const page = await open(`${place}?score=2`, { viewport: WIDTHS[width] })
    expect(await page.getByRole('radio', { name: /^2/ }).isChecked()).toBe(true)
    expect(await isTooWide(page)).toBe(false)
    await picture(page, `survey-${width}`)
    expect((await survey())?.state).toBe('sent')
    await page.getByLabel(/What should we know/).fill('It took three days.')
    await page.getByRole('button', { name: 'Send my answer' }).click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(await survey()).toMatchObject({ state: 'answered', score: 2 })
    expect(await isTooWide(page)).toBe(false)
    await page.getByLabel('It took too long').check({ force: true })
    await page.getByRole('button', { name: 'Send this too' }).click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(await survey()).toMatchObject({
      answers: { reason: 'slow' },
      comments: { comment: 'It took three days.' },
    })
    await page.context().close()
  })

  it('is answered by keyboard alone', async () => {
    const { place, survey } = await sent()
    const page = await open(place)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Good.')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(await survey()).toMatchObject({ state: 'answered', score: 3, comments: { comment: 'Good.' } })
    await page.context().close()
  })

  it.each(['light', 'dark'] as const)('has no violation that axe finds, in %s', async (colorScheme) => {
    const { place } = await sent()
    const pages = [place, `${place}?score=1`, `${place}/stop`, `${served.url}/s/none`]
    for (const [n, one] of pages.entries()) {
      // axe itself is a script; the page has none.
      const page = await open(one, { colorScheme, javaScriptEnabled: true, bypassCSP: true, viewport: WIDTHS.narrow })
      await page.evaluate(axe.source)
      const violations = await page.evaluate(async () => {
        const engine = (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe
        return (await engine.run()).violations
      })
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
      if (n === 1 && colorScheme === 'dark') await picture(page, 'survey-dark')
      await page.context().close()
    }
  })

  it('names each answer of the scale with what its ends mean', async () => {
    const { place } = await sent()
    const page = await open(place)
    const group = page.getByRole('group', { name: 'How satisfied are you with the help you got?' })
    expect(await group.getByRole('radio').count()).toBe(5)
    expect(await group.getByRole('radio', { name: '1: not at all' }).count()).toBe(1)
    expect(await group.getByRole('radio', { name: '5: very' }).count()).toBe(1)
    await page.context().close()
  })
})
