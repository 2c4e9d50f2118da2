/** Walks through the console of the examples in a real browser: a ticket from its form to its survey, two agents at once, keys, and what screen readers meet. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startConsole } from '../../examples/console/server/start-console.ts'
import { startChromium } from '../servers/chromium.ts'

const browser: Browser | null = await startChromium()
const folder = mkdtempSync(join(tmpdir(), 'deskwright-console-'))
const WIDE = { width: 1280, height: 800 }
const NARROW = { width: 390, height: 844 }

describe.skipIf(browser === null)('the console', () => {
  let app: Awaited<ReturnType<typeof startConsole>>
  const failures: string[] = []

  beforeAll(async () => {
    app = await startConsole({ file: join(folder, 'console.db'), port: 0 })
  })
  afterAll(async () => {
    await browser?.close()
    await app.close()
    rmSync(folder, { recursive: true, force: true })
    // A policy of content that was broken, a script that failed: nothing of it in the whole walk.
    expect(failures).toEqual([])
  })

  /** A person at a browser of their own. */
  async function signIn(name: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser!.newContext({ viewport: WIDE, baseURL: app.url, ...options })
    const page = await context.newPage()
    page.on('pageerror', (error) => failures.push(`${name}: ${error.message}`))
    page.on('console', (message) => {
      const isExpected = /status of 4(00|01|03|09|12|22)|ERR_INTERNET_DISCONNECTED/.test(message.text())
      if (message.type() === 'error' && !isExpected) failures.push(`${name}: ${message.text()}`)
    })
    await page.goto('/')
    await page.getByRole('button', { name }).click()
    await page.locator('.top').waitFor()
    return page
  }

  const openTicket = async (page: Page, subject: string) => {
    await page.locator('.tickets a', { hasText: subject }).click()
    await page.getByRole('heading', { level: 2, name: subject }).waitFor()
  }

  // PICTURES=1 npm run test:console
  describe.runIf(process.env.PICTURES === '1')('the pictures of its page', () => {
    const PICTURES = [
      ['inbox-light', 'Jonas Beck', '/#/mine', 'My Doppio hums', { viewport: WIDE }],
      ['inbox-dark', 'Mara Lind', '/#/unassigned', 'Our Barista Pro', { viewport: WIDE, colorScheme: 'dark' }],
      ['list-narrow-dark', 'Aisha Noor', '/#/open', null, { viewport: NARROW, colorScheme: 'dark' }],
      ['ticket-narrow-light', 'Jonas Beck', '/#/mine', 'My Doppio hums', { viewport: NARROW }],
      ['portal-light', 'Nora Feld', '/#/', 'My Doppio hums', { viewport: NARROW }],
      ['portal-form-dark', 'Nora Feld', '/#/new', null, { viewport: NARROW, colorScheme: 'dark' }],
    ] as const

    it.each(PICTURES)('%s', async (name, person, place, subject, options) => {
      const page = await signIn(person, options)
      await page.goto(place)
      if (subject !== null) await page.locator('li a', { hasText: subject }).first().click()
      await page
        .locator(subject === null ? 'li a, form .field' : '.conversation li')
        .first()
        .waitFor()
      await page.screenshot({ path: `docs/pictures/console-${name}.png` })
    })
  })

  describe('one ticket, from the form on', () => {
    const SUBJECT = 'The lid <b>does not</b> close'
    let nora: Page
    let jonas: Page

    it('shows beside its field what the desk refuses', async () => {
      nora = await signIn('Nora Feld', { viewport: NARROW })
      await nora.getByRole('link', { name: 'New request' }).click()
      await nora.getByLabel('What is it about?').fill(SUBJECT)
      await nora.getByLabel('Tell us more').fill('Since today.\nI tried <script>alert(1)</script> twice.')
      await nora.getByLabel('Order number').fill('41')
      await nora.getByRole('button', { name: 'Send' }).click()
      await nora.getByText('not an order number such as K-1041').waitFor()
      expect(await nora.getByLabel('Order number').getAttribute('aria-invalid')).toBe('true')
    })

    it('arrives in the inbox while the agent looks on', async () => {
      jonas = await signIn('Jonas Beck')
      await jonas.getByRole('link', { name: /^Unassigned/ }).click()
      await jonas.locator('.tickets a').first().waitFor()
      await nora.getByLabel('Order number').fill('K-1041')
      await nora.getByRole('button', { name: 'Send' }).click()
      await nora.getByText('You hear from us soon').waitFor()
      await openTicket(jonas, SUBJECT)
    })

    it('is shown as it was written, and nothing in it is run', async () => {
      const body = jonas.locator('.message .body')
      expect(await body.textContent()).toBe('Since today.\nI tried <script>alert(1)</script> twice.')
      expect(await jonas.locator('.message script, h2 b').count()).toBe(0)
    })

    it('has a time left that ticks', async () => {
      const time = jonas.locator('.ticket-head .left')
      const before = Date.parse((await time.getAttribute('datetime'))!)
      const inList = jonas.locator('.tickets .left[data-level="soon"]').first()
      const text = await inList.textContent()
      expect(text).toMatch(/^due in \d:\d\d$/)
      await expect.poll(() => inList.textContent(), { timeout: 5000 }).not.toBe(text)
      expect(before).toBeGreaterThan(Date.now())
    })

    it('is taken and answered by keys', async () => {
      await jonas.keyboard.press('a')
      await jonas.getByText('is yours.').waitFor()
      await jonas.keyboard.press('r')
      await jonas.keyboard.type('Is it the left hinge?')
      await jonas.keyboard.press('Control+Enter')
      await nora.getByText('Is it the left hinge?').waitFor()
      await jonas.keyboard.press('Escape')
      await jonas.keyboard.press('n')
      await jonas.keyboard.type('Hinges again.')
      await jonas.keyboard.press('Control+Enter')
      await jonas.locator('.message.internal', { hasText: 'Hinges again.' }).waitFor()
    })

    it('sends once what is sent twice', async () => {
      await jonas.keyboard.press('Escape')
      await jonas.keyboard.press('r')
      await jonas.keyboard.type('I look for one.')
      await jonas.getByRole('button', { name: 'Send', exact: true }).dblclick()
      await nora.getByText('I look for one.').waitFor()
      expect(await jonas.getByRole('alert').textContent()).toBe('')
      await jonas.keyboard.press('Escape')
      await jonas.keyboard.press('n')
      await jonas.keyboard.type('Done.')
      await jonas.keyboard.press('Control+Enter')
      await jonas.locator('.message.internal', { hasText: 'Done.' }).waitFor()
      expect(await jonas.locator('.message', { hasText: 'I look for one.' }).count()).toBe(1)
    })

    it('shows the customer the answer, and no note', async () => {
      await nora.getByLabel('Your answer').fill('It is.')
      await nora.getByRole('button', { name: 'Send' }).click()
      await jonas.locator('.message.theirs', { hasText: 'It is.' }).waitFor()
      expect(await nora.getByText('Hinges again.').count()).toBe(0)
    })

    it('is solved with an answer', async () => {
      await jonas.keyboard.press('Escape')
      await jonas.keyboard.press('r')
      await jonas.getByLabel('Reply to Nora Feld').fill('A new one is on its way.')
      await jonas.getByRole('button', { name: 'Send and solve' }).click()
      await nora.locator('.chip.solved').waitFor()
      await jonas.getByRole('button', { name: 'Reopen' }).waitFor()
    })

    it('ends with a survey, whose answer the agent sees', async () => {
      const survey = nora.getByRole('form', { name: 'Survey' })
      await survey.getByLabel('4', { exact: true }).check()
      await survey.getByLabel('What shall we know?').fill('Quick <i>and</i> kind.')
      await survey.getByRole('button', { name: 'Answer' }).click()
      await nora.getByText('Thank you for your answer.').first().waitFor()
      await jonas.getByText('4 of 5 · “Quick <i>and</i> kind.”').waitFor()
    })

    it('shows nobody else the survey', async () => {
      const ticketId = nora.url().split('/').at(-1)
      const omar = await signIn('Omar Said')
      const asked = `fetch('/invitation?ticketId=${ticketId}').then((answer) => answer.json())`
      expect(await omar.evaluate(asked)).toEqual({ token: null })
      expect(await jonas.evaluate(`fetch('/invitation?ticketId=${ticketId}').then(({ status }) => status)`)).toBe(403)
    })
  })

  describe('two agents at once', () => {
    const SUBJECT = 'Invoice for order'

    it('are not told that both have it: the second learns that the first was faster', async () => {
      const [aisha, mara] = await Promise.all([signIn('Aisha Noor'), signIn('Mara Lind')])
      await Promise.all([aisha, mara].map((page) => page.getByRole('link', { name: /^Unassigned/ }).click()))
      await Promise.all([aisha, mara].map((page) => openTicket(page, SUBJECT)))
      // Mara's window lags: what it hears of, and what it reads, comes later than what it does.
      const release = await holdReads(mara)
      await aisha.getByRole('button', { name: 'Take it' }).click()
      await aisha.getByText('is yours.').waitFor()
      await mara.getByRole('button', { name: 'Take it' }).click()
      release()
      const alert = mara.getByRole('alert').filter({ hasText: 'was changed while you looked at it' })
      await alert.waitFor()
      expect(await mara.getByLabel('Assignee').locator('option:checked').textContent()).toBe('Aisha Noor')
      await alert.getByRole('button', { name: 'Do it all the same' }).click()
      await aisha.locator('.event', { hasText: 'Mara Lind gave it to Mara Lind' }).waitFor()
    })

    it('do not send past each other: a draft waits for its writer to read what came in between', async () => {
      const [aisha, mara] = await Promise.all([signIn('Aisha Noor'), signIn('Mara Lind')])
      await Promise.all([aisha, mara].map((page) => page.getByRole('link', { name: /^All open/ }).click()))
      await Promise.all([aisha, mara].map((page) => openTicket(page, SUBJECT)))
      await mara.getByLabel('Reply to Paul Mercier').fill('Here it is.')
      await aisha.getByLabel('Reply to Paul Mercier').fill('I have just mailed it.')
      await aisha.getByRole('button', { name: 'Send', exact: true }).click()
      await mara.locator('.message', { hasText: 'I have just mailed it.' }).waitFor()
      expect(await mara.getByLabel('Reply to Paul Mercier').inputValue()).toBe('Here it is.')
      await mara.getByRole('button', { name: 'Send', exact: true }).click()
      await mara.getByText('has moved on since you began to write').waitFor()
      expect(await mara.locator('.message', { hasText: 'Here it is.' }).count()).toBe(0)
      await mara.getByRole('button', { name: 'Send it as it is' }).click()
      await aisha.locator('.message', { hasText: 'Here it is.' }).waitFor()
    })
  })

  describe('an escalation', () => {
    const SUBJECT = 'Our Barista Pro is dead'

    it('says who was called and when it goes on, until somebody has it', async () => {
      const [aisha, mara] = await Promise.all([signIn('Aisha Noor'), signIn('Mara Lind')])
      await Promise.all([aisha, mara].map((page) => page.getByRole('link', { name: /^Escalated/ }).click()))
      await openTicket(mara, SUBJECT)
      const row = aisha.locator('.tickets a', { hasText: SUBJECT })
      await row.getByText('escalated').waitFor()
      const state = mara.getByRole('region', { name: 'Escalation' })
      await state.getByText(/step \d told .*Mara Lind|step \d told .*Jonas Beck/).waitFor()
      expect(await state.locator('.left').textContent()).toMatch(/^due in /)
      await state.getByRole('button', { name: 'Acknowledge' }).click()
      await state.getByText('Mara Lind has it').waitFor()
      await row.getByText('escalated').waitFor({ state: 'detached' })
    })

    it('is begun and ended by hand', async () => {
      const mara = await signIn('Mara Lind')
      await mara.getByRole('link', { name: /^All open/ }).click()
      await openTicket(mara, 'Ordered in red, came in blue')
      const state = mara.getByRole('region', { name: 'Escalation' })
      await state.getByLabel('Whom to call').selectOption('late answer')
      await state.getByRole('button', { name: 'Escalate' }).click()
      await state.getByText('step 1 told').waitFor()
      await state.getByRole('button', { name: 'End' }).click()
      await state.getByText('late answer · ended').waitFor()
    })
  })

  describe('what is refused', () => {
    it('is said in the desk’s own words', async () => {
      const mara = await signIn('Mara Lind')
      await mara.getByRole('link', { name: /^All open/ }).click()
      await openTicket(mara, 'Second bar for Café Nord')
      await mara.getByRole('button', { name: 'Solve', exact: true }).click()
      await mara.getByRole('alert').filter({ hasText: 'open' }).waitFor()
      expect(await mara.locator('.tree').textContent()).toContain('1 of 4 done')
    })
  })

  describe('without the desk', () => {
    it('says so, keeps what is written, and goes on by itself', async () => {
      const aisha = await signIn('Aisha Noor')
      await aisha.getByRole('link', { name: /^All open/ }).click()
      await openTicket(aisha, 'Voucher code is refused')
      await aisha.getByLabel('Reply to Clara Diaz').fill('It works again.')
      await aisha.context().setOffline(true)
      await aisha.getByRole('button', { name: 'Send', exact: true }).click()
      await aisha.getByText('Offline: trying again').waitFor()
      await aisha.getByRole('alert').filter({ hasText: 'no answer' }).waitFor()
      expect(await aisha.getByLabel('Reply to Clara Diaz').inputValue()).toBe('It works again.')
      await aisha.context().setOffline(false)
      await aisha.getByRole('button', { name: 'Dismiss' }).click()
      await aisha.getByRole('button', { name: 'Send', exact: true }).click()
      await aisha.locator('.message', { hasText: 'It works again.' }).waitFor()
      await aisha.getByText('Live', { exact: true }).waitFor()
    })
  })

  describe('the keys', () => {
    it('move in the list, open, filter, and stay out of fields', async () => {
      const mara = await signIn('Mara Lind')
      await mara.getByRole('link', { name: /^All open/ }).click()
      await mara.locator('.tickets a').nth(2).waitFor()
      await mara.keyboard.press('j')
      await mara.keyboard.press('j')
      await mara.keyboard.press('k')
      await mara.keyboard.press('j')
      expect(await mara.evaluate("document.activeElement.matches('.tickets li:nth-child(2) a')")).toBe(true)
      await mara.keyboard.press('Enter')
      await mara.locator('.ticket h2').waitFor()
      await mara.keyboard.press('/')
      await mara.keyboard.type('jug')
      expect(await mara.getByLabel('Filter this list').inputValue()).toBe('jug')
      await mara.getByText('Nothing here matches the filter.').waitFor()
      await mara.keyboard.press('Escape')
      await mara.keyboard.press('?')
      await mara.getByRole('dialog', { name: 'Keys' }).waitFor()
      await mara.getByLabel('Single keys are on').uncheck()
      await mara.keyboard.press('Escape')
      await mara.keyboard.press('?')
      expect(await mara.getByRole('dialog').count()).toBe(0)
    })
  })

  describe('for everybody', () => {
    /** What the engine finds on the page as it stands. */
    async function violations(page: Page): Promise<string[]> {
      await page.evaluate(axe.source)
      return page.evaluate(async () => {
        const engine = (globalThis as unknown as { axe: { run(what: object): Promise<{ violations: Violation[] }> } })
          .axe
        interface Violation {
          readonly id: string
          readonly nodes: readonly { readonly target: readonly string[] }[]
        }
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
        const found = await engine.run({ runOnly: { type: 'tag', values: tags } })
        return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
      })
    }

    const PAGES = [
      ['the sign-in', null, '/sign-in'],
      ['the list', 'Jonas Beck', '/#/open'],
      ['a ticket', 'Jonas Beck', 'Second bar for Café Nord'],
      ['the requests', 'Nora Feld', '/#/'],
      ['the form', 'Nora Feld', '/#/new'],
      ['a request', 'Nora Feld', 'My Doppio hums'],
    ] as const

    async function visit(person: string | null, place: string, options: BrowserContextOptions): Promise<Page> {
      const page =
        person === null
          ? await (await browser!.newContext({ baseURL: app.url, ...options })).newPage()
          : await signIn(person, options)
      if (place.startsWith('/')) await page.goto(place)
      else {
        await page.goto(person === 'Nora Feld' ? '/#/' : '/#/open')
        await page.locator('li a', { hasText: place }).first().click()
        await page.locator('.conversation li').first().waitFor()
      }
      await page.locator('h1, h2').first().waitFor({ state: 'attached' })
      return page
    }

    for (const colorScheme of ['light', 'dark'] as const)
      it.each(PAGES)(`%s has no violation that axe finds, in ${colorScheme}`, async (_, person, place) => {
        const page = await visit(person, place, { colorScheme })
        expect(await violations(page)).toEqual([])
        await page.context().close()
      })

    it.each(PAGES)('%s fits 320 pixels without scrolling sideways', async (_, person, place) => {
      const page = await visit(person, place, { viewport: { width: 320, height: 640 } })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
      await page.context().close()
    })
  })

  describe('the host', () => {
    it('knows nobody without a session, whatever a request says', async () => {
      const headers = { 'x-actor': 'admin', authorization: 'Bearer x', 'content-type': 'application/json' }
      const answer = await fetch(`${app.url}/v1/tickets`, { headers })
      expect(answer.status).toBe(401)
    })

    it('ends a session at sign-out', async () => {
      const mara = await signIn('Mara Lind')
      await mara.getByRole('button', { name: 'Sign out' }).click()
      await mara.getByText('Choose who you are').waitFor()
      expect(await mara.evaluate(async () => (await fetch('/v1/tickets')).status)).toBe(401)
    })
  })
})

/** Holds back what a page reads, until it is let go. */
async function holdReads(page: Page): Promise<() => void> {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(/\/v1\/.*(get|find|timeline|tree|count)$/, async (route) => {
    await held
    await route.continue()
  })
  return release
}
