/** A NATS server for tests, with JetStream on files of its own where a test asks for it. */
import { join } from 'node:path'
import { freePort, missingServer, programPath, type Running, serverFolder, startProgram } from './local-server.ts'

export interface NatsServer {
  readonly url: string
  /** Ends it in order, and removes its data. */
  stop(): Promise<void>
  /** Ends it by SIGKILL; its streams stay. */
  kill(): Promise<void>
  /** Starts it again on its streams and its port. */
  restart(): Promise<void>
}

/**
 * A fresh server on loopback, ready after a fraction of a second; `null` where nats-server is not installed.
 *
 * @param options.jetstream - whether streams are kept, on the disk; without it messages reach only who listens.
 */
export async function startNats({ jetstream }: { readonly jetstream: boolean }): Promise<NatsServer | null> {
  const program = programPath('nats-server')
  if (program === null) return missingServer('NATS', 'apt-get install --no-install-recommends nats-server')
  const { folder, remove } = serverFolder('nats')
  const port = await freePort()
  const streams = jetstream ? ['--jetstream', '--store_dir', join(folder, 'streams')] : []
  const args = ['--addr', '127.0.0.1', '--port', `${port}`, ...streams]
  let running: Running = await startProgram(program, args, port)
  return {
    url: `nats://127.0.0.1:${port}`,
    async stop() {
      await running.end('SIGTERM')
      remove()
    },
    kill: () => running.end('SIGKILL'),
    async restart() {
      running = await startProgram(program, args, port)
    },
  }
}
