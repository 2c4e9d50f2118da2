/** A dry run: the whole ladder as it would go if nobody answered, as data, as text and as a picture. */
import { type InstantLike, toMs } from '../domain/time.ts'
import { zoneOf } from '../sla/zone.ts'
import { drawLadder, type LadderCourse, type Rung, saysLadder } from './draw-ladder.ts'
import type { EscalationPolicy } from './escalation-policy.ts'
import { climb, type LadderWorld, take } from './ladder.ts'
import type { LadderEvent, Urgency } from './ladder-words.ts'
import { type EscalationSurroundings, worldOf } from './replay-escalation.ts'

/** The whole ladder, with how it is read. */
export interface EscalationPreview extends LadderCourse {
  readonly text: string
  /** Stands alone; follows the reader's light or dark setting. */
  readonly svg: string
}

/** How a preview is shown. */
export interface PreviewLook {
  /** In which instants are written. Absent: UTC. */
  readonly timeZone?: string
  /** Names of people by id. */
  readonly names?: Readonly<Record<string, string>>
}

/**
 * Runs a policy as if it were triggered at an instant and nobody answered.
 *
 * @throws DeskError as `replayEscalation`.
 */
export function previewEscalation(
  given: EscalationSurroundings & PreviewLook & { readonly at: InstantLike; readonly urgency?: Urgency },
): EscalationPreview {
  return previewIn(worldOf(given), { ...given, at: toMs(given.at) })
}

/** The same in a world that is there already. */
export function previewIn(
  world: LadderWorld,
  {
    at,
    urgency = 'high',
    timeZone = 'UTC',
    names = {},
  }: PreviewLook & { readonly at: number; readonly urgency?: Urgency },
): EscalationPreview {
  const zone = zoneOf(timeZone, 'timeZone').id
  const started = take(null, { type: 'trigger', at, urgency }, world)
  const rest = climb(started.ladder, { at: Number.POSITIVE_INFINITY, due: 'before' }, world)
  const events = [...started.events, ...rest.events]
  const plain = {
    policy: world.policy.name,
    startedAt: at,
    rungs: events.flatMap((event) => rungOf(event, world.policy)),
    exhaustedAt: events.findLast(({ name }) => name === 'exhausted')?.at ?? null,
  }
  const look = { timeZone: zone, nameOf: (id: string) => (Object.hasOwn(names, id) ? (names[id] as string) : id) }
  return { ...plain, text: saysLadder(plain, look), svg: drawLadder(plain, look) }
}

function rungOf(event: LadderEvent, { steps }: EscalationPolicy): Rung[] {
  return event.name === 'told' || event.name === 'passed'
    ? [{ ...event, named: steps[event.step - 1]?.name ?? null }]
    : []
}
