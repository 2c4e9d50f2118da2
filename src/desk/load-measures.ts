/** Every ticket has measures, and no start needs them: they are loaded when the first ticket is opened, once for the process. */
import type { Follow } from './follow-words.ts'

let loading: Promise<Follow> | undefined

// Kept, since even what is loaded already costs a look-up at every command.
export function loadMeasures(): Promise<Follow> {
  loading ??= import('./follow-measures.ts').then(({ followMeasures }) => followMeasures)
  return loading
}
