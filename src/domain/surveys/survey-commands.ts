/** The commands of surveys: the table has their names, and this is loaded when the first is asked for. */
import { amend, answer, redactComment, unsubscribeByToken } from './answer.ts'
import { close } from './close-loop.ts'
import { invite, plan } from './invite.ts'
import { forget, optIn, optOut } from './opt-out.ts'
import { bounce, end, send } from './send.ts'
import { evolveRespondent, evolveSurvey } from './survey-evolve.ts'
import {
  answerSurvey,
  bounceSurvey,
  closeLoop,
  endSurvey,
  inviteToSurvey,
  nameRespondent,
  planSurvey,
  redactSurvey,
  sendSurvey,
  unsubscribe,
} from './survey-inputs.ts'

const evolves = { survey: evolveSurvey, respondent: evolveRespondent }

export const surveyCommands = {
  'survey.invite': {
    says: 'Asks the requester of a ticket by hand, or after a chat or call; or records why they are not asked.',
    input: inviteToSurvey,
    returns: 'survey',
    on: 'ticket',
    ...invite,
    evolves,
  },
  'survey.plan': {
    says: 'Chooses whether the requester of a solved ticket is asked, and when; the desk does so by itself.',
    input: planSurvey,
    returns: 'ticket',
    on: 'ticket',
    by: 'system',
    ...plan,
    evolves,
  },
  'survey.send': {
    says: 'Sends a survey that is due, or records why it is not sent after all; the desk does so by itself.',
    input: sendSurvey,
    returns: 'survey',
    on: 'survey',
    by: 'system',
    ...send,
    evolves,
  },
  'survey.end': {
    says: 'Ends a survey that is not to be answered any more, and its token; the desk does so by itself.',
    input: endSurvey,
    returns: 'survey',
    on: 'survey',
    by: 'system',
    ...end,
    evolves,
  },
  'survey.bounce': {
    says: 'Says that a survey did not reach its customer.',
    input: bounceSurvey,
    returns: 'survey',
    on: 'survey',
    ...bounce,
    evolves,
  },
  'survey.answer': {
    says: 'Answers a survey, once, by its token.',
    input: answerSurvey,
    returns: 'survey',
    ...answer,
    evolves,
  },
  'survey.amend': {
    says: 'Changes the answer to a survey, by its token, for as long as the policy says.',
    input: answerSurvey,
    returns: 'survey',
    ...amend,
    evolves,
  },
  'survey.redactComment': {
    says: 'Wipes what was written in a survey for good, with a reason; the score stays.',
    input: redactSurvey,
    returns: 'survey',
    on: 'survey',
    ...redactComment,
    evolves,
  },
  'survey.closeLoop': {
    says: 'Follows up a low answer as the policy says; the desk does so by itself.',
    input: closeLoop,
    returns: 'survey',
    on: 'survey',
    by: 'system',
    ...close,
    evolves,
  },
  'survey.unsubscribe': {
    says: 'Lets a customer out of all surveys, by the token of one.',
    input: unsubscribe,
    returns: 'respondent',
    ...unsubscribeByToken,
    evolves,
  },
  'survey.optOut': {
    says: 'Lets a customer out of all surveys.',
    input: nameRespondent,
    returns: 'respondent',
    on: 'customer',
    ...optOut,
    evolves,
  },
  'survey.optIn': {
    says: 'Lets a customer be asked again.',
    input: nameRespondent,
    returns: 'respondent',
    on: 'customer',
    ...optIn,
    evolves,
  },
  'survey.forget': {
    says: 'Wipes what a customer wrote in surveys, ends those that wait for an answer, and asks no more.',
    input: nameRespondent,
    returns: 'respondent',
    on: 'customer',
    ...forget,
    evolves,
  },
} as const
