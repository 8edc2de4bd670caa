/** Fires a hook as an agent tool does: by a shell, its input on standard input, its answer read to the end. */
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { passedOn, spawnChild, startOf } from './child.ts'

export interface Fired {
  /** Null where it was ended because its time was over. */
  readonly exit: number | null
  readonly out: string
  readonly err: string
}

/** Milliseconds that a hook may take to answer. */
const PATIENCE = 15_000

/** @param command of this program, never one that the project names @throws NOT_STARTED */
export const fireHook = async (command: string, folder: string, input: string): Promise<Fired> => {
  const env = passedOn(process.env)
  const child = spawnChild({ command: ['sh', '-c', command], folder, env, reads: true })
  await startOf(child, 'sh')
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
  const [out, err] = [textOf(child.stdout), textOf(child.stderr)]
  const [exit] = (await once(child, 'close')) as [number | null]
  clearTimeout(late)
  return { exit, out: await out, err: await err }
}

const textOf = async (stream: Readable | null): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
