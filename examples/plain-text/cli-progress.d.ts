/** What the examples use of cli-progress, which ships no types. */
declare module 'cli-progress' {
  interface Options {
    readonly format: string
    readonly barCompleteChar: string
    readonly barIncompleteChar: string
    readonly barsize: number
    readonly hideCursor: boolean
    readonly clearOnComplete: boolean
  }
  export class SingleBar {
    constructor(options: Options)
    start(total: number, value: number): void
    increment(): void
    stop(): void
  }
}
