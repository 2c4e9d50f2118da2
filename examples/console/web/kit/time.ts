/** Time as people read it: how long ago, how much is left; the latter ticks. */
import { el, unseen } from './dom.ts'

let ahead = 0

/** Takes the desk's time: what is left is counted by its clock, whatever this machine's says. */
export function setDeskTime(now: number): void {
  ahead = now - Date.now()
}

const deskNow = () => Date.now() + ahead

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `7:42`, `35 min`, `2 h 5 min`, `3 d 4 h`: seconds only where they count. */
export function saysLength(ms: number): string {
  const size = Math.abs(ms)
  if (size < 10 * MINUTE) {
    const seconds = Math.floor(size / 1000)
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  }
  if (size < HOUR) return `${Math.floor(size / MINUTE)} min`
  if (size < DAY) return `${Math.floor(size / HOUR)} h ${Math.floor((size % HOUR) / MINUTE)} min`
  return `${Math.floor(size / DAY)} d ${Math.floor((size % DAY) / HOUR)} h`
}

export function saysAgo(at: string): string {
  const ms = deskNow() - Date.parse(at)
  if (ms < MINUTE) return 'just now'
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`
  return `${Math.floor(ms / DAY)} d ago`
}

const WHOLE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' })

export const saysWhen = (at: string): string => WHOLE.format(Date.parse(at))
/** `14:05` today, else with the date. */
export function saysDue(at: string): string {
  const isToday = new Date(Date.parse(at)).toDateString() === new Date(deskNow()).toDateString()
  return isToday ? `today at ${CLOCK.format(Date.parse(at))}` : saysWhen(at)
}

export function ago(at: string): HTMLElement {
  return el('time', { datetime: at, title: saysWhen(at), 'data-ago': at }, saysAgo(at))
}

const SOON = 30 * MINUTE

/** The time left until an instant, or by how much it is late. It ticks while it is on the page. */
export function left(dueAt: string): HTMLElement {
  const text = el('span', { 'data-text': true })
  const time = el('time', { class: 'left', datetime: dueAt, title: saysWhen(dueAt), 'data-due': dueAt }, text)
  drawLeft(time)
  return time
}

function drawLeft(time: HTMLElement): void {
  const ms = Date.parse(time.dataset.due ?? '') - deskNow()
  const level = ms < 0 ? 'late' : ms < SOON ? 'soon' : 'fine'
  if (time.dataset.level !== level) {
    time.dataset.level = level
    time.replaceChildren(unseen(level === 'late' ? 'late by ' : 'due in '), el('span', { 'data-text': true }))
  }
  const text = time.querySelector('[data-text]')
  const says = `${level === 'late' ? '−' : ''}${saysLength(ms)}`
  if (text && text.textContent !== says) text.textContent = says
}

/** Moves everything on the page that ticks. */
export function startTicking(): void {
  setInterval(() => {
    for (const time of document.querySelectorAll<HTMLElement>('[data-due]')) drawLeft(time)
    for (const time of document.querySelectorAll<HTMLElement>('[data-ago]')) {
      const says = saysAgo(time.dataset.ago ?? '')
      if (time.textContent !== says) time.textContent = says
    }
  }, 1000)
}
