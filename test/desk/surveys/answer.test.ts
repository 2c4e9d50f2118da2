/** Answering by token: once, by whoever holds it, and nothing else comes in. */
import { createDesk } from 'deskwright'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawNonce, hashOf, isSameHash, tokenOf } from '../../../src/domain/surveys/token.ts'
import { codeOf, dump, HOUR, MINUTE } from '../world.ts'
import { AFTER_SOLVE, SECRET, surveysWorld } from './surveys-world.ts'

/** A world in which a survey was sent, and its token. */
async function asked(...given: Parameters<typeof surveysWorld>) {
  const world = await surveysWorld(...given)
  const ticket = await world.solved()
  await world.pass(24 * HOUR)
  return { ...world, ticket, token: await world.tokenFor(ticket.id) }
}

describe('who holds the token', () => {
  it('sees the questions, and nothing of the customer or the ticket', async () => {
    const { system, token, ticket } = await asked()
    const form = await system.survey.byToken({ token })
    expect(form).toMatchObject({ survey: 'after-solve', state: 'open', language: 'en', languages: ['en', 'de'] })
    expect(form.questions.map(({ id, kind, required }) => [id, kind, required])).toEqual([
      ['score', 'scale', true],
      ['reason', 'choice', false],
      ['comment', 'comment', false],
    ])
    for (const secret of [ticket.id, ticket.requesterId, 'ada@example.org', 'It hums'])
      expect(JSON.stringify(form)).not.toContain(secret)
  })

  it('is asked in the language of the browser, else of the customer, else of the survey', async () => {
    const { system, token } = await asked()
    const texts = async (languages?: string[]) =>
      (await system.survey.byToken({ token, languages })).questions.map(({ text }) => text)
    expect(await texts(['fr', 'de-CH-1996'])).toEqual(['Wie zufrieden sind Sie?', 'What was wrong?', 'Anything else?'])
    expect((await texts(['fr']))[0]).toBe('How satisfied are you?')
  })

  it('answers once; a second answer is refused and changes nothing', async () => {
    const { system, token, ticket, surveyOf, store } = await asked()
    await system.survey.answer({ token, answers: { score: 2, reason: 'slow', comment: 'Never mind.' } })
    const survey = await surveyOf(ticket.id)
    expect(survey).toMatchObject({
      state: 'answered',
      score: 2,
      answers: { reason: 'slow' },
      comments: { comment: 'Never mind.' },
    })
    const before = await dump(store, 'main')
    expect(await codeOf(system.survey.answer({ token, answers: { score: 5 } }))).toBe('survey.answered')
    expect(await dump(store, 'main')).toBe(before)
  })

  it('is one of many who press at once, and one answer is counted', async () => {
    const { system, token, events } = await asked()
    const scores = [1, 2, 3, 4, 5]
    const codes = await Promise.all(scores.map((score) => codeOf(system.survey.answer({ token, answers: { score } }))))
    expect(codes.filter((code) => code === 'done')).toHaveLength(1)
    expect(events.filter(({ name }) => name === 'survey.answered')).toHaveLength(1)
  })

  it('changes the answer within the window, and no longer', async () => {
    const { system, token, ticket, surveyOf, clock } = await asked()
    expect(await codeOf(system.survey.amend({ token, answers: { score: 5 } }))).toBe('survey.not-answered')
    await system.survey.answer({ token, answers: { score: 2, comment: 'Slow.' } })
    clock.advance(HOUR - 1)
    await system.survey.amend({ token, answers: { score: 4 } })
    expect(await surveyOf(ticket.id)).toMatchObject({ score: 4, comments: {}, answeredAt: '2026-03-03T09:30:00.000Z' })
    clock.advance(1)
    expect(await codeOf(system.survey.amend({ token, answers: { score: 1 } }))).toBe('survey.amend-window-over')
  })

  it('answers until the survey expires, which is told in the journal', async () => {
    const { system, token, ticket, surveyOf, clock, desk } = await asked()
    clock.advance(336 * HOUR - 1)
    expect((await system.survey.byToken({ token })).state).toBe('open')
    clock.advance(1)
    expect(await codeOf(system.survey.answer({ token, answers: { score: 5 } }))).toBe('survey.expired')
    expect(await codeOf(system.survey.byToken({ token }))).toBe('survey.expired')
    await desk.tick()
    expect(await surveyOf(ticket.id)).toMatchObject({ state: 'expired' })
    expect(await codeOf(system.survey.answer({ token, answers: { score: 5 } }))).toBe('survey.expired')
  })

  it('answers the questions of the version that was asked, whatever was published since', async () => {
    const { system, token, ticket, surveyOf } = await asked()
    const nps = { ...AFTER_SOLVE, kind: 'nps' as const, more: [] }
    await system.policy.publish({ name: 'surveys', document: { surveys: [nps] } })
    expect(await codeOf(system.survey.answer({ token, answers: { score: 10 } }))).toBe('survey.answer-out-of-range')
    await system.survey.answer({ token, answers: { score: 5 } })
    expect(await surveyOf(ticket.id)).toMatchObject({ kind: 'csat', policyNumber: 1, score: 5 })
  })

  it('unsubscribes by it, before and after answering', async () => {
    const { system, token, solved, surveyOf } = await asked()
    await system.survey.answer({ token, answers: { score: 5 } })
    await system.survey.unsubscribe({ token })
    await system.survey.unsubscribe({ token })
    expect(await surveyOf((await solved()).id)).toMatchObject({ state: 'suppressed', reason: 'opted-out' })
  })

  it('may answer late what a mail server called undeliverable too soon', async () => {
    const { system, token, ticket, surveyOf } = await asked()
    await system.survey.bounce({ surveyId: (await surveyOf(ticket.id)).id })
    await system.survey.answer({ token, answers: { score: 5 } })
    expect(await surveyOf(ticket.id)).toMatchObject({ state: 'answered' })
  })
})

describe('an answer that is none', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['without a score', { comment: 'Hm.' }, 'survey.answer-missing'],
    ['below the scale', { score: 0 }, 'survey.answer-out-of-range'],
    ['above the scale', { score: 6 }, 'survey.answer-out-of-range'],
    ['between two numbers', { score: 4.5 }, 'survey.answer-out-of-range'],
    ['of the wrong kind', { score: 'good' }, 'survey.answer-out-of-range'],
    ['that is no JSON', { score: Number.NaN }, 'input.invalid'],
    ['to a question that was not asked after that score', { score: 5, reason: 'slow' }, 'survey.unknown-question'],
    ['to a question that there is not', { score: 5, mood: 'blue' }, 'survey.unknown-question'],
    ['named like a part of every object', { score: 5, constructor: 'x' }, 'survey.unknown-question'],
    ['that is none of the options', { score: 1, reason: 'late' }, 'survey.answer-out-of-range'],
    ['of a number where a text is asked', { score: 5, comment: 5 }, 'survey.answer-out-of-range'],
    ['of a text too long', { score: 5, comment: 'x'.repeat(5001) }, 'input.invalid'],
    ['of half a character', { score: 5, comment: 'a\ud800' }, 'input.invalid'],
    ['that is a list', { score: [5] }, 'input.invalid'],
  ])('%s is refused, and nothing changed', async (_, answers, code) => {
    const { system, token, store } = await asked()
    const before = await dump(store, 'main')
    expect(await codeOf(system.survey.answer({ token, answers: answers as never }))).toBe(code)
    expect(await dump(store, 'main')).toBe(before)
  })

  it('keeps what people wrote out of the refusal', async () => {
    const { system, token } = await asked()
    const refusal = await system.survey.answer({ token, answers: { score: 'My name is Ada' } }).catch((error) => error)
    expect(JSON.stringify([refusal.message, refusal.data])).not.toContain('Ada')
  })

  it('in a language that is none is refused', async () => {
    const { system, token } = await asked()
    expect(await codeOf(system.survey.byToken({ token, languages: ['not a tag'] }))).toBe('input.invalid')
  })
})

describe('a token', () => {
  it('of another tenant opens nothing, and changes nothing', async () => {
    const { desk, token, store } = await asked()
    const other = desk.as({ tenant: 'other', by: { kind: 'system', id: 'page' } })
    await other.ticket.find({})
    const before = [await dump(store, 'main'), await dump(store, 'other')]
    expect(await codeOf(other.survey.answer({ token, answers: { score: 5 } }))).toBe('survey.unknown-token')
    expect(await codeOf(other.survey.byToken({ token }))).toBe('survey.unknown-token')
    expect(await codeOf(other.survey.unsubscribe({ token }))).toBe('survey.unknown-token')
    expect([await dump(store, 'main'), await dump(store, 'other')]).toEqual(before)
  })

  it('is told to the host alone, and the same at every call', async () => {
    const { system, agent, ticket, surveyOf, tokenFor, token, as } = await asked()
    const { id } = await surveyOf(ticket.id)
    const admin = await agent(['admin'])
    expect(await codeOf(admin.desk.survey.invitation({ surveyId: id }))).toBe('access.forbidden')
    expect(await codeOf(as({ kind: 'bot', id: 'b' }).survey.invitation({ surveyId: id }))).toBe('access.forbidden')
    expect(await tokenFor(ticket.id)).toBe(token)
    await system.survey.answer({ token, answers: { score: 5 } })
    expect(await codeOf(tokenFor(ticket.id))).toBe('survey.not-there')
    expect(await codeOf(system.survey.invitation({ surveyId: 'srv_01JABSENT' }))).toBe('survey.not-found')
  })

  it('goes on working when the secret is changed, but cannot be told again', async () => {
    const { store, clock, token, ticket, surveyOf } = await asked()
    const desk = await createDesk({
      store,
      clock,
      secret: 'another secret of forty characters, here',
      policies: 'published',
    })
    const app = desk.as({ by: { kind: 'system', id: 'page' } })
    const { id } = await surveyOf(ticket.id)
    expect(await codeOf(app.survey.invitation({ surveyId: id }))).toBe('survey.other-secret')
    await app.survey.answer({ token, answers: { score: 5 } })
    expect(await surveyOf(ticket.id)).toMatchObject({ state: 'answered' })
  })

  it('cannot be made by who has read the whole database, without the secret', async () => {
    const { system, ticket, surveyOf } = await asked()
    const { id, nonce, tokenHash } = await surveyOf(ticket.id)
    const forged = tokenOf('another secret of forty characters, here', { id, nonce: nonce ?? '' })
    for (const token of [forged, `${id.slice(4)}-${nonce}`, `${id.slice(4)}-${tokenHash?.slice(0, 40)}`])
      expect(await codeOf(system.survey.answer({ token, answers: { score: 5 } }))).toBe('survey.unknown-token')
  })

  it('is not found by guessing: whatever differs in one place opens nothing', async () => {
    const { system, token, store } = await asked()
    const before = await dump(store, 'main')
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: token.length - 1 }),
        fc.constantFrom(...'0123456789abcdef%_*'),
        async (n, char) => {
          fc.pre(token[n] !== char)
          const guess = token.slice(0, n) + char + token.slice(n + 1)
          expect(await codeOf(system.survey.answer({ token: guess, answers: { score: 5 } }))).toBe(
            'survey.unknown-token',
          )
        },
      ),
      { numRuns: 60 },
    )
    for (const guess of ['', '%', '*', token.slice(0, -1), `${token}0`, ` ${token}`, token.toUpperCase(), `${token}\n`])
      expect(await codeOf(system.survey.answer({ token: guess, answers: { score: 5 } }))).toBe('survey.unknown-token')
    expect(await dump(store, 'main')).toBe(before)
  })
})

describe('160 random bits', () => {
  // The desk's own source: that of the machine, 32 bits a draw.
  const drawn = new Uint32Array(1)
  const random = () => (globalThis.crypto.getRandomValues(drawn)[0] as number) / 2 ** 32
  const count = 4000
  const nonces = Array.from({ length: count }, () => drawNonce(random))
  const id = `srv_${'0'.repeat(26)}` as const
  const tokens = nonces.map((nonce) => tokenOf(SECRET, { id, nonce }).slice(27))

  it.each([
    ['of nonces', nonces],
    ['of tokens', tokens],
  ])('%s never come twice, and each bit is one as often as not', (_, texts) => {
    expect(new Set(texts).size).toBe(count)
    const ones = new Array<number>(160).fill(0)
    for (const text of texts) {
      expect(text).toMatch(/^[0-9a-f]{40}$/)
      const bits = BigInt(`0x${text}`).toString(2).padStart(160, '0')
      for (let n = 0; n < 160; n++) if (bits[n] === '1') ones[n] = (ones[n] ?? 0) + 1
    }
    // Six standard deviations: of 160 fair bits one is further off once in three million runs.
    const most = 6 * Math.sqrt(count / 4)
    for (const times of ones) expect(Math.abs(times - count / 2)).toBeLessThan(most)
    // The sum over all bits of chi-square, against its mean of 160 and deviation of sqrt(320).
    const chi = ones.reduce((sum, times) => sum + (times - count / 2) ** 2 / (count / 4), 0)
    expect(Math.abs(chi - 160)).toBeLessThan(6 * Math.sqrt(320))
  })

  it('of a source in which one draw changes give another nonce and another token', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 4 }),
        fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 5, maxLength: 5 }),
        (n, words) => {
          const from = (list: readonly number[]) => {
            let at = 0
            return drawNonce(() => (list[at++] as number) / 2 ** 32)
          }
          const changed = words.with(n, ((words[n] as number) ^ 1) >>> 0)
          expect(from(changed)).not.toBe(from(words))
          expect(tokenOf(SECRET, { id, nonce: from(changed) })).not.toBe(tokenOf(SECRET, { id, nonce: from(words) }))
        },
      ),
    )
  })

  it('are compared whole', () => {
    const hash = hashOf('a')
    expect(isSameHash(hash, hash)).toBe(true)
    for (let n = 0; n < 64; n++)
      expect(isSameHash(hash, hash.slice(0, n) + (hash[n] === '0' ? '1' : '0') + hash.slice(n + 1))).toBe(false)
    expect(isSameHash(hash, hash.slice(0, 62))).toBe(false)
    expect(isSameHash(hash.slice(0, 62), hash)).toBe(false)
  })
})

describe('a low answer', () => {
  const whenLow = { subject: 'We were too slow' }

  it('opens a ticket that follows up, once, without the words of the customer', async () => {
    const world = await asked({ whenLow })
    const { system, token, ticket, desk, surveyOf, clock } = world
    await system.survey.answer({ token, answers: { score: 2, comment: 'My phone is 555-0101.' } })
    await desk.tick()
    const { loop } = await surveyOf(ticket.id)
    expect(loop).toMatchObject({ ticketId: expect.stringMatching(/^tkt_/) })
    const followUpId = (loop as { ticketId: `tkt_${string}` }).ticketId
    const followUp = await system.ticket.get({ ticketId: followUpId })
    expect(followUp).toMatchObject({ subject: 'We were too slow', followUpOf: ticket.id, category: 'new' })
    const { items } = await system.ticket.messages({ ticketId: followUpId })
    expect(JSON.stringify(items)).not.toContain('555')
    clock.advance(MINUTE)
    await system.survey.amend({ token, answers: { score: 1 } })
    await desk.tick()
    expect((await system.ticket.find({ where: { field: 'followUpOf', is: ticket.id } })).items).toHaveLength(1)
  })

  it('is noted in the ticket itself while that is at work again', async () => {
    const { system, token, ticket, desk, surveyOf } = await asked({ whenLow })
    await system.ticket.reopen({ ticketId: ticket.id })
    await system.survey.answer({ token, answers: { score: 1 } })
    await desk.tick()
    expect(await surveyOf(ticket.id)).toMatchObject({ loop: { ticketId: ticket.id } })
    const { items } = await system.ticket.messages({ ticketId: ticket.id })
    expect(items.at(-1)).toMatchObject({ visibility: 'internal', body: expect.stringContaining('1 of 5') })
  })

  it('starts the escalation that the policy names, for the ticket that follows up', async () => {
    const world = await surveysWorld()
    const { system, desk } = world
    const lead = await world.agent()
    const ladder = { name: 'unhappy', steps: [{ targets: [{ agent: lead.id }], delay: '1h' as const }] }
    const surveys = [{ ...AFTER_SOLVE, whenLow: { escalate: 'unhappy' } }]
    expect(await codeOf(system.policy.publish({ name: 'surveys', document: { surveys } }))).toBe('policy.invalid')
    await system.policy.publish({ name: 'escalation', document: { policies: [ladder] } })
    await system.policy.publish({ name: 'surveys', document: { surveys } })
    const ticket = await world.solved()
    await world.pass(24 * HOUR)
    await system.survey.answer({ token: await world.tokenFor(ticket.id), answers: { score: 1 } })
    await desk.tick()
    const { loop } = await world.surveyOf(ticket.id)
    const followUp = await system.ticket.get(loop as { ticketId: `tkt_${string}` })
    expect(followUp).toMatchObject({ followUpOf: ticket.id, escalation: 'triggered' })
    expect(world.problems).toEqual([])
  })

  it('is followed up when it becomes low by a change', async () => {
    const { system, token, ticket, desk, surveyOf } = await asked({ whenLow })
    await system.survey.answer({ token, answers: { score: 5 } })
    await desk.tick()
    expect(await surveyOf(ticket.id)).toMatchObject({ loop: null })
    await system.survey.amend({ token, answers: { score: 1 } })
    await desk.tick()
    expect((await surveyOf(ticket.id)).loop).not.toBeNull()
  })

  it.each([
    ['csat', 2, 3],
    ['goodBad', 'bad', 'good'],
    ['ces1', 4, 3],
    ['ces2', 3, 4],
    ['nps', 6, 7],
  ] as const)('of %s is %s, and %s is not', async (kind, low, high) => {
    for (const [score, isLow] of [
      [low, true],
      [high, false],
    ] as const) {
      const { system, token, ticket, desk, surveyOf } = await asked({ kind, whenLow, more: [] })
      await system.survey.answer({ token, answers: { score } })
      await desk.tick()
      expect((await surveyOf(ticket.id)).loop !== null).toBe(isLow)
    }
  })
})

describe('what was written', () => {
  it('can be redacted, and the score stays', async () => {
    const { system, token, ticket, surveyOf, store, desk } = await asked()
    await system.survey.answer({ token, answers: { score: 2, comment: 'Call me at 555-0101.' } })
    const { id } = await surveyOf(ticket.id)
    await system.survey.redactComment({ surveyId: id, reason: 'a phone number' })
    expect(await surveyOf(ticket.id)).toMatchObject({ score: 2, comments: {}, redactedAt: expect.any(String) })
    expect(await dump(store, 'main')).not.toContain('555')
    expect(await codeOf(system.survey.redactComment({ surveyId: id, reason: 'again' }))).toBe('survey.no-comment')
    expect((await desk.verify()).findings).toEqual([])
  })

  it('is gone once the customer is forgotten, tokens too, and nobody asks again', async () => {
    const { system, token, ticket, surveyOf, solved, pass, tokenFor, store, desk } = await asked()
    await system.survey.answer({ token, answers: { score: 2, comment: 'Call me at 555-0101.' } })
    const second = await solved()
    await pass(24 * HOUR)
    const live = await tokenFor(second.id)
    const third = await solved()
    await system.survey.forget({ customerId: ticket.requesterId })
    expect(await dump(store, 'main')).not.toContain('555')
    expect(await surveyOf(ticket.id)).toMatchObject({ state: 'answered', score: 2, comments: {}, tokenHash: null })
    for (const { id } of [second, third])
      expect(await surveyOf(id)).toMatchObject({ state: 'withdrawn', reason: 'erased' })
    for (const dead of [token, live])
      expect(await codeOf(system.survey.answer({ token: dead, answers: { score: 5 } }))).toBe('survey.unknown-token')
    expect(await surveyOf((await solved()).id)).toMatchObject({ state: 'suppressed', reason: 'opted-out' })
    expect((await desk.verify()).findings).toEqual([])
  })

  it('is gone from more surveys than one commit wipes, once the worker has gone on', async () => {
    const { system, token, ticket, surveyOf, store, desk } = await asked()
    await system.survey.answer({ token, answers: { score: 2, comment: 'Call me at 555-0101.' } })
    const { id, ...rest } = await surveyOf(ticket.id)
    const writes = Array.from({ length: 1001 }, (_, n) => {
      const copy = `${id.slice(0, -4)}${String(n).padStart(4, '0')}`
      return {
        kind: 'survey' as const,
        id: copy,
        expected: 0,
        tip: '',
        doc: { ...rest, id: copy, version: 1 } as never,
      }
    })
    const nothing = { checks: [], journal: [], set: [], clear: [], settle: [], command: null }
    await store.commit({ tenant: 'main', writes, ...nothing })
    await system.survey.forget({ customerId: ticket.requesterId })
    await desk.tick()
    expect(await dump(store, 'main')).not.toContain('555-0101')
  })
})
