/** Definition files of agents as they lie in a work tree. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readRegular } from './disk.ts'

/** What is larger is no definition and is not read. */
const LARGEST = 1_000_000

/** Bytes by path from the top, sorted; null for what is no regular file of a sensible size. Folders in it are left. */
export const agentFilesIn = async (
  root: string,
  folder: string,
): Promise<ReadonlyMap<string, Uint8Array | null>> => {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => [])
  const names = entries.filter((e) => !e.isDirectory() && e.name.endsWith('.md')).map((e) => e.name)
  const read = names.sort().map(async (name) => {
    const path = `${folder}/${name}`
    return [path, await readRegular(root, path, LARGEST).catch(() => null)] as const
  })
  return new Map(await Promise.all(read))
}
