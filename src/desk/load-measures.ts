/** Every ticket has measures, and no start needs them: they are loaded when the first ticket is opened, once for the process. */

const load = () => import('./follow-measures.ts')
let loading: ReturnType<typeof load> | undefined

// Kept, since even what is loaded already costs a look-up at every command.
export function loadMeasures(): ReturnType<typeof load> {
  loading ??= load()
  return loading
}
