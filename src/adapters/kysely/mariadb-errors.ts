/** What MariaDB's errors, and those of mysql2, mean to the store. */
import { isDeskError } from '../../domain/fault.ts'
import { fault } from '../../domain/refusals.ts'
import type { Meaning } from './async-engine.ts'

interface DriverError extends Error {
  readonly errno?: number
  readonly code?: string
  readonly fatal?: boolean
}

// ER_CHECKREAD: of two transactions of a host, the other has changed the row since this one's snapshot.
const CONFLICTS: readonly unknown[] = [1213, 1020]
const LOCK_WAIT_TIMEOUT = 1205
const HELD = 'another transaction held for longer than innodb_lock_wait_timeout what this one needed'
// The server shuts down, or somebody has ended the connection.
const LOST: readonly unknown[] = [1053, 1927, 'PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']

/** @param place - for messages. */
export function mariadbMeaning(place: string): Meaning {
  return {
    isConflict: (error) => CONFLICTS.includes((error as DriverError).errno),
    isLost,
    toFault(error) {
      if (isDeskError(error) || !(error instanceof Error)) return error
      const reason = (error as DriverError).errno === LOCK_WAIT_TIMEOUT ? HELD : error.message
      return fault('store.unavailable', { place, reason }, { cause: error })
    },
  }
}

function isLost(error: unknown): boolean {
  const { errno, code, fatal } = error as DriverError
  return fatal === true || LOST.includes(errno) || LOST.includes(code)
}
