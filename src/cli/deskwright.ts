#!/usr/bin/env node
/** The command `deskwright`: hands the process to the command line, and its answer to the process. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { commandLine } from './command-line.ts'
import { inkFor } from './ink.ts'
import { NO_PROGRESS, progressBar } from './progress.ts'

const { stdin, stdout, stderr } = process

// Whoever reads has seen enough, as `head` has: that is no failure.
for (const stream of [stdout, stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2))

// What is set already stays as it is. A folder of that name is somebody else's.
if (statSync('.env', { throwIfNoEntry: false })?.isFile()) process.loadEnvFile(join(process.cwd(), '.env'))

const code = await commandLine(process.argv.slice(2), {
  print: (line) => void stdout.write(`${line}\n`),
  warn: (line) => void stderr.write(`${line}\n`),
  folder: process.cwd(),
  env: process.env,
  readInput: () => text(stdin),
  ink: inkFor(stdout, process.env),
  progress: (unit) => (stderr.isTTY ? progressBar(unit) : NO_PROGRESS),
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    }),
})

// Not by `process.exitCode` alone: a module of the host that left a connection open would keep the process.
stdout.write('', () => process.exit(code))
