/** Surveys from the solving of a ticket to the answer: who is asked, when, and how it ends. */
import { describe, expect, it } from 'vitest'
import { codeOf, dump, HOUR, MINUTE, MONDAY } from '../world.ts'
import { AFTER_SOLVE, SECRET, surveysWorld } from './surveys-world.ts'

describe('solving a ticket', () => {
  it('plans a survey in the same commit, and sends it when it is due', async () => {
    const world = await surveysWorld()
    const ticket = await world.open()
    const names = await world.during(() => world.system.ticket.solve({ ticketId: ticket.id }))
    expect(names).toEqual(['ticket.solved', 'survey.considered', 'survey.planned'])
    await world.pass(24 * HOUR - MINUTE)
    expect(await world.surveyOf(ticket.id)).toMatchObject({ state: 'planned' })
    await world.pass(MINUTE)
    const sent = await world.surveyOf(ticket.id)
    expect(sent).toMatchObject({ state: 'sent', sentAt: '2026-03-03T09:30:00.000Z', kind: 'csat', policyNumber: 1 })
    expect(world.problems).toEqual([])
  })

  it('keeps what the answer is counted by as it was then', async () => {
    const world = await surveysWorld({}, { segment: { of: 'customer', field: 'tier' } }, {
      fields: {
        customer: {
          '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value: value as object }) },
        },
      },
    } as never)
    const team = await world.system.team.create({ name: 'Blue' })
    const ann = await world.agent(['agent'], { teamIds: [team.id] })
    const bob = await world.agent()
    await world.customer('ada@example.org', { language: 'de-CH', fields: { tier: 'gold' } })
    const ticket = await world.open('ada@example.org', { teamId: team.id, tags: ['billing'], priority: 'P2' })
    await ann.desk.ticket.solve({ ticketId: ticket.id })
    await world.system.ticket.assign({ ticketId: ticket.id, assigneeId: bob.id, teamId: null })
    await world.pass(24 * HOUR)
    const facts = {
      agentId: ann.id,
      teamId: team.id,
      tags: ['billing'],
      priority: 'P2',
      language: 'de-CH',
      segment: 'gold',
    }
    expect(await world.surveyOf(ticket.id)).toMatchObject({ ...facts, channel: ticket.channel })
  })

  it('counts by the assignee what a customer or the desk solved', async () => {
    const world = await surveysWorld()
    const ann = await world.agent()
    const ticket = await world.solved('ada@example.org', { assigneeId: ann.id })
    expect(await world.surveyOf(ticket.id)).toMatchObject({ agentId: ann.id })
  })

  it('lets the delay pass in the open time of a calendar', async () => {
    const office = { timeZone: 'Europe/Berlin', weekly: { mon: [['09:00', '17:00']], tue: [['09:00', '17:00']] } }
    const world = await surveysWorld({ delay: '8h', calendar: 'office' }, {}, {
      policies: { calendars: { office } },
    } as never)
    const ticket = await world.solved()
    // Monday 10:30 in Berlin: six and a half hours are left, one and a half come from Tuesday.
    expect(await world.surveyOf(ticket.id)).toMatchObject({ dueAt: '2026-03-03T09:30:00.000Z' })
  })

  it('gives a ticket the first survey whose condition it meets, and one that meets none nothing', async () => {
    const other = { ...AFTER_SOLVE, name: 'vip', where: { field: 'tags', has: 'vip' } }
    const world = await surveysWorld({ where: { field: 'priority', is: 'P1' } }, {})
    await world.system.policy.publish({
      name: 'surveys',
      document: { surveys: [{ ...AFTER_SOLVE, where: { field: 'priority', is: 'P1' } }, other], cap: null },
    })
    const vip = await world.solved('ada@example.org', { tags: ['vip'] })
    const plain = await world.solved('bob@example.org')
    expect(await world.surveyOf(vip.id)).toMatchObject({ survey: 'vip', policyNumber: 2 })
    expect(await world.surveyOf(plain.id)).toBeUndefined()
  })
})

describe('a ticket that goes another way', () => {
  it('takes its survey back when it is reopened before the sending, and is asked about anew after the next solving', async () => {
    const world = await surveysWorld()
    const ticket = await world.solved()
    const first = await world.surveyOf(ticket.id)
    const names = await world.during(() => world.system.ticket.reopen({ ticketId: ticket.id }))
    expect(names).toEqual(['ticket.reopened', 'survey.withdrawn'])
    await world.pass(48 * HOUR)
    await world.system.ticket.solve({ ticketId: ticket.id })
    await world.pass(24 * HOUR)
    const surveys = await world.all()
    expect(surveys.map(({ state, reason }) => [state, reason])).toEqual([
      ['withdrawn', 'reopened'],
      ['sent', null],
    ])
    expect(surveys[0]?.id).toBe(first.id)
  })

  it('leaves a survey that was sent to its answer when it is reopened', async () => {
    const world = await surveysWorld()
    const ticket = await world.solved()
    await world.pass(24 * HOUR)
    const token = await world.tokenFor(ticket.id)
    await world.system.ticket.reopen({ ticketId: ticket.id })
    await world.system.survey.answer({ token, answers: { score: 5 } })
    expect(await world.surveyOf(ticket.id)).toMatchObject({ state: 'answered', score: 5 })
  })

  it.each(['merged', 'deleted'] as const)(
    'takes planned and sent surveys back when it is %s, and their tokens die',
    async (how) => {
      const world = await surveysWorld()
      const sent = await world.solved()
      await world.pass(24 * HOUR)
      const planned = await world.solved('bob@example.org')
      const token = await world.tokenFor(sent.id)
      const into = await world.open('cid@example.org')
      for (const { id } of [sent, planned])
        if (how === 'deleted') await world.system.ticket.delete({ ticketId: id })
        else await world.system.ticket.merge({ ticketId: id, intoId: into.id })
      for (const { id } of [sent, planned])
        expect(await world.surveyOf(id)).toMatchObject({
          state: 'withdrawn',
          reason: how,
          tokenHash: null,
          nonce: null,
        })
      const before = await dump(world.store, 'main')
      expect(await codeOf(world.system.survey.answer({ token, answers: { score: 5 } }))).toBe('survey.unknown-token')
      expect(await codeOf(world.system.survey.byToken({ token }))).toBe('survey.unknown-token')
      expect(await dump(world.store, 'main')).toBe(before)
      expect(await world.desk.dead({ of: 'timer' })).toEqual([])
    },
  )

  it('takes them back as well when surveys were taken out of the policy since', async () => {
    const world = await surveysWorld()
    const sent = await world.solved()
    await world.pass(24 * HOUR)
    const planned = await world.solved('bob@example.org')
    const token = await world.tokenFor(sent.id)
    await world.system.policy.publish({ name: 'surveys', document: { surveys: [] } })
    for (const { id } of [sent, planned]) await world.system.ticket.delete({ ticketId: id })
    expect((await world.all()).map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn'])
    expect(await codeOf(world.system.survey.answer({ token, answers: { score: 5 } }))).toBe('survey.unknown-token')
  })

  it('stays dead after unmerging', async () => {
    const world = await surveysWorld()
    const ticket = await world.solved()
    await world.pass(24 * HOUR)
    const token = await world.tokenFor(ticket.id)
    const into = await world.open('ada@example.org')
    await world.system.ticket.merge({ ticketId: ticket.id, intoId: into.id })
    await world.system.ticket.unmerge({ ticketId: ticket.id })
    expect(await codeOf(world.system.survey.answer({ token, answers: { score: 5 } }))).toBe('survey.unknown-token')
  })
})

describe('who is not asked', () => {
  const reasonOf = async (world: Awaited<ReturnType<typeof surveysWorld>>, ticketId: `tkt_${string}`) => {
    const { state, reason } = await world.surveyOf(ticketId)
    return [state, reason]
  }

  it('are those who write by machine only, spam, and the desk’s own people', async () => {
    const world = await surveysWorld({}, { ownAddresses: ['@example.net', 'desk@example.com'] })
    const machine = await world.solved('mailer-daemon@example.org')
    const spam = await world.solved('eve@example.org', { tags: ['spam'] })
    const own = await world.solved('ann@example.net')
    const desk = await world.solved('desk@example.com')
    const neighbour = await world.solved('ann@example.com')
    const gone = await world.customer('gone@example.org')
    const away = await world.open('gone@example.org', { author: 'actor' })
    await gone.desk.ticket.reply({ ticketId: away.id, body: 'I am out of the office.', automatic: true })
    await world.system.ticket.solve({ ticketId: away.id })
    expect(await reasonOf(world, machine.id)).toEqual(['suppressed', 'automatic'])
    expect(await reasonOf(world, spam.id)).toEqual(['suppressed', 'spam'])
    expect(await reasonOf(world, own.id)).toEqual(['suppressed', 'own-address'])
    expect(await reasonOf(world, desk.id)).toEqual(['suppressed', 'own-address'])
    expect(await reasonOf(world, neighbour.id)).toEqual(['planned', null])
    expect(await reasonOf(world, away.id)).toEqual(['suppressed', 'automatic'])
  })

  it('are those who were asked lately, by any survey', async () => {
    const world = await surveysWorld({ delay: '0s' }, { cap: { atMost: 1, within: '720h' } })
    const first = await world.solved()
    const second = await world.solved()
    await world.pass(0)
    // Both were planned before one was sent; the sending looks again.
    expect([await reasonOf(world, first.id), await reasonOf(world, second.id)].sort()).toEqual([
      ['sent', null],
      ['suppressed', 'frequency-cap'],
    ])
    await world.pass(719 * HOUR)
    expect(await reasonOf(world, (await world.solved()).id)).toEqual(['suppressed', 'frequency-cap'])
    await world.pass(HOUR)
    expect(await reasonOf(world, (await world.solved()).id)).toEqual(['planned', null])
  })

  it('are those who opted out, also between the planning and the sending, until they opt in', async () => {
    const world = await surveysWorld()
    const ada = await world.customer('ada@example.org')
    const ticket = await world.solved()
    await ada.desk.survey.optOut({ customerId: ada.id })
    await world.pass(24 * HOUR)
    expect(await reasonOf(world, ticket.id)).toEqual(['suppressed', 'opted-out'])
    expect(await reasonOf(world, (await world.solved()).id)).toEqual(['suppressed', 'opted-out'])
    await ada.desk.survey.optIn({ customerId: ada.id })
    expect(await reasonOf(world, (await world.solved()).id)).toEqual(['planned', null])
  })

  it('are those whom the latest survey did not reach, until their addresses change', async () => {
    const world = await surveysWorld()
    const ticket = await world.solved()
    await world.pass(24 * HOUR)
    const { id, customerId } = await world.surveyOf(ticket.id)
    await world.system.survey.bounce({ surveyId: id })
    expect(await reasonOf(world, (await world.solved()).id)).toEqual(['suppressed', 'bounced'])
    world.clock.advance(1)
    const identities = [{ kind: 'email' as const, value: 'ada@example.com' }]
    await world.system.customer.change({ customerId, identities })
    expect(await reasonOf(world, (await world.solved('ada@example.com')).id)).toEqual(['planned', null])
  })

  it('goes on for whoever a customer is merged into', async () => {
    const world = await surveysWorld({}, { cap: { atMost: 1, within: '720h' } })
    const ada = await world.customer('ada@example.org')
    const ida = await world.customer('ida@example.org')
    await world.system.survey.optOut({ customerId: ada.id })
    const waiting = await world.solved('ida@example.org')
    await world.system.customer.merge({ customerId: ada.id, into: ida.id })
    await world.pass(24 * HOUR)
    expect(await reasonOf(world, waiting.id)).toEqual(['suppressed', 'opted-out'])
    expect(await reasonOf(world, (await world.solved('ada@example.org')).id)).toEqual(['suppressed', 'opted-out'])
    await world.system.survey.optIn({ customerId: ida.id })
    expect(await reasonOf(world, (await world.solved('ada@example.org')).id)).toEqual(['planned', null])
  })

  it('finds the one who goes on where the requester of a ticket is a pointer', async () => {
    const world = await surveysWorld()
    const ada = await world.customer('ada@example.org')
    const ida = await world.customer('ida@example.org')
    const old = await world.open('ada@example.org')
    const sooner = await world.solved('ada@example.org')
    await world.system.customer.merge({ customerId: ada.id, into: ida.id })
    await world.system.ticket.solve({ ticketId: old.id })
    expect(await world.surveyOf(old.id)).toMatchObject({ customerId: ida.id, state: 'planned' })
    await world.pass(24 * HOUR)
    expect(await world.surveyOf(sooner.id)).toMatchObject({ state: 'sent' })
  })

  it('is not the business of a survey that was taken out of the policy since', async () => {
    const world = await surveysWorld()
    const ticket = await world.solved()
    await world.system.policy.publish({ name: 'surveys', document: { surveys: [], cap: null } })
    await world.pass(24 * HOUR)
    expect(await reasonOf(world, ticket.id)).toEqual(['suppressed', 'policy-ended'])
  })

  it('falls the same way for a customer and a ticket under a seed, and a larger share keeps the smaller', async () => {
    const world = await surveysWorld({ share: 0.5 })
    for (let n = 0; n < 60; n++) await world.solved(`c${n}@example.org`)
    const states = (await world.all()).map(({ state, reason }) => `${state} ${reason}`)
    expect(new Set(states)).toEqual(new Set(['planned null', 'suppressed sampled-out']))
    expect(states.filter((state) => state === 'planned null').length).toBeGreaterThan(15)
    expect(states.filter((state) => state === 'planned null').length).toBeLessThan(45)
  })
})

describe('asking by command', () => {
  it('sends at once, by hand or after a call, and says who asked', async () => {
    const world = await surveysWorld({ after: 'hand' })
    const ann = await world.agent()
    const ticket = await world.open()
    const survey = await ann.desk.survey.invite({ ticketId: ticket.id })
    expect(survey).toMatchObject({ state: 'planned', occasion: 'hand', dueAt: MONDAY, invitedBy: ann.id })
    await world.pass(0)
    expect(await world.surveyOf(ticket.id)).toMatchObject({ state: 'sent' })
  })

  it('asks once about each call, and refuses a survey that there is not', async () => {
    const world = await surveysWorld({ after: 'call' })
    const ticket = await world.open()
    const about = (of: string) => world.system.survey.invite({ ticketId: ticket.id, occasion: 'call', of })
    await about('call-1')
    await about('call-2')
    expect(await codeOf(about('call-1'))).toBe('survey.already-asked')
    expect(await codeOf(world.system.survey.invite({ ticketId: ticket.id }))).toBe('survey.unknown')
  })

  it('asks about a chat whatever was asked about the solving', async () => {
    const chat = { ...AFTER_SOLVE, name: 'after-chat', after: 'chat' as const }
    const world = await surveysWorld({}, { surveys: [AFTER_SOLVE, chat] })
    const ticket = await world.solved()
    const survey = await world.system.survey.invite({ ticketId: ticket.id, occasion: 'chat', of: 'chat-1' })
    expect(survey).toMatchObject({ survey: 'after-chat', state: 'planned', reason: null })
  })

  it('asks about one solving once, whether by hand or by itself', async () => {
    const world = await surveysWorld()
    const hand = { ...AFTER_SOLVE, name: 'by-hand', after: 'hand' as const }
    await world.system.policy.publish({ name: 'surveys', document: { surveys: [AFTER_SOLVE, hand], cap: null } })
    const ticket = await world.open()
    await world.system.survey.invite({ ticketId: ticket.id })
    await world.system.ticket.solve({ ticketId: ticket.id })
    const states = (await world.all()).map(({ survey, state, reason }) => [survey, state, reason])
    expect(states.sort()).toEqual([
      ['after-solve', 'suppressed', 'already-asked'],
      ['by-hand', 'planned', null],
    ])
  })

  it('lets two who ask at once ask once', async () => {
    const world = await surveysWorld({ after: 'hand' })
    const ticket = await world.open()
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(world.system.survey.invite({ ticketId: ticket.id }))))
    expect(codes.sort()).toEqual(['done', 'survey.already-asked', 'survey.already-asked'])
  })
})

describe('the secret', () => {
  it('is asked for when surveys are, in code or by command', async () => {
    expect(await codeOf(() => surveysWorld({}, {}, { secret: undefined }))).toBe('survey.no-secret')
    expect(await codeOf(() => surveysWorld({}, {}, { secret: 'short' }))).toBe('survey.no-secret')
    const { system } = await surveysWorld()
    expect(await codeOf(system.policy.publish({ name: 'surveys', document: { surveys: [AFTER_SOLVE] } }))).toBe('done')
  })

  it('and its tokens stand in no record, no entry, no delivery', async () => {
    const carried: string[] = []
    const world = await surveysWorld({}, {}, {
      transports: [{ name: 'wire', deliver: async (delivery: object) => void carried.push(JSON.stringify(delivery)) }],
    } as never)
    const ticket = await world.solved()
    await world.pass(24 * HOUR)
    const token = await world.tokenFor(ticket.id)
    await world.system.survey.answer({ token, answers: { score: 2, comment: 'Much too slow, Ann!' } })
    await world.desk.tick()
    const kept = await dump(world.store, 'main')
    const verifier = token.slice(token.indexOf('-') + 1)
    expect(kept.includes(verifier) || kept.includes(SECRET)).toBe(false)
    expect(carried.length).toBeGreaterThan(3)
    const journal = JSON.stringify((await world.system.event.find({ limit: 1000 })).items) + carried.join()
    for (const part of [
      verifier,
      SECRET,
      'Much too slow',
      (await world.surveyOf(ticket.id)).tokenHash ?? 'hash',
      'nonce',
    ])
      expect(journal.includes(part)).toBe(false)
    expect((await world.desk.verify()).findings).toEqual([])
  })
})
