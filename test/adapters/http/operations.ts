/** The operations of an OpenAPI document, and a request for each, made of its own examples. */

// biome-ignore lint/suspicious/noExplicitAny: a document of JSON, walked by its names.
type Json = any

export interface Operation {
  readonly path: string
  readonly method: string
  readonly operation: Json
}

export function operationsOf(document: Json): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as object).map(([method, operation]) => ({ path, method, operation })),
  )
}

/** The JSON that an operation's body is to be, and its example. */
export function contentOf({ operation }: Operation): { readonly schema: Json; readonly example: Json } | undefined {
  return operation.requestBody?.content['application/json']
}

/** @param ids - the ids that stand in place of the examples', by their prefix. */
export function requestOf(
  one: Operation,
  { ids = {}, token }: { readonly ids?: Readonly<Record<string, string>>; readonly token: string },
): Request {
  const { path, method, operation } = one
  const parameters = operation.parameters as Json[] | undefined
  const exampleOf = (parameter: Json) => parameter?.example ?? parameter?.content?.['application/json']?.example
  const at = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    exampleOf(parameters?.find((given) => given.name === name)),
  )
  const query = (parameters ?? []).flatMap((parameter) => {
    const value = parameter.in === 'query' ? exampleOf(parameter) : undefined
    if (value === undefined) return []
    return [`${parameter.name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`]
  })
  const named = (text: string) => text.replace(/\b([a-z]{3})_01J0+\b/g, (whole, prefix: string) => ids[prefix] ?? whole)
  const content = contentOf(one)
  return new Request(named(`http://desk.test${at}?${query.join('&')}`), {
    method: method.toUpperCase(),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(content ? { body: named(JSON.stringify(content.example)) } : {}),
  })
}
