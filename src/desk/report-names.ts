/** What the groups of a report are called: agents, teams and organisations have names. */
import type { Figure, ReportGroup } from '../domain/reporting/report.ts'
import type { Store } from './ports.ts'

const NAMED: Readonly<Partial<Record<ReportGroup, 'agent' | 'team' | 'organisation'>>> = {
  agent: 'agent',
  team: 'team',
  organisation: 'organisation',
}

export async function namesOf(
  store: Store,
  tenant: string,
  { by, figures }: { readonly by: ReportGroup | null; readonly figures: readonly Figure[] },
): Promise<Record<string, string>> {
  const kind = by === null ? undefined : NAMED[by]
  if (kind === undefined) return {}
  const ids = [...new Set(figures.flatMap(({ group }) => group ?? []))]
  const records =
    ids.length === 0
      ? []
      : await store.get(
          tenant,
          ids.map((id) => ({ kind, id })),
        )
  return Object.fromEntries(
    records.flatMap((record) => (record === null ? [] : [[record.id, String(record.doc.name)]])),
  )
}
