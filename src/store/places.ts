/** Where git says that a repository is. Its own configuration may say otherwise than the folders do: then nothing is done. */
import { readFileSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { refuse } from '../errors.ts'
import { look } from './disk.ts'
import { GIT_FOLDER } from './layout.ts'

export interface Places {
  /** Top folder of the work tree. */
  readonly root: string
  /** Its own git folder, and the one that all work trees share. */
  readonly gitDir: string
  readonly commonDir: string
}

/**
 * The work tree must lead to the git folder, as the git folder leads to the work tree: `core.worktree` of a copied
 * repository could name any folder of the user, and a link any other repository.
 * @throws LINK_IN_STORE, GIT.
 */
export function checkPlaces(places: Places): void {
  const dotGit = join(places.root, '.git')
  const stats = look(dotGit)
  if (stats?.isSymbolicLink()) throw refuse('LINK_IN_STORE', { path: dotGit, kind: 'symbolic link' })
  const leadsTo = stats?.isFile() ? linked(places.root, dotGit) : dotGit
  if (stats === null || real(leadsTo) !== real(places.gitDir))
    throw refuse('GIT', {
      command: 'git rev-parse',
      reason: `the repository at ${places.gitDir} names ${places.root} as its work tree (core.worktree), which is not its own`,
    })
  const own = join(places.commonDir, GIT_FOLDER)
  const found = look(own)
  if (found !== null && !found.isDirectory())
    throw refuse('LINK_IN_STORE', { path: own, kind: found.isSymbolicLink() ? 'symbolic link' : 'file' })
}

/** `gitdir: PATH`: submodules and linked work trees. */
function linked(root: string, file: string): string {
  const path = /^gitdir: (.*)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  return resolve(root, path)
}

function real(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}
