/** A progress bar on standard error, which says nothing where no person is looking: in pipes and files. */
import { SingleBar } from 'cli-progress'

/** Told how far the work is. */
export interface Progress {
  readonly start: (total: number) => void
  readonly advance: (by?: number) => void
  readonly stop: () => void
}

export const NO_PROGRESS: Progress = { start: () => {}, advance: () => {}, stop: () => {} }

export function progressBar(unit: string): Progress {
  const format = `  {bar}  {value} of {total} ${unit}, {percentage} %, {eta_formatted} to go`
  const bar = new SingleBar({
    format,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 40,
    hideCursor: true,
    clearOnComplete: true,
  })
  return {
    start: (total) => bar.start(total, 0),
    advance: (by = 1) => bar.increment(by),
    stop: () => bar.stop(),
  }
}
