/** Light or dark: as the machine has it, until somebody chooses. */
import { el } from './dom.ts'

const NAMES = ['system', 'light', 'dark'] as const
type Theme = (typeof NAMES)[number]
const LABELS: Readonly<Record<Theme, string>> = { system: 'Auto', light: 'Light', dark: 'Dark' }

function chosen(): Theme {
  return NAMES.find((name) => name === localStorage.getItem('theme')) ?? 'system'
}

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

export function themeChoice(): HTMLElement {
  apply(chosen())
  const select = el(
    'select',
    {
      'aria-label': 'Colours',
      on: {
        change: () => {
          localStorage.setItem('theme', select.value)
          apply(select.value as Theme)
        },
      },
    },
    ...NAMES.map((name) => el('option', { value: name, selected: name === chosen() }, LABELS[name])),
  )
  return select
}
