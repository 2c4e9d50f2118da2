/** A Chromium for tests: the one of this machine, without a window, on a profile of its own that goes when it ends. */
import { type Browser, chromium } from 'playwright-core'
import { missingServer, programPath } from './local-server.ts'

// It looks nothing up and fetches nothing by itself.
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Each `newContext` of it is a person of their own, with cookies of their own; `null` where chromium is not installed. */
export async function startChromium(): Promise<Browser | null> {
  const program = programPath('chromium')
  if (program === null) return missingServer('Chromium', 'apt-get install --no-install-recommends chromium')
  return chromium.launch({ executablePath: program, headless: true, args: QUIET })
}
