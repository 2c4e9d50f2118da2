/** What a scored question can be, and the scale of each kind. */

/**
 * CSAT by 1–5 or by good and bad, CES 1.0 (1–5 of effort, low is good), CES 2.0 (1–7 of agreement that it was easy, high
 * is good), NPS by 0–10.
 */
export const SCORE_KINDS = ['csat', 'goodBad', 'ces1', 'ces2', 'nps'] as const
export type ScoreKind = (typeof SCORE_KINDS)[number]

/** The lowest and the highest answer of each kind; of `goodBad`, 0 is bad and 1 is good. */
export const SCALES: { readonly [K in ScoreKind]: readonly [low: number, high: number] } = {
  csat: [1, 5],
  goodBad: [0, 1],
  ces1: [1, 5],
  ces2: [1, 7],
  nps: [0, 10],
}
