/** How a ticket's time went so far: part of the fold of its journal, and what its measures are taken from. */
import type { Happened } from '../decider.ts'
import type { Instant } from '../time.ts'
import type { Course, Waits } from './course-words.ts'
import type { Ticket, TicketEvents } from './ticket.ts'
import { evolveTicket } from './ticket-evolve.ts'

/** Whether somebody is still to do something about it: it counts in the backlog. */
function isUnsolved(ticket: Ticket): boolean {
  return waitsIn(ticket) !== 'none'
}

function waitsIn({ category, deletedAt, mergedInto }: Ticket): Waits {
  if (deletedAt !== null || mergedInto !== null) return 'none'
  if (category === 'pending') return 'agent'
  if (category === 'new' || category === 'open') return 'requester'
  return category === 'hold' ? 'hold' : 'none'
}

/** A ticket after an event, as it is stored. */
export function evolveWhole(ticket: Ticket | null, event: Happened<keyof TicketEvents>): Ticket {
  const after = evolveTicket(ticket, event)
  if (ticket === null) return { course: courseBegun(after), ...(after as Omit<Ticket, 'course'>) }
  const course = evolveCourse(ticket, event, after)
  return course === after.course ? after : { ...after, course }
}

/** The course of a ticket that has just been opened. */
function courseBegun(ticket: Ticket): Course {
  const { openedAt } = ticket
  return {
    askedAt: openedAt,
    repliedAt: null,
    unansweredSince: null,
    replies: 0,
    contacts: 1,
    stays: [[openedAt, waitsIn(ticket)]],
    solves: 0,
    solvedAt: null,
    askedAgain: false,
  }
}

/** The course after an event, which made `after` of `before`. */
function evolveCourse(before: Ticket, event: Happened<keyof TicketEvents>, after: Ticket): Course {
  const course = spoken(before, event)
  const waits = waitsIn(after)
  if (waits === course.stays.at(-1)?.[1]) return course
  const stays = stood(course.stays, event.at, waits)
  // What is set aside is not solved: nobody answered it.
  const isSolved = waits === 'none' && after.deletedAt === null && after.mergedInto === null && isUnsolved(before)
  return isSolved
    ? { ...course, stays, solves: course.solves + 1, solvedAt: event.at, askedAgain: false }
    : { ...course, stays }
}

/** A stay without length leaves nothing behind. */
function stood(stays: Course['stays'], at: Instant, waits: Waits): Course['stays'] {
  const lasting = stays.at(-1)?.[0] === at ? stays.slice(0, -1) : stays
  return lasting.at(-1)?.[1] === waits ? lasting : [...lasting, [at, waits]]
}

function spoken({ course, messageCount }: Ticket, event: Happened<keyof TicketEvents>): Course {
  switch (event.name) {
    case 'message.posted':
    case 'message.arrived':
    case 'message.moved':
    case 'message.copied': {
      const { authorKind, visibility, automatic } = event.data
      if (visibility !== 'public' || automatic) return course
      const isOpening = event.name === 'message.posted' ? messageCount === 0 : event.name !== 'message.arrived'
      if (authorKind === 'customer')
        return isOpening ? { ...course, askedAt: event.at, contacts: 1 } : asked(course, event.at)
      if (authorKind !== 'agent') return course
      if (!isOpening) return answered(course, event.at)
      return messageCount === 0 ? { ...course, askedAt: null, contacts: 0 } : course
    }
    case 'ticket.absorbed':
      return absorbed({ ...course, contacts: course.contacts + event.data.ids.length }, event.data.waitingSince)
    case 'ticket.released':
      return { ...course, contacts: course.contacts - event.data.ids.length }
    default:
      return course
  }
}

function asked(course: Course, at: Instant): Course {
  return {
    ...course,
    contacts: course.contacts + 1,
    askedAt: course.askedAt ?? at,
    unansweredSince: course.repliedAt === null ? null : (course.unansweredSince ?? at),
    askedAgain: course.solves > 0,
  }
}

// An agent who opens a ticket and goes on writing has not replied to anybody yet.
function answered(course: Course, at: Instant): Course {
  const replies = course.replies + 1
  return course.askedAt === null
    ? { ...course, replies }
    : { ...course, replies, repliedAt: course.repliedAt ?? at, unansweredSince: null }
}

/** Whoever waits in the ticket that goes on has waited as long as either customer. */
function absorbed(course: Course, since: Instant | null): Course {
  const waits = course.repliedAt === null ? 'askedAt' : 'unansweredSince'
  const own = course[waits]
  return since === null || (own !== null && own <= since) ? course : { ...course, [waits]: since }
}
