/** The folds of every kind of record, those of late capabilities among them: for what reads any journal. */
import { evolveApiKey } from '../domain/api-keys/api-key-commands.ts'
import type { Evolvers } from '../domain/decider.ts'
import { evolveRespondent, evolveSurvey } from '../domain/surveys/survey-evolve.ts'
import { evolvers } from './assemble.ts'
import { evolveEscalation } from './escalation-record.ts'
import { wholeTickets } from './follow-measures.ts'

export const allEvolvers: Evolvers = {
  ...evolvers,
  survey: evolveSurvey,
  respondent: evolveRespondent,
  apiKey: evolveApiKey,
  escalation: evolveEscalation,
  ...wholeTickets,
}
