/** What is checked out where the caller stands, as git and the disk tell it. */
import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { QmsError } from '../errors.ts'
import { readRegular } from '../store/disk.ts'
import { CONFIG_FILE, LOCAL_FOLDER, STORE_FOLDER } from '../store/layout.ts'
import type { Git } from '../store/plumbing.ts'
import type { FileRead, Head, Standing, WorkState } from './work-state.ts'

const OWN = [`${STORE_FOLDER}/`, `${LOCAL_FOLDER}/`]
const isOwn = (path: string): boolean => path === CONFIG_FILE || OWN.some((folder) => path.startsWith(folder))

const BRANCHES_AND_TAGS = ['refs/heads', 'refs/tags', 'refs/remotes']

const INSIDE = 'an ordinary file of this work tree, outside of QMS/ and .git/'

export class GitWorkState implements WorkState {
  readonly #git: Git
  readonly #incomplete: () => string | null

  /** @param git seen from the work tree: its folder is the root; @param incomplete why history is not whole, or null */
  constructor(git: Git, incomplete: () => string | null) {
    this.#git = git
    this.#incomplete = incomplete
  }

  async head(): Promise<Head> {
    const [commit, changed] = await Promise.all([this.commitOf('HEAD'), this.#changed('normal')])
    return { commit, clean: !changed }
  }

  async isStill(before: Head): Promise<boolean> {
    const [commit, changed] = await Promise.all([this.commitOf('HEAD'), this.#changed('no')])
    return commit === before.commit && !changed
  }

  /** @throws IO, GIT */
  async #changed(untracked: 'normal' | 'no'): Promise<boolean> {
    const how = ['status', '--porcelain=v1', '-z', '--no-renames', `--untracked-files=${untracked}`]
    const entries = (await this.#git.text(how)).split('\0')
    return entries.some((entry) => entry !== '' && !isOwn(entry.slice('XY '.length)))
  }

  async commitOf(revision: string): Promise<string | null> {
    const how = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]
    const { code, stdout } = await this.#git.run(how)
    return code === 0 ? stdout.toString('latin1').trim() : null
  }

  async standing(commit: string): Promise<Standing> {
    const whole = this.#incomplete() === null
    if ((await this.commitOf(commit)) === null) return whole ? 'missing' : 'unknown'
    const how = ['for-each-ref', '--count=1', `--contains=${commit}`, '--format=%(refname)']
    if ((await this.#git.text([...how, ...BRANCHES_AND_TAGS])) !== '') return 'reachable'
    const head = await this.commitOf('HEAD')
    if (head !== null && (await this.#git.isAncestor(commit, head))) return 'reachable'
    return whole ? 'unreachable' : 'unknown'
  }

  async file(path: string, limit: number): Promise<FileRead> {
    const below = pathBelow(this.#git.cwd, path)
    if (below === null) return { problem: path, expected: INSIDE }
    try {
      const bytes = await readRegular(this.#git.cwd, below, limit)
      return bytes ? { path: below, bytes } : { problem: `${below}: no such file`, expected: INSIDE }
    } catch (error) {
      return whyNot(error, below, limit)
    }
  }
}

/** With `/`, or null where it is not below the root, or in a folder that is git's or the store's. */
const pathBelow = (root: string, path: string): string | null => {
  const below = relative(realpathSync(root), join(realFolder(dirname(path)), basename(path)))
  const names = below.split(sep)
  if (below === '' || isAbsolute(below) || names[0] === '..' || names.includes('.git')) return null
  return isOwn(names.join('/')) ? null : names.join('/')
}

/** A folder that is a link is where it leads to. */
const realFolder = (folder: string): string => {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}

const whyNot = (error: unknown, path: string, limit: number): FileRead => {
  if (error instanceof QmsError && error.code === 'LINK_IN_STORE')
    return {
      problem: `${path}: ${(error as QmsError<'LINK_IN_STORE'>).facts.kind}`,
      expected: 'an ordinary file, and no link',
    }
  if (error instanceof QmsError && error.code === 'TEXT_TOO_LARGE')
    return {
      problem: `${path}: ${(error as QmsError<'TEXT_TOO_LARGE'>).facts.bytes} bytes`,
      expected: `${limit} bytes at the most`,
    }
  throw error
}
