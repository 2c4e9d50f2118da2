/** All that the desk does with surveys, in one piece that can be loaded late. */
export { surveyCommands } from '../domain/surveys/survey-commands.ts'
export { followSurveys } from './follow-surveys.ts'
export { surveyQueries } from './survey-queries.ts'
