/** Most tickets hang on no other, so what follows families is loaded when the first does. */
import type { Closing } from './family-guard.ts'
import type { FamilyFollowed } from './family-kin.ts'
import { concernsFamily } from './family-marks.ts'
import type { House } from './house.ts'
import { loadRest } from './load-rest.ts'

/**
 * A command's commit, with what it does to tickets that hang together.
 *
 * @throws DeskError as `followFamily` does.
 */
export async function familyAfter(
  house: House,
  closing: Closing,
  known: Pick<FamilyFollowed, 'read' | 'drafts'>,
): Promise<FamilyFollowed> {
  if (!concernsFamily(known.drafts, known.read.stored)) return { writes: [], checks: [], set: [], ...known }
  return (await loadRest()).followFamily(house, closing, known)
}
