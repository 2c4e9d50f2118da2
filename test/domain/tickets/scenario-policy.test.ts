import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPolicy } from '../../../src/domain/policies/publish-policy.ts'
import { fillTemplate } from '../../../src/domain/tickets/scenario-policy.ts'

const child = (rest: object) => ({ scenarios: { outage: { children: [{ subject: 'Check', ...rest }] } } })

/** What is wrong with a document, one sentence for each place. */
function wrong(document: object): string[] {
  try {
    checkPolicy('scenarios', document)
    return []
  } catch (error) {
    const { data } = error as { data: { issues: { place: string; reason: string }[] } }
    return data.issues.map(({ place, reason }) => `${place}: ${reason}`)
  }
}

describe('a scenario', () => {
  it('gives each child fixed values, copies of the parent, and parts that it follows', () => {
    const document = child({
      subject: '{subject} (#{number}) in {fields.site}',
      values: { type: 'task', teamId: 'tea_1', fields: { kind: 'network' } },
      inherit: ['assigneeId', 'fields.site'],
      map: { 'fields.from': 'fields.city' },
      follow: ['priority', 'tags'],
    })
    expect(wrong(document)).toEqual([])
  })

  it.each([
    ['a field given in two ways', { values: { tags: ['a'] }, follow: ['tags'] }, 'tags is given in two ways'],
    [
      'impact beside a followed priority',
      { values: { impact: 'high' }, follow: ['priority'] },
      'priority is given in two ways',
    ],
    [
      'its own field copied and fixed',
      { values: { fields: { a: 1 } }, inherit: ['fields.a'] },
      'fields.a is given in two ways',
    ],
    [
      'a part that no ticket has',
      { inherit: ['colour'] },
      'is none of type, priority, tags, teamId, assigneeId, fields.<name>',
    ],
    ['a part that cannot be followed', { follow: ['type'] }, 'is none of priority, tags, teamId, fields.<name>'],
    [
      'a place that stands for nothing',
      { subject: 'Hi {name}' },
      '{name} is none of {subject}, {number}, {fields.<name>}',
    ],
    ['a team as a priority', { map: { priority: 'teamId' } }, 'teamId can never be a priority'],
    ['a team of no such form', { values: { teamId: 'network' } }, 'is not the id of a team (tea_…)'],
  ])('with %s is refused', (_, rest, reason) => {
    expect(wrong(child(rest)).join()).toContain(reason)
  })

  it('without children is refused, and so is a name of another form', () => {
    expect(wrong({ scenarios: { outage: { children: [] } } })).toHaveLength(1)
    expect(wrong({ scenarios: { 'Big Outage': { children: [{ subject: 'A' }] } } })).toHaveLength(1)
  })
})

describe('a template', () => {
  it('fills its places once: what fills them is never read as a template', () => {
    const anything = fc.string()
    fc.assert(
      fc.property(anything, (text) => {
        expect(fillTemplate('[{subject}]', () => text)).toBe(`[${text}]`)
      }),
    )
    expect(fillTemplate('{number} {subject}', (name) => (name === 'number' ? '{subject}' : '7'))).toBe('{subject} 7')
  })
})
