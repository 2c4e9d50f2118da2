/** The stores on which laws are held: each opens empty, in this process. */
import type { Store } from 'deskwright'
import { memoryStore } from 'deskwright/memory'
import { sqliteStore } from 'deskwright/sqlite'

export const STORES: readonly { readonly name: string; readonly open: () => Store }[] = [
  { name: 'memory', open: memoryStore },
  { name: 'SQLite', open: () => sqliteStore(':memory:') },
]
