/** Hooks in words: where they are, and what was done. */
import type { HookChange, HookFile, HooksOpened, ToolHookChange, ToolHookState } from '../../compose-hooks.ts'
import { refuse } from '../../errors.ts'
import { visibleLine } from '../visible.ts'
import { bold, table } from './screen.ts'

/** @throws USAGE where none or several are meant */
export const checkKind = (
  git: boolean | undefined,
  server: string | undefined,
  agent: string | undefined,
): void => {
  const given = [git, server !== undefined, agent !== undefined].filter((kind) => kind).length
  if (given === 1) return
  throw refuse('USAGE', {
    problem:
      given > 1
        ? 'give one of --git, --server and --agent'
        : 'say which hooks: those of a clone (--git), of a server, or of an agent tool (--agent claude)',
    usage: 'qms hooks install --server DIR',
    instead: 'qms hooks install --git',
  })
}

const DID: Readonly<Record<HookChange['did'], string>> = {
  written: 'written',
  'put into': 'put into the hook that is there, as its first lines',
  'put before': 'written; the hook that was there is called first',
  renewed: 'written anew',
  unchanged: 'is in place already',
  'taken away': 'taken away',
  'taken out': 'taken out; the other lines stay',
  none: 'nothing of qms there',
}

const STATES: Readonly<Record<HookFile['state'], string>> = {
  absent: 'none',
  installed: 'calls qms',
  outdated: 'calls qms, written by another version or for another place of it',
  edited: 'calls qms, but was changed since',
  foreign: 'does not call qms',
  'not executable': 'would call qms, but git does not run it: not executable',
}

export const placeLines = ({ place }: HooksOpened): string[] => [
  `Hooks in ${bold(visibleLine(place.folder))}${place.because ? `  (${visibleLine(place.because)})` : ''}`,
]

export const changeLines = (changes: readonly (HookChange | ToolHookChange)[], dryRun: boolean): string[] =>
  changes.flatMap(({ hook, did, former }) => [
    `  ${hook.padEnd(16)}  ${dryRun ? 'would be: ' : ''}${DID[did]}`,
    ...(former ? [`  ${' '.repeat(16)}  ${visibleLine(former)}`] : []),
  ])

export const stateLines = (files: readonly HookFile[]): string[] =>
  table(
    ['HOOK', 'STATE', 'BEFORE IT'],
    files.map(({ hook, state, former }) => [
      hook,
      STATES[state],
      former ? (former.split('/').at(-1) ?? '') : '',
    ]),
  )

export const toolLines = (hooks: readonly ToolHookState[]): string[] =>
  hooks.length === 0
    ? []
    : [
        '',
        ...table(
          ['TOOL', 'HOOK', 'STATE', 'FILE'],
          hooks.map(({ tool, hook, state, file }) => [tool, hook, STATES[state], file]),
        ),
      ]
