/** The door `deskwright/scores`: what surveys were answered with, as scores that say how sure they are; usable alone. */
export type { Difference, Share } from './compare.ts'
export { compareMeans, compareNps, compareShares } from './compare.ts'
export type { Interval } from './interval.ts'
export { meanInterval, wilsonInterval } from './interval.ts'
export type { CesScore, CsatScore, NpsScore } from './score.ts'
export { ces, csat, nps } from './score.ts'
