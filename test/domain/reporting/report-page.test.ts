/** The page of a report stands alone, reads well to everybody, and shows the numbers of the report. */
import { type Report, reportCsv, reportPage } from 'deskwright/reports'
import { describe, expect, it } from 'vitest'

const place = (metric: Report['figures'][number]['metric'], period: string, group: string | null = null) => ({
  metric,
  period,
  group,
})

const report: Report = {
  asOf: '2026-05-01T00:00:00.000Z',
  ...{ timeZone: 'Europe/Zurich', per: 'month', by: null, time: 'calendar', windowMs: 604_800_000, names: {} },
  periods: [
    { name: '2026-03', from: '2026-02-28T23:00:00.000Z', until: '2026-03-31T22:00:00.000Z' },
    { name: '2026-04', from: '2026-03-31T22:00:00.000Z', until: '2026-04-30T22:00:00.000Z' },
  ],
  figures: [
    { ...place('firstReply', '2026-03'), kind: 'time', n: 3, mean: 5400, median: 3600, p90: 90_000 },
    { ...place('firstReply', '2026-04'), kind: 'time', n: 0, mean: null, median: null, p90: null },
    { ...place('oneTouch', '2026-03'), kind: 'share', n: 4, met: 3, share: 0.75 },
    { ...place('oneTouch', '2026-04'), kind: 'share', n: 0, met: 0, share: null },
    { ...place('nps', '2026-03'), kind: 'score', n: 9, value: -20, interval: { low: -60, high: 20 } },
    { ...place('nps', '2026-04'), kind: 'score', n: 1, value: 100, interval: null },
    { ...place('backlog', '2026-03'), kind: 'count', n: 12 },
    { ...place('backlog', '2026-04'), kind: 'count', n: 8 },
  ],
}

describe('the page of a report', () => {
  const page = reportPage(report, { title: 'Support & <care>' })

  it('loads nothing and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:\/\//i)
  })

  it('has a table of the same numbers beside every chart', () => {
    const sections = page.split('<section').slice(1)
    expect(sections.length).toBe(4)
    for (const section of sections) {
      expect(section).toMatch(/<svg [^>]*role="img" aria-labelledby/)
      expect(section).toMatch(/<title id="[^"]+">.+<\/title><desc id="[^"]+">.+<\/desc>/)
      expect(section).toMatch(/<caption>.+<\/caption>/)
      expect(section).toContain('<th scope="row">2026-04</th>')
    }
    expect(page).toContain('<td>1 h</td>')
    expect(page).toContain('<td>1 d 1 h</td>')
    expect(page).toContain('<td>75 %</td><td>30.1 % to 95.4 %</td>')
  })

  it('shows what there is none of as a dash, and interrupts the line', () => {
    expect(page).toContain('<th scope="row">2026-04</th><td>0</td><td>–</td><td>–</td><td>–</td>')
  })

  it('tells its lines apart by more than colour, in light and in dark', () => {
    expect(page).toContain('stroke-dasharray')
    expect(page).toContain('prefers-color-scheme:dark')
  })

  it('takes every text for text', () => {
    expect(page).toContain('<title>Support &#38; &#60;care&#62;</title>')
    const named = reportPage({
      ...report,
      ...{ by: 'team', names: { tea_1: '<img src=x onerror=alert(1)>"\'' } },
      figures: [{ ...place('created', '2026-03', 'tea_1'), kind: 'count', n: 1 }],
    })
    expect(named).not.toMatch(/<img|onerror="|'"/)
    expect(named).toContain('&#60;img src=x onerror=alert(1)&#62;&#34;&#39;')
  })

  it('knows no names but the report’s own', () => {
    const tagged: Report = {
      ...report,
      ...{ by: 'tag', figures: [{ ...place('created', '2026-03', 'constructor'), kind: 'count', n: 1 }] },
    }
    expect(reportPage(tagged)).toContain('constructor')
    expect(reportCsv(tagged).split('\r\n')[1]).toMatch(/,constructor,,1,/)
  })

  it('is of a few kilobytes', () => {
    expect(page.length).toBeLessThan(20_000)
  })
})

describe('the CSV of a report', () => {
  it('has a line for each figure, in seconds and shares', () => {
    const lines = reportCsv(report).split('\r\n')
    expect(lines[0]).toBe('metric,unit,period,from,until,group,name,n,met,value,mean,p90,low,high')
    expect(lines[1]).toBe(
      'firstReply,seconds,2026-03,2026-02-28T23:00:00.000Z,2026-03-31T22:00:00.000Z,,,3,,3600,5400,90000,,',
    )
    expect(lines[2]).toMatch(/,0,,,,,,$/)
    expect(lines[5]).toMatch(/^nps,points,2026-03,.*,9,,-20,,,-60,20$/)
    expect(lines.length).toBe(10)
  })
})
