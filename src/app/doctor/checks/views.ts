import { CONFIG_FILE } from '../../../store/layout.ts'
import type { ViewFile } from '../../../store/probe.ts'
import { type Check, type Command, count, type Finding, problem, warning } from '../check.ts'

type Place = ViewFile['where']
type Told = { readonly found: string; readonly grave: boolean; readonly next?: (at: At) => Command[] }

interface At {
  readonly root: string
  readonly path: string
  /** The revision that holds the committed text. */
  readonly tip: string
  readonly tracked: boolean
}

const git = ({ root }: At, ...words: readonly string[]): Command => ['git', '-C', root, ...words]

const restored = (at: At): Command[] =>
  at.tracked
    ? [git(at, 'diff', 'HEAD', '--', at.path), git(at, 'restore', '--staged', '--worktree', '--', at.path)]
    : [git(at, 'show', `${at.tip}:${at.path}`), ['rm', '-i', '--', `${at.root}/${at.path}`]]
const unstaged = (at: At): Command[] => [
  git(at, 'diff', '--cached', '--', at.path),
  git(at, 'restore', '--staged', '--', at.path),
]
const listed = (at: At): Command[] => [['ls', '-ld', '--', `${at.root}/${at.path}`]]

/** By where it is and how it stands; those without a way out are mended by `--fix`. */
const TOLD: Readonly<Record<Place, Readonly<Record<ViewFile['state'], Told>>>> = {
  file: {
    behind: { found: 'shows an earlier state of the store', grave: false },
    missing: { found: 'is missing', grave: false },
    'left over': { found: 'is left from an earlier state: the store has it no longer', grave: false },
    edited: {
      found: 'was changed by hand: what is committed counts, and changes of this document are refused',
      grave: true,
      next: restored,
    },
    unreadable: { found: 'cannot be read, or is no plain file', grave: true, next: listed },
    removed: { found: 'was removed', grave: false },
    conflict: { found: 'is in conflict', grave: true, next: restored },
  },
  index: {
    behind: { found: 'is staged as it was before: the next git commit would undo a transition', grave: true },
    missing: { found: 'is staged for removal: the next git commit would take it away', grave: true },
    'left over': {
      found: 'is staged and not in the store: the next git commit would bring it back',
      grave: true,
    },
    edited: { found: 'is staged with changes made by hand', grave: true, next: unstaged },
    removed: { found: 'was taken away by hand, and the removal is staged', grave: true, next: restored },
    conflict: {
      found: 'is staged in several forms: a merge was not ended',
      grave: true,
      next: (at) => [git(at, 'status')],
    },
    unreadable: { found: 'cannot be read', grave: true, next: listed },
  },
}

const findingOf = (file: ViewFile, at: At): Finding => {
  const { found, grave, next } = TOLD[file.where][file.state]
  const words = {
    found,
    expected: 'what the tip of the control branch has',
    next: next?.(at) ?? [],
    fixable: next === undefined,
  }
  const config = file.path === CONFIG_FILE && file.where === 'file'
  return grave && !config ? problem(file.path, words) : warning(file.path, words)
}

export const views: Check = {
  name: 'views',
  group: 'store',
  about: 'the files and the index show the tip of the control branch',
  examine: async (patient) => {
    const { repository } = patient
    const { kind, root, differing } = await repository.view()
    const tracked = kind === 'work tree'
    const tip = patient.branch
    const findings = differing.map((file) => findingOf(file, { root, path: file.path, tip, tracked }))
    const behind = differing.filter((_, i) => findings[i]?.fixable)
    const does = `brings ${count(behind.length, 'file or entry', 'files and entries')} up to the tip`
    const summary = kind === 'none' ? 'no work tree shows the store' : `the ${kind} is in step`
    return { summary, findings, mend: { does, run: () => repository.bringUp(behind) } }
  },
}
