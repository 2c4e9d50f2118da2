/** A progress bar on standard error, which says nothing where no person is looking: in pipes and files. */
import { SingleBar } from 'cli-progress'

/** Told how far the work is. */
export interface Progress {
  readonly start: (total: number) => void
  readonly advance: () => void
  readonly stop: () => void
}

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
    advance: () => bar.increment(),
    stop: () => bar.stop(),
  }
}
