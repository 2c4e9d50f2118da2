/** The transport cases are only worth what they refuse: sound transports pass, and each broken one is rejected by the case that names it. */
import { describe, expect, it } from 'vitest'
import { runTransportCase, runTransportCases } from '../../src/testing/run-transport-cases.ts'
import type { TransportCase } from '../../src/testing/transport-case.ts'
import { transportCases } from '../../src/testing/transport-cases.ts'
import { brokenTransports, soundTransports } from './broken-transports.ts'

describe('the transport cases', () => {
  it('have ids that are unique and follow one form, and titles that are unique facts', () => {
    const ids = transportCases.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !/^transport\.[a-z]+\.[a-z0-9-]+$/.test(id))).toEqual([])
    const titles = transportCases.map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
    expect(titles.filter((title) => /\bshould\b|\.$/.test(title))).toEqual([])
  })

  it('are each failed by some broken transport, but for some on content alone', async () => {
    const failed = new Set<string>()
    for (const { open } of brokenTransports)
      for (const { id } of (await runTransportCases({ open })).failed) failed.add(id)
    const never = transportCases.map(({ id }) => id).filter((id) => !failed.has(id))
    expect(never.filter((id) => !id.startsWith('transport.content.'))).toEqual([])
  })
})

describe('a sound transport', () => {
  it.each(Object.entries(soundTransports))('with %s passes', async (_, open) => {
    expect(await runTransportCases({ open })).toMatchObject({ failed: [], skipped: [] })
  })

  it('that cannot lose answers passes but for the cases on that, which say so', async () => {
    const open = () => {
      const { loseAnswers: _, ...opened } = soundTransports['one message for a change']()
      return opened
    }
    const report = await runTransportCases({ open })
    const reason = 'the other side cannot be made to lose its answers'
    expect(report).toMatchObject({ failed: [], skipped: [{ id: 'transport.repeat.lost-answer', reason }] })
    expect(report.text.split('\n')).toEqual([
      `${transportCases.length} transport cases: ${transportCases.length - 1} passed, 0 failed, 1 skipped`,
      `skipped transport.repeat.lost-answer: ${reason}`,
    ])
  })
})

describe('a transport that', () => {
  it.each(brokenTransports)('$that is rejected', async ({ open, rejectedBy }) => {
    const { failed, passed, text } = await runTransportCases({ open })
    const ids = failed.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([...rejectedBy]))
    expect(text).toContain(`FAILED ${rejectedBy[0]}\n  promise: `)
    // A case that fails for every fault would name none of them.
    expect(passed.length).toBeGreaterThan(5)
  })
})

describe('a transport case', () => {
  it('closes what it opened, also when it fails', async () => {
    const stillOpen = new Set<object>()
    const setup = {
      open: () => {
        const opened = soundTransports['one message for a change']()
        stillOpen.add(opened)
        return { ...opened, close: () => void stillOpen.delete(opened) }
      },
    }
    const failing: TransportCase = {
      id: 'transport.a.b',
      title: 'it fails',
      about: 'taking',
      async run({ open }) {
        await open()
        await open()
        throw new Error('it failed')
      },
    }
    await expect(runTransportCase(failing, setup)).rejects.toThrow('it failed')
    expect(stillOpen.size).toBe(0)
  })
})
