/** A row that is loaded late stands in its table by name: the name and the row must not come apart. */
import { describe, expect, it } from 'vitest'
import { allRows } from '../../src/desk/all-rows.ts'
import { lateQueries } from '../../src/desk/late-queries.ts'
import { slaQueries } from '../../src/desk/sla-queries.ts'
import { treeQueries } from '../../src/desk/tree-queries.ts'
import { lateCommands } from '../../src/domain/late-commands.ts'

describe('the tables with every row in place', () => {
  it('have a row for every name, and a name for every row that is loaded late', async () => {
    const { commands, queries } = await allRows()
    for (const [name, row] of Object.entries({ ...commands, ...queries }))
      expect([name, row?.says]).toEqual([name, expect.any(String)])
    const names = [...Object.keys(commands), ...Object.keys(queries)]
    for (const table of [lateCommands, lateQueries, treeQueries, slaQueries])
      expect(names).toEqual(expect.arrayContaining(Object.keys(table)))
  })
})
