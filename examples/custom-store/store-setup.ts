/** What `deskwright-conformance` needs of the store: how to open it on new data, and what a new process finds after a crash. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoreSetup } from 'deskwright/testing'
import { lineStore } from './line-store.ts'

let folder = ''
let files = 0
const file = () => join(folder, `desk-${files}.lines`)

export const storeSetup: StoreSetup = {
  open() {
    folder = mkdtempSync(join(tmpdir(), 'line-store-'))
    return lineStore(file())
  },
  // The file as it lies on the disk, while the one who wrote it is still in the middle of its work.
  reopen() {
    const before = file()
    files += 1
    copyFileSync(before, file())
    return lineStore(file())
  },
  close: () => rmSync(folder, { recursive: true, force: true }),
}
