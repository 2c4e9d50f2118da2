/** Finds pages and headings by the words in them. The list is loaded when somebody begins to type. */
const box = document.querySelector('.search')
const input = box.querySelector('input')
const list = box.querySelector('ul')
let entries = null

input.hidden = false
input.addEventListener('focus', load, { once: true })
input.addEventListener('input', show)
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && !/^(INPUT|TEXTAREA)$/.test(document.activeElement?.tagName ?? '')) {
    event.preventDefault()
    input.focus()
  }
  if (event.key === 'Escape') close()
  if (!box.contains(document.activeElement) || !/^Arrow(Up|Down)$/.test(event.key)) return
  const stops = [input, ...list.querySelectorAll('a')]
  const next = stops[stops.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)]
  event.preventDefault()
  next?.focus()
})
document.addEventListener('click', (event) => {
  if (!box.contains(event.target)) close()
})

function close() {
  list.hidden = true
  input.blur()
}

async function load() {
  const answer = await fetch(`${box.dataset.root}search.json`)
  entries = await answer.json()
  show()
}

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
  list.hidden = words.length === 0 || entries === null
  if (list.hidden) return
  const found = entries
    .map((entry) => ({ entry, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 20)
  list.replaceChildren(...(found.length > 0 ? found.map(({ entry }) => itemOf(entry)) : [nothing()]))
}

/** All words must be there; those that a heading begins with count most, and guides before the reference. */
function scoreOf([heading, page, , weight], words) {
  const text = `${heading} ${page}`.toLowerCase()
  if (!words.every((word) => text.includes(word))) return 0
  const begins = heading.toLowerCase().startsWith(words[0]) ? 4 : 0
  const within = words.filter((word) => heading.toLowerCase().includes(word)).length
  return weight + begins + 2 * within - heading.length / 200
}

function itemOf([heading, page, path]) {
  const link = document.createElement('a')
  link.href = box.dataset.root + path
  link.append(heading)
  const where = document.createElement('small')
  where.append(page)
  link.append(where)
  return item(link)
}

function nothing() {
  const words = document.createElement('small')
  words.append('Nothing is called that.')
  return item(words)
}

function item(content) {
  const element = document.createElement('li')
  element.append(content)
  return element
}
