/** Makes the stream that events go to, for hosts that have nobody else to do it. */
import type { StreamConfig } from '@nats-io/jetstream'
import type { Line } from './connection.ts'
import { toFault } from './nats-faults.ts'

/** How a stream is made; what is left out is as the server has it. Lengths are milliseconds. */
export interface NewStream {
  /** How many servers keep each event, 1 to 5. */
  readonly replicas?: number | undefined
  /** Where. `file` unless said. */
  readonly storage?: 'file' | 'memory' | undefined
  /** Events older than this are dropped. */
  readonly maxAgeMs?: number | undefined
  /** The oldest events are dropped beyond this. */
  readonly maxBytes?: number | undefined
  /** For how long repeats are recognised. Two minutes unless said. */
  readonly duplicateWindowMs?: number | undefined
}

const NANOSECONDS = 1_000_000

/**
 * Makes the stream, named as the route says or `DESK`, for all subjects below its root. One that is there already with
 * the same settings is left as it is.
 *
 * @throws DeskError `nats.refused` when there is one of the name, or for the subjects, with other settings.
 */
export async function makeStream(
  line: Line,
  { replicas, storage = 'file', maxAgeMs, maxBytes, duplicateWindowMs }: NewStream,
  { root, stream = 'DESK' }: { readonly root: string; readonly stream: string | undefined },
): Promise<void> {
  const subjects = [`${root}.>`]
  const config = {
    name: stream,
    subjects,
    storage,
    ...(replicas === undefined ? {} : { num_replicas: replicas }),
    ...(maxAgeMs === undefined ? {} : { max_age: maxAgeMs * NANOSECONDS }),
    ...(maxBytes === undefined ? {} : { max_bytes: maxBytes }),
    ...(duplicateWindowMs === undefined ? {} : { duplicate_window: duplicateWindowMs * NANOSECONDS }),
  } as Partial<StreamConfig> & { name: string }
  try {
    const manager = await line.manager()
    await manager.streams.add(config)
  } catch (error) {
    throw toFault(error, { subject: subjects.join(), bytes: 0 })
  }
}
