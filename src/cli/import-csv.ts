/** Rows of a CSV file as commands: read once to see that all of it can be read, and once more to be done. */
import { createHash } from 'node:crypto'
import { closeSync, createReadStream, existsSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream'
import { TextDecoder } from 'node:util'
import { parse } from 'csv-parse'
import type { BatchItem } from '../desk/acting.ts'
import type { Outcome } from '../desk/batch.ts'
import { cliFault } from './cli-faults.ts'
import { type Named, openDesk } from './open-desk.ts'
import { actorOf } from './options.ts'
import { tableRows } from './table-rows.ts'
import type { Terminal } from './terminal.ts'
import { inputFrom, namesInstead, type Shape, shapeOf } from './values.ts'

export interface CsvRequest extends Named {
  readonly file: string
  readonly command?: string | undefined
  readonly refused?: string | undefined
  readonly tenant?: string | undefined
  readonly as?: string | undefined
  readonly json?: boolean | undefined
}

/** One row, and the line of the file on which it ends. */
interface CsvRow {
  readonly line: number
  readonly cells: Readonly<Record<string, string>>
}

interface Refused extends CsvRow {
  readonly code: string
  readonly message: string
}

/** Above a few hundred a larger commit is no faster. */
const BATCH = 500

export async function importCsv(request: CsvRequest, terminal: Terminal): Promise<number> {
  const { file, command = 'ticket.open' } = request
  const shape = await shapeOfCommand(command)
  const { columns, rows } = await checked(file, shape, command)
  mustBeWritable(request.refused, terminal)
  const by = actorOf(request.as)
  const { desk } = await openDesk(request, terminal)
  const acting = desk.as({ tenant: request.tenant, by })
  const progress = terminal.progress('rows')
  const refused: Refused[] = []
  let taken = 0
  progress.start(rows)
  try {
    for await (const [n, batch] of batches(file)) {
      const items = batch.map(({ cells }) => ({ name: command, input: inputOf(shape, cells) }))
      const outcomes: readonly Outcome<unknown>[] = await acting.batch(items as unknown as BatchItem[], {
        commandId: idOf(n, items),
      })
      taken += outcomes.filter(({ done }) => done).length
      refused.push(
        ...outcomes.flatMap((outcome, at) => (outcome.done ? [] : [refusal(batch[at] as CsvRow, outcome.fault)])),
      )
      progress.advance(batch.length)
    }
  } finally {
    progress.stop()
    await desk.close()
  }
  report({ rows, taken, refused, request, columns }, terminal)
  return taken === rows ? 0 : 1
}

/** Before anything is done: rows that were refused, and are named nowhere, would be lost. */
function mustBeWritable(path: string | undefined, { folder }: Terminal): void {
  if (path === undefined) return
  const file = resolve(folder, path)
  const isNew = !existsSync(file)
  try {
    // To append, as it may be the very file that is read.
    closeSync(openSync(file, 'a'))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const found = `${path}, which cannot be written (${code ?? message})`
    throw cliFault(
      'cli.bad-value',
      { option: '--refused', found, wanted: 'a file in a folder that is there' },
      { cause },
    )
  }
  if (isNew) rmSync(file)
}

async function shapeOfCommand(name: string): Promise<Shape> {
  const row = (await tableRows()).get(name)
  if (row?.does !== 'command') throw cliFault('cli.no-such', { name, near: ['ticket.open', 'customer.create'] })
  return shapeOf(row.input)
}

/** Reads the file to its end before anything is done: a quote that is never closed must not be found half way. */
async function checked(file: string, shape: Shape, command: string) {
  // It is read twice, and a pipe is empty the second time.
  if (!statSync(file).isFile()) throw cliFault('cli.bad-file', { path: file, reason: 'it is no regular file' })
  let rows = 0
  let columns: readonly string[] = []
  try {
    for await (const { cells } of rowsOf(file)) {
      if (rows === 0) columns = Object.keys(cells)
      rows += 1
    }
  } catch (cause) {
    throw cliFault('cli.bad-file', { path: file, reason: (cause as Error).message.replace(/\.$/, '') }, { cause })
  }
  if (rows === 0) throw cliFault('cli.bad-file', { path: file, reason: 'it has no rows below its heading' })
  for (const column of columns) {
    const known = namesInstead(shape, column)
    if (known === null) continue
    const has = known.length > 0 ? `has ${known.join(', ')}` : 'has no parts there'
    const reason = `the column ${JSON.stringify(column)} is no part of ${command}, which ${has}`
    throw cliFault('cli.bad-file', { path: file, reason })
  }
  return { columns, rows }
}

async function* rowsOf(file: string): AsyncGenerator<CsvRow> {
  const reader = parse({ columns: eachOnce, bom: true, skip_empty_lines: true, info: true })
  // An error goes to whoever reads the rows.
  const records = pipeline(createReadStream(file), wholeText, reader, () => {})
  for await (const { record, info } of records as AsyncIterable<{ record: CsvRow['cells']; info: { lines: number } }>)
    yield { line: info.lines, cells: record }
}

function eachOnce(columns: readonly string[]): string[] {
  const twice = columns.find((column, n) => columns.indexOf(column) !== n)
  if (twice !== undefined) throw new Error(`the column ${JSON.stringify(twice)} comes twice`)
  return [...columns]
}

/** The bytes as they are, once they are known to be text: what is no UTF-8 would be taken with letters missing. */
async function* wholeText(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined
  try {
    for await (const chunk of bytes) {
      const isUtf16 = chunk[0] === 0xff && chunk[1] === 0xfe
      decoder ??= new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true })
      decoder.decode(chunk, { stream: true })
      yield chunk
    }
    decoder?.decode()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw cause
    throw new Error('it is no text in UTF-8; save it as one', { cause })
  }
}

async function* batches(file: string): AsyncGenerator<readonly [n: number, rows: readonly CsvRow[]]> {
  let rows: CsvRow[] = []
  let n = 0
  for await (const row of rowsOf(file)) {
    rows.push(row)
    if (rows.length < BATCH) continue
    yield [n++, rows]
    rows = []
  }
  if (rows.length > 0) yield [n, rows]
}

function inputOf(shape: Shape, cells: CsvRow['cells']): object {
  const filled = Object.entries(cells).filter(([, cell]) => cell !== '')
  return inputFrom(
    shape,
    filled.map(([column, cell]) => [column, [cell]] as const),
  )
}

/** The same for the same rows at the same place: what was done by an earlier run is found done. */
function idOf(n: number, items: readonly object[]): string {
  return `import/${createHash('sha256')
    .update(JSON.stringify([n, items]))
    .digest('hex')}`
}

function refusal(row: CsvRow, { code, message }: { readonly code: string; readonly message: string }): Refused {
  return { ...row, code, message }
}

interface Came {
  readonly rows: number
  readonly taken: number
  readonly refused: readonly Refused[]
  readonly request: CsvRequest
  readonly columns: readonly string[]
}

function report({ rows, taken, refused, request, columns }: Came, terminal: Terminal): void {
  if (request.json) {
    const list = refused.map(({ line, code, message }) => ({ line, code, message }))
    terminal.print(JSON.stringify({ rows, taken, refused: list }))
  } else {
    for (const { line, code, message } of refused) terminal.warn(`line ${line}: ${code}: ${message}`)
    terminal.print(`${taken} of ${rows} rows were taken${refused.length > 0 ? `, ${refused.length} refused` : ''}.`)
  }
  if (request.refused === undefined || refused.length === 0) return
  const lines = [columns, ...refused.map(({ cells }) => columns.map((column) => cells[column] ?? ''))]
  writeFileSync(
    resolve(terminal.folder, request.refused),
    lines.map((line) => `${line.map(quoted).join(',')}\n`).join(''),
  )
}

/** As the row stood in the file: whoever mends it imports it again. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
