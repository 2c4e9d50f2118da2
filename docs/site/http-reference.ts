/** The routes of a desk as one page, from the OpenAPI document that the desk itself gives. */
import { openApi } from '../../src/adapters/http/openapi.ts'

/** A part of a JSON Schema, as far as a line of a table says it. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly $ref?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly default?: unknown
  readonly description?: string
}

type Content = Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema?: Schema
  readonly content?: Content
}

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>
}

export interface HttpReference {
  /** The document itself, as JSON. */
  readonly json: string
  readonly markdown: string
}

/** Of a desk without fields of its host's: a host's own document has those too. */
export async function httpReference(): Promise<HttpReference> {
  const document = await openApi({ fields: {} })
  const paths = document.paths as unknown as Readonly<Record<string, Readonly<Record<string, Operation>>>>
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'more'))]
  const parts = tags.map((tag) => {
    const own = operations.filter(({ operation }) => (operation.tags?.[0] ?? 'more') === tag)
    return `## ${tag}\n\n${own.map(told).join('\n\n')}`
  })
  const head = `# The routes over HTTP

Every command and every read, as [\`deskwright/http\`](../guides/http.md) answers it. The same as an OpenAPI 3.1 document:
[openapi.json](openapi.json). A desk with fields of its own gives its own document, by \`openApi(desk)\`.`
  return { json: `${JSON.stringify(document, null, 2)}\n`, markdown: `${head}\n\n${parts.join('\n\n')}\n` }
}

interface Told {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

function told({ path, method, operation }: Told): string {
  const [type, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
  const rows = [
    ...(operation.parameters ?? []).map(({ name, in: place, required, schema, content }) =>
      rowOf(name, place, {
        schema: schema ?? Object.values(content ?? {})[0]?.schema ?? {},
        needed: required === true,
      }),
    ),
    ...choices(body?.schema ?? {}).flatMap(({ properties = {}, required = [] }) =>
      Object.entries(properties).map(([name, schema]) =>
        rowOf(name, 'body', { schema, needed: required.includes(name) }),
      ),
    ),
  ]
  const table = rows.length === 0 ? [] : ['| Name | In | What |\n| --- | --- | --- |', [...new Set(rows)].join('\n')]
  const answers = Object.entries(operation.responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { content }]) => {
      const [of, { schema }] = Object.entries(content ?? {})[0] ?? ['', {}]
      return `**${status}** ${schema ? `\`${words(schema)}\`` : of}`.trim()
    })
  return [
    `### ${operation.operationId}`,
    `\`${method} ${path}\``,
    operation.summary,
    ...(table.length > 0 ? [table.join('\n')] : []),
    ...(type?.includes('json') && isWorth(body?.example)
      ? [`\`\`\`json\n${JSON.stringify(body?.example, null, 2)}\n\`\`\``]
      : []),
    `Answers ${answers.join(', ')}.`,
  ].join('\n\n')
}

function isWorth(example: unknown): boolean {
  return typeof example === 'object' && example !== null && Object.keys(example).length > 0
}

function rowOf(
  name: string,
  place: string,
  { schema, needed }: { readonly schema: Schema; readonly needed: boolean },
): string {
  const kind = words(schema).replaceAll('|', '\\|')
  const more = [
    needed ? 'needed' : '',
    schema.default === undefined ? '' : `default \`${JSON.stringify(schema.default)}\``,
  ]
  const description = schema.description ?? ''
  return `| \`${name}\` | ${place} | ${[`\`${kind}\``, ...more, description].filter((part) => part !== '').join(', ')} |`
}

function choices(schema: Schema): readonly Schema[] {
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  return parts.length === 0 ? [schema] : parts.flatMap(choices)
}

/** What a value may be, in a few words. */
function words(schema: Schema): string {
  const all = choices(schema).map((choice) => {
    if (choice.$ref) return choice.$ref.split('/').at(-1) ?? 'value'
    if (choice.const !== undefined) return JSON.stringify(choice.const)
    if (choice.enum) return choice.enum.map((value) => JSON.stringify(value)).join(' | ')
    if (choice.type === 'array') return `${choice.items ? words(choice.items) : 'value'}[]`
    if (choice.properties?.items) return `{ items: ${words(choice.properties.items)}, next }`
    return choice.type === undefined ? 'value' : [choice.type].flat().join(' | ')
  })
  return [...new Set(all)].join(' | ')
}
