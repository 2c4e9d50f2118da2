/** The file of the store: one JSON text a line, only ever appended to, and on the disk before anybody is answered. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { storeFault } from 'deskwright'

export interface LogFile {
  /** Appends one line and gives what a reader of the file will find there. When this returns, it has survived a power cut. */
  append<T extends object>(entry: T): T
  close(): void
}

/** The first line, so that no other file is taken for one of ours, nor a later layout for this one. */
const HEADER = { holds: 'deskwright-lines', layout: 1 }

/**
 * Opens the file, or makes it, and hands over what it holds, line by line.
 *
 * @throws DeskError `store.foreign`, `store.newer-schema`, `store.locked`, or `store.unavailable` for a damaged file.
 */
export function openLog(place: string, read: (entry: unknown) => void): LogFile {
  const path = resolve(place)
  lock(path)
  try {
    const { lines, bytes } = wholeLines(path)
    const file = openSync(path, 'a')
    // A last line that a crash has cut off was never answered for: it is taken away, and never happened.
    ftruncateSync(file, bytes)
    const log = appendTo(path, file)
    if (lines.length === 0) begin(path, log)
    for (const line of lines.slice(1)) read(line)
    return log
  } catch (error) {
    unlock(path)
    throw error
  }
}

function appendTo(path: string, file: number): LogFile {
  let failure: unknown = null
  return {
    append(entry) {
      if (failure !== null) throw brokenOff(path, failure)
      // Before anything is written: what JSON cannot hold is refused here, and leaves no half a line.
      const text = JSON.stringify(entry)
      const line = Buffer.from(`${text}\n`)
      try {
        for (let from = 0; from < line.length; ) from += writeSync(file, line, from)
        fsyncSync(file)
      } catch (error) {
        failure = error
        throw brokenOff(path, error)
      }
      return JSON.parse(text)
    },
    close() {
      closeSync(file)
      unlock(path)
    },
  }
}

// Nobody knows what is on the disk after a failed sync, and a second one may say that all is well. Opening reads it anew.
function brokenOff(place: string, cause: unknown) {
  return storeFault('store.unavailable', { place, reason: `writing failed (${cause}); open it anew` }, { cause })
}

/** All lines but a torn last one, and how many bytes they take. */
function wholeLines(path: string): { readonly lines: readonly unknown[]; readonly bytes: number } {
  const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  const lines: unknown[] = []
  let bytes = 0
  for (let end = content.indexOf('\n'); end >= 0; end = content.indexOf('\n', bytes)) {
    const line = parsed(content.toString('utf8', bytes, end))
    if (lines.length === 0) refuseForeign(path, line)
    const isLast = end + 1 === content.length
    if (line === undefined && isLast) break
    if (line === undefined)
      throw storeFault('store.unavailable', { place: path, reason: `line ${lines.length + 1} is damaged` })
    lines.push(line)
    bytes = end + 1
  }
  // Not even a first line: a file that a crash left while it was made, or none of ours.
  if (lines.length === 0 && !JSON.stringify(HEADER).startsWith(content.toString())) refuseForeign(path, undefined)
  return { lines, bytes }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refuseForeign(place: string, line: unknown): void {
  const { holds, layout } = Object(line) as Partial<typeof HEADER>
  if (holds !== HEADER.holds) throw storeFault('store.foreign', { place, found: 'another file' })
  if (layout !== HEADER.layout)
    throw storeFault('store.newer-schema', { place, found: Number(layout), known: HEADER.layout })
}

function begin(path: string, log: LogFile): void {
  log.append(HEADER)
  // The file's name stands in its folder, which has to reach the disk as well.
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

const held = new Set<string>()

/** Two processes that append to one file, each with its own memory of it, would ruin it. */
function lock(path: string): void {
  const file = `${path}.lock`
  const isThere = existsSync(file)
  // None is ever seen empty while its process lives, see `make`: an empty one is what a power cut leaves.
  const owner = isThere ? Number(readFileSync(file, 'utf8')) : 0
  // What a dead process left is no lock, and in a container the dead one may have had our number.
  const isHeld = owner === process.pid ? held.has(path) : owner > 0 && isAlive(owner)
  if (isHeld) throw storeFault('store.locked', { place: path, waitedMs: 0 })
  if (isThere) rmSync(file, { force: true })
  make(path, file)
  held.add(path)
}

/** Makes the lock with our number in it at once: a link is made whole or not at all, and not where there is a file. */
function make(path: string, file: string): void {
  const own = `${file}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    linkSync(own, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw storeFault('store.locked', { place: path, waitedMs: 0 }, { cause: error })
  } finally {
    rmSync(own)
  }
}

function unlock(path: string): void {
  held.delete(path)
  rmSync(`${path}.lock`, { force: true })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
