/** Surveys are loaded when the first is asked for. */
export const loadSurveys = () => import('./survey-part.ts')
