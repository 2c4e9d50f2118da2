/** What may stand in a record, an event or a document: plain JSON, so that every store and wire carries it unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json | undefined
}
