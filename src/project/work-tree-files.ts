/** The files of the work tree that the caller stands in. */
import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { look } from '../store/disk.ts'
import { errno, ioFault } from '../store/git-faults.ts'
import { LOCAL_FOLDER, STORE_FOLDER } from '../store/layout.ts'
import type { Git } from '../store/plumbing.ts'
import type { ProjectFiles, Unread } from './files.ts'

/** Bytes; what is larger was made by a program. */
export const LARGEST_SOURCE = 2_000_000

/** As git decides what is binary: a NUL among the first bytes. */
const LOOKED_AT = 8000

/** Another file, a link or nothing came into its place while it was looked at. */
const GONE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP'])

const OWN = [STORE_FOLDER, LOCAL_FOLDER].map((folder) => `${folder}/`)

export class WorkTreeFiles implements ProjectFiles {
  readonly #git: Git
  readonly #folders = new Map<string, boolean>()

  /** @param git seen from the work tree: its folder is the root */
  constructor(git: Git) {
    this.#git = git
  }

  async files(): Promise<readonly string[]> {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
    const paths = (await this.#git.text(args)).split('\0')
    return [...new Set(paths)]
      .filter((path) => path !== '' && !OWN.some((own) => path.startsWith(own)))
      .sort()
  }

  /** At once, as `disk.ts` does: a small file is read in less time than a thread needs to be told to. @throws IO */
  read(path: string): Uint8Array | Unread {
    try {
      return this.#read(path)
    } catch (error) {
      if (GONE.has(errno(error) ?? '')) return 'not a file'
      throw ioFault('read', path, error)
    }
  }

  #read(path: string): Uint8Array | Unread {
    if (!this.#stands(path.slice(0, Math.max(0, path.lastIndexOf('/'))))) return 'not a file'
    const file = join(this.#git.cwd, path)
    const stats = look(file)
    if (!stats?.isFile()) return 'not a file'
    if (stats.size > LARGEST_SOURCE) return 'too large'
    const bytes = readNoFollow(file)
    return bytes.subarray(0, LOOKED_AT).includes(0) ? 'binary' : bytes
  }

  /** Whether a folder and all above it are folders, and none of them a link. */
  #stands(folder: string): boolean {
    if (folder === '') return true
    const known = this.#folders.get(folder)
    if (known !== undefined) return known
    const above = this.#stands(folder.slice(0, Math.max(0, folder.lastIndexOf('/'))))
    const stands = above && (look(join(this.#git.cwd, folder))?.isDirectory() ?? false)
    this.#folders.set(folder, stands)
    return stands
  }
}

const readNoFollow = (file: string): Buffer => {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
