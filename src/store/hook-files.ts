/** Hooks put into place and taken away again: first all of it is decided, then it is done. Nothing of others is lost. */
import { accessSync, constants, readFileSync } from 'node:fs'
import { chmod, mkdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { refuse } from '../errors.ts'
import { look, writeNew } from './disk.ts'
import { guarded } from './git-faults.ts'
import type { HookPlace } from './hook-place.ts'
import {
  FORMER_SUFFIX,
  formerPart,
  type HookName,
  hookPart,
  inserted,
  isShell,
  lefthookPart,
  type Part,
  type Program,
  partsOf,
  SHEBANG,
  without,
} from './hook-script.ts'
import { newOwnerId } from './owner.ts'

/** `edited`: what we wrote there was changed since; `foreign`: there is a hook, and it does not call us. */
export type HookState = 'absent' | 'installed' | 'outdated' | 'edited' | 'foreign' | 'not executable'

export interface HookFile {
  readonly hook: string
  readonly file: string
  readonly state: HookState
  /** The hook that stood there before and is called first. */
  readonly former: string | null
}

export interface HookChange {
  readonly hook: string
  readonly file: string
  readonly did:
    | 'written'
    | 'put into'
    | 'put before'
    | 'renewed'
    | 'unchanged'
    | 'taken away'
    | 'taken out'
    | 'none'
  /** Where the former hook is now. */
  readonly former: string | null
}

interface Step extends HookChange {
  /** In this order. */
  readonly work: readonly (() => Promise<void>)[]
}

const EXECUTABLE = 0o755
const PLAIN = 0o644

export class HookFiles {
  readonly place: HookPlace
  readonly #names: readonly string[]
  readonly #program: Program | null

  /** @param program recorded where the file is this machine's own */
  constructor(place: HookPlace, names: readonly HookName[], program: Program | null) {
    this.place = place
    this.#names = place.kind === 'lefthook' ? ['lefthook'] : names
    this.#program = place.kind === 'own' || place.kind === 'lefthook' ? program : null
  }

  list(): HookFile[] {
    return this.#names.map((hook) => {
      const file = this.#file(hook)
      return { hook, file, state: this.#state(hook, file), former: this.#former(hook) }
    })
  }

  /** @throws HOOK_IN_THE_WAY before anything is written; IO */
  async install(dryRun: boolean): Promise<HookChange[]> {
    return done(
      this.#names.map((hook) => this.#installing(hook, this.#file(hook))),
      dryRun,
    )
  }

  /** @throws as `install` */
  async uninstall(dryRun: boolean): Promise<HookChange[]> {
    return done(
      this.#names.map((hook) => this.#removing(hook, this.#file(hook))),
      dryRun,
    )
  }

  /** The framework pre-commit moves a hook that it finds aside under this name, and calls it. */
  #file(hook: string): string {
    const file = join(this.place.folder, hook === 'lefthook' ? 'lefthook-local.yml' : hook)
    const moved = `${file}.legacy`
    const calls = (at: string): boolean => ours(textOf(at) ?? '').length > 0
    return !calls(file) && calls(moved) ? moved : file
  }

  /** The hook that was put aside for ours, where there is one. */
  #former(hook: string): string | null {
    const former = this.#aside(hook)
    return look(former) ? former : null
  }

  #aside(hook: string): string {
    return join(this.place.folder, `${hook}${FORMER_SUFFIX}`)
  }

  #part(hook: string, whole: boolean): string {
    return hook === 'lefthook'
      ? lefthookPart(this.#program)
      : hookPart(hook as HookName, whole, this.#program)
  }

  #state(hook: string, file: string): HookState {
    const text = textOf(file)
    if (text === null) return 'absent'
    const [part] = ours(text)
    if (!part) return 'foreign'
    if (!part.intact) return 'edited'
    if (this.place.kind === 'own' && !isExecutable(file)) return 'not executable'
    return text.slice(part.start, part.end) === this.#part(hook, part.whole) ? 'installed' : 'outdated'
  }

  #installing(hook: string, file: string): Step {
    const text = textOf(file)
    if (text === null) return this.#written(hook, file, null)
    const [part] = ours(text)
    if (part) return this.#renewing(hook, file, text, part)
    if (hook === 'lefthook') throw settingsThere(file, this.#part(hook, true))
    const runs = this.place.kind === 'husky' || isExecutable(file)
    const into = this.place.kind !== 'own' && runs && isShell(text) && look(file)?.isFile() === true
    if (!into) return this.#written(hook, file, this.#aside(hook))
    const work = [() => replace(file, inserted(text, this.#part(hook, false)))]
    return { hook, file, did: 'put into', former: null, work }
  }

  /** Ours alone, or in the place of another, which is moved beside it and called. */
  #written(hook: string, file: string, former: string | null): Step {
    if (former !== null && look(former)) throw twoFormer(hook, file, former)
    const head = hook === 'lefthook' ? '' : SHEBANG
    const text = head + (former ? formerPart(hook as HookName) : '') + this.#part(hook, true)
    const move = former ? [() => rename(file, former)] : []
    const work = [...move, () => replace(file, text)]
    return { hook, file, did: former ? 'put before' : 'written', former, work }
  }

  #renewing(hook: string, file: string, text: string, part: Part): Step {
    if (!part.intact) throw changed(hook, file)
    const next = without(text, [part], this.#part(hook, part.whole))
    const former = this.#former(hook)
    const same = next === text && (this.place.kind !== 'own' || isExecutable(file))
    if (same) return { hook, file, did: 'unchanged', former, work: [] }
    return {
      hook,
      file,
      did: 'renewed',
      former,
      work: [() => replace(file, next, this.place.kind === 'own')],
    }
  }

  #removing(hook: string, file: string): Step {
    const text = textOf(file)
    const parts = text === null ? [] : partsOf(text)
    const [part] = parts.filter(({ kind }) => kind === 'hook')
    if (text === null || !part) return { hook, file, did: 'none', former: null, work: [] }
    if (parts.some(({ intact }) => !intact)) throw changed(hook, file)
    const rest = without(text, parts)
    const former = this.#former(hook)
    if (part.whole && (rest === SHEBANG || rest === '')) {
      const back = former ? [() => rename(former, file)] : []
      return { hook, file, did: 'taken away', former: null, work: [() => unlink(file), ...back] }
    }
    // Somebody's own lines stay, and so does the call of the former hook, if there is one.
    const work = [() => replace(file, without(text, [part]))]
    return { hook, file, did: 'taken out', former, work }
  }
}

const done = async (steps: readonly Step[], dryRun: boolean): Promise<HookChange[]> => {
  for (const { file, work } of dryRun ? [] : steps)
    for (const deed of work) await guarded('write', file, deed)
  return steps.map(({ hook, file, did, former }) => ({ hook, file, did, former }))
}

const ours = (text: string): Part[] => partsOf(text).filter(({ kind }) => kind === 'hook')

/** Bytes as characters of the same number: what others wrote comes out as it went in. */
const ENCODING = 'latin1'

/** Null where nothing stands; of a link, what it leads to. @throws HOOK_IN_THE_WAY where it is no file */
const textOf = (file: string): string | null => {
  const stats = look(file)
  if (stats === null) return null
  if (stats.isDirectory())
    throw refuse('HOOK_IN_THE_WAY', {
      hook: file.split('/').at(-1) ?? '',
      file,
      problem: 'there is a folder of that name',
      expected: 'a file, or nothing',
      next: ['qms hooks show'],
    })
  try {
    return readFileSync(file, ENCODING)
  } catch {
    return '' // a link to nothing: git runs nothing, and it is moved aside as it is
  }
}

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Written beside it and renamed, so that git never runs half of it. It keeps its mode, unless git must run it. */
const replace = async (file: string, text: string, runs = false): Promise<void> => {
  await mkdir(join(file, '..'), { recursive: true })
  const temporary = `${file}.${newOwnerId()}`
  const settings = file.endsWith('.yml')
  const mode = look(file)?.mode ?? (settings ? PLAIN : EXECUTABLE)
  await writeNew(temporary, Buffer.from(text, ENCODING))
  await chmod(temporary, (mode & 0o777) | (runs ? 0o111 : 0))
  await rename(temporary, file)
}

const changed = (hook: string, file: string) =>
  refuse('HOOK_IN_THE_WAY', {
    hook,
    file,
    problem: 'the lines that qms wrote were changed since',
    expected: 'the lines between the marks # >>> qms and # <<< qms as they were written, or none of them',
    next: ['qms hooks show', `take the lines between the marks out of ${file} yourself`],
  })

const twoFormer = (hook: string, file: string, former: string) =>
  refuse('HOOK_IN_THE_WAY', {
    hook,
    file: `${file} and ${former}`,
    problem: 'a former hook was put aside already, and another stands in its place now',
    expected: 'one of them',
    next: ['qms hooks show', `bring both together in ${file}, and remove ${former}`],
  })

const settingsThere = (file: string, part: string) =>
  refuse('HOOK_IN_THE_WAY', {
    hook: 'lefthook',
    file,
    problem: 'lefthook has local settings already',
    expected: `these lines among them:\n${part}`,
    next: ['qms hooks show', `add the lines to ${file} yourself`],
  })
