/** The processes that a process comes from. A number alone is reused; with the time of its start it is not. */
import { existsSync } from 'node:fs'
import { listed } from './owner.ts'
import type { Running } from './process-list.ts'

export type { Running }

/** More ancestors than any process has, lest what changes while it is read keeps us for ever. */
const MOST = 512

type Look = (pid: number) => Running | undefined

/** One look at the processes of this machine. Where `/proc` is, only those that are asked for are read. */
async function looking(): Promise<Look> {
  if (existsSync('/proc/self/stat'))
    return (pid) => {
      const found = listed(pid)
      return found && { pid, ...found }
    }
  const { processList } = await import('./process-list.ts')
  const all = await processList()
  return (pid) => all.get(pid)
}

/** A process, or undefined where there is none of that number, or only its corpse. */
export const running = async (pid: number): Promise<Running | undefined> => (await looking())(pid)

/** A process and those above it, nearest first. */
export async function ancestry(pid = process.pid): Promise<Running[]> {
  const look = await looking()
  const line: Running[] = []
  for (let at = look(pid); at && line.length < MOST; at = at.parent > 0 ? look(at.parent) : undefined)
    line.push(at)
  return line
}
