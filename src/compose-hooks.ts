/** Puts together what the hooks of git need, apart from `compose.ts`: no other command starts with it. */

import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SettingsFiles, ToolHookChange, ToolHookState } from './app/agents/hooks/install.ts'
import type { HookPorts } from './app/agents/hooks/ports.ts'
import { DEFAULTS } from './app/configuration.ts'
import type { Qms } from './app/qms.ts'
import { clock, digest, notInitialised, peekQms, program, shipped, workStateOf } from './compose.ts'
import { QmsError, refuse } from './errors.ts'
import { GitStore } from './store/git-store.ts'
import type { HookChange, HookFile } from './store/hook-files.ts'
import type { HookPlace } from './store/hook-place.ts'
import { CLIENT_HOOKS, type HookName, SERVER_HOOKS } from './store/hook-script.ts'
import type { ProposedCommit, ProposedPush } from './store/proposed.ts'
import { IndexCommit } from './store/proposed-commit.ts'
import { GitPush } from './store/proposed-push.ts'
import { openRepository } from './store/repository.ts'
import { commentMark } from './store/settings.ts'
import type { Snapshot } from './store/store.ts'
import { DiskWorkspace } from './store/workspace.ts'

/** What a hook of git's is started for. */
export interface HookOpened {
  /** The control branch; null where this is no project. */
  readonly branch: string | null
  readonly qms: Qms
  readonly commit: ProposedCommit
  readonly push: ProposedPush
  /** The store as it is now; null where this is no project. */
  snapshot(): Promise<Snapshot | null>
  /** How git marks comments in a message; null where no editor was opened. */
  comment(): Promise<string | null>
  close(): void
}

/** The repository that git has started a hook in. Nothing is mended or brought up to date. @throws as `openHookRepository` */
export const openForHook = async (cwd: string, receiving = false): Promise<HookOpened> => {
  const { openHookRepository } = await import('./store/hook-repository.ts')
  const repository = await openHookRepository({ cwd, env: process.env, receiving })
  const { branch } = repository
  return {
    branch,
    qms: {
      store: new GitStore(repository),
      local: new DiskWorkspace(repository, { root: DEFAULTS.workspace, limit: DEFAULTS.documentLimit }),
      digest,
      now: clock,
      work: () => workStateOf(repository),
    },
    commit: new IndexCommit(repository, cwd, process.env),
    push: new GitPush(repository),
    snapshot: async () => (branch === null ? null : new GitStore(repository).snapshot()),
    comment: async () => (process.env.GIT_EDITOR === ':' ? null : commentMark(repository.git)),
    close: () => repository.close(),
  }
}

export type { HookChange, HookFile, HookPlace }

/** The hooks of one repository, as they are on disk. */
export interface HooksOpened {
  readonly place: HookPlace
  list(): readonly HookFile[]
  install(dryRun: boolean): Promise<readonly HookChange[]>
  uninstall(dryRun: boolean): Promise<readonly HookChange[]>
}

/** Of the repository that holds `cwd`. @throws as `openRepository`; NOT_INITIALISED where they are to guard nothing */
export const openHooks = async (cwd: string, installing: boolean): Promise<HooksOpened> => {
  const repository = await openRepository(cwd)
  try {
    if (installing && repository.branch === null) throw notInitialised(repository)
    const { placeOfHooks } = await import('./store/hook-place.ts')
    return await hooksAt(await placeOfHooks(repository), CLIENT_HOOKS)
  } finally {
    repository.close()
  }
}

/** Of a bare repository, to which others push. @throws USAGE where it has a work tree; NO_REPOSITORY, GIT, IO */
export const openServerHooks = async (folder: string): Promise<HooksOpened> => {
  const { openHookRepository } = await import('./store/hook-repository.ts')
  const env = { ...process.env, GIT_DIR: undefined }
  const repository = await openHookRepository({ cwd: folder, env, receiving: false })
  try {
    const bare = await repository.git.text(['rev-parse', '--is-bare-repository'])
    if (bare !== 'true')
      throw refuse('USAGE', {
        problem: `${folder} is no bare repository: people commit there`,
        usage: 'qms hooks install --git',
      })
    const { placeOnServer } = await import('./store/hook-place.ts')
    return await hooksAt(await placeOnServer(repository), SERVER_HOOKS)
  } finally {
    repository.close()
  }
}

const hooksAt = async (place: HookPlace, names: readonly HookName[]): Promise<HooksOpened> => {
  const { HookFiles } = await import('./store/hook-files.ts')
  return new HookFiles(place, names, program)
}

export interface ToolOpened {
  readonly ports: HookPorts
  close(): Promise<void>
}

const NO_PROJECT = new Set(['NO_REPOSITORY', 'NOT_INITIALISED'])

/**
 * What the hooks of agent tools work with; null where this is no project. Nothing is mended or brought up to date.
 * @param user who acts, where the tool was started as one
 */
export const openForTool = async (cwd: string, user: string | undefined): Promise<ToolOpened | null> => {
  try {
    const opened = await peekQms(cwd)
    const { qms, branch, grants } = opened
    const ports = { qms, branch, grants, around: await opened.surroundings(), template: promptOf, user }
    return { ports, close: () => opened.close() }
  } catch (error) {
    if (error instanceof QmsError && NO_PROJECT.has(error.code)) return null
    throw error
  }
}

export type { ToolHookChange, ToolHookState }

/** The settings of agent tools in the work tree that holds `cwd`. @throws as `openRepository`, NOT_INITIALISED */
export const openToolSettings = async (
  cwd: string,
  installing: boolean,
): Promise<{ readonly folder: string; readonly files: SettingsFiles }> => {
  const repository = await openRepository(cwd)
  repository.close()
  const { root } = repository
  if (installing && repository.branch === null) throw notInitialised(repository)
  const { readRegular, replaceFile } = await import('./store/disk.ts')
  const files: SettingsFiles = {
    read: async (path) => (await readRegular(root, path))?.toString('utf8') ?? null,
    write: async (path, text) => {
      if (text === null) await rm(join(root, path))
      else await replaceFile(root, path, new TextEncoder().encode(text), randomUUID())
    },
  }
  return { folder: root, files }
}

const promptOf: HookPorts['template'] = async (task) => {
  const found = (await shipped.files('prompts')).find(({ name }) => name === `${task}.md`)
  if (!found) throw new Error(`no template of the task ${task}`)
  return { text: new TextDecoder().decode(found.bytes), digest: digest(found.bytes) }
}
