/** A file that outlives whoever writes it: one JSON value a line, on the disk before the call returns. */
import { existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** Appends to a file; several processes may append to one. */
export function appendTo(path: string): (value: object) => void {
  const file = openSync(path, 'a')
  return (value) => {
    // The line break stands first: what a killed writer left unfinished spoils no line but its own.
    writeSync(file, `\n${JSON.stringify(value)}`)
    fdatasyncSync(file)
  }
}

/** The whole lines of a file, in order; those that a kill cut off are left out. */
export function readLines<T>(path: string): T[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8').split('\n').flatMap(parse) as T[]
}

function parse(line: string): unknown[] {
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}
