/** Tells listeners in this process what happened, after the commit; whatever a listener does, it harms nobody. */
import { EventEmitter } from 'eventemitter3'
import type { EventName } from '../domain/decider.ts'
import type { DeskEvent } from './events.ts'

/** A listener may be slow or fail: nobody waits for it, and its failure is reported, not thrown. */
export type Listener<N extends EventName> = (event: DeskEvent<N>) => unknown

/** Something that went wrong where no caller is waiting for the answer. */
export interface Problem {
  readonly where: 'listener' | 'transport' | 'timer' | 'worker'
  readonly error: unknown
  /** The event's id, the timer's key: whatever was being worked on. */
  readonly at: string
}

export interface Bus {
  on<N extends EventName>(name: N | '*', listener: Listener<N>): () => void
  announce(events: readonly DeskEvent[]): void
  clear(): void
}

export function createBus(report: (problem: Problem) => void): Bus {
  const emitter = new EventEmitter<string>()
  return {
    on(name, listener) {
      const guarded = (event: DeskEvent) => {
        const failed = (error: unknown) => report({ where: 'listener', error, at: event.id })
        try {
          const answer = (listener as Listener<EventName>)(event)
          if (answer instanceof Promise) answer.catch(failed)
        } catch (error) {
          failed(error)
        }
      }
      emitter.on(name, guarded)
      return () => void emitter.off(name, guarded)
    },
    announce(events) {
      for (const event of events) {
        emitter.emit(event.name, event)
        emitter.emit('*', event)
      }
    },
    clear: () => void emitter.removeAllListeners(),
  }
}
