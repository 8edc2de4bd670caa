/** A store as it lies in a work tree, committed or not: every file's bytes, and what is no file. */
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { QmsError } from '../errors.ts'
import { parentsStand, readRegular } from './disk.ts'
import { guarded } from './git-faults.ts'
import type { FoundStore } from './local.ts'
import { checkPath } from './paths.ts'

/** Files read at once: enough to keep a disk busy. */
const AT_ONCE = 32

/** Everything below `folders` of `root`. Links, pipes and names that no store can hold are named, never followed. */
export async function lookAt(root: string, folders: readonly string[]): Promise<FoundStore> {
  const names = await namesBelow(root, folders)
  const files = new Map<string, Uint8Array>()
  const queue = names.paths.values()
  const worker = async () => {
    for (const path of queue) {
      const bytes = await readRegular(root, path)
      if (bytes !== null) files.set(path, bytes)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return {
    files: new Map(names.paths.flatMap((path) => entryOf(files, path))),
    emptyFolders: names.empty,
    others: names.others,
  }
}

const entryOf = (files: ReadonlyMap<string, Uint8Array>, path: string): [string, Uint8Array][] => {
  const bytes = files.get(path)
  return bytes === undefined ? [] : [[path, bytes]]
}

/** The same without the bytes. Paths are sorted. */
export async function namesBelow(root: string, folders: readonly string[]): Promise<Listing> {
  const all: Listing = { paths: [], empty: [], others: [] }
  for (const folder of folders) if (standsBelow(root, folder, all)) await listInto(all, root, folder)
  all.paths.sort()
  all.empty.sort()
  all.others.sort((a, b) => (a.path < b.path ? -1 : 1))
  return all
}

/** Whether the folder is there, with no link on the way to it; a link is named. */
function standsBelow(root: string, folder: string, all: Listing): boolean {
  try {
    return parentsStand(root, `${folder}/x`)
  } catch (error) {
    if (!(error instanceof QmsError) || error.code !== 'LINK_IN_STORE') throw error
    const { path, kind } = (error as QmsError<'LINK_IN_STORE'>).facts
    all.others.push({ path, kind })
    return false
  }
}

export interface Listing {
  readonly paths: string[]
  readonly empty: string[]
  readonly others: { path: string; kind: string }[]
}

async function listInto(all: Listing, root: string, folder: string): Promise<void> {
  const entries = await guarded('read', folder, () => readdir(join(root, folder), { withFileTypes: true }))
  if (entries.length === 0) all.empty.push(folder)
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`
    if (!isPlain(path)) all.others.push({ path, kind: 'a name that a store cannot hold' })
    else if (entry.isDirectory()) await listInto(all, root, path)
    else if (entry.isFile()) all.paths.push(path)
    else all.others.push({ path, kind: kindOf(entry) })
  }
}

/** U+FFFD: the name's bytes are not UTF-8, and the file cannot be had under the name that is shown. */
function isPlain(path: string): boolean {
  if (path.includes('\ufffd')) return false
  try {
    checkPath(path)
    return true
  } catch {
    return false
  }
}

const kindOf = (entry: Dirent): string =>
  entry.isSymbolicLink() ? 'symbolic link' : entry.isFIFO() ? 'pipe' : entry.isSocket() ? 'socket' : 'device'
