import type { Hook } from '../../../store/probe.ts'
import { type Check, count, type Finding, note, warning } from '../check.ts'

const INSTALL = ['qms', 'hooks', 'install', '--git']
const SHOW = ['qms', 'hooks', 'show']

/** Hooks are a choice: none of ours is fine. Some of ours, or ours in a state in which they guard nothing, is not. */
const findingOf = ({ name, file, state }: Hook, guarded: boolean): Finding[] => {
  const expected = 'a hook that calls this qms'
  const amiss = (found: string, next: string[][]) => [
    warning(name, { found: `${file}: ${found}`, expected, next }),
  ]
  if (state === 'outdated')
    return amiss('calls qms as another version, or another place of it, wrote it', [INSTALL])
  if (state === 'edited') return amiss('was changed since qms wrote it', [SHOW])
  if (state === 'not executable') return amiss('git does not run it: it is not executable', [INSTALL])
  if (state === 'installed') return []
  if (guarded)
    return amiss(
      state === 'absent' ? 'is not there, while others call qms' : 'does not call qms, while others do',
      [INSTALL],
    )
  return state === 'foreign' ? [note(name, `${file} is of another program`)] : []
}

export const hooks: Check = {
  name: 'hooks',
  group: 'repository',
  about: 'the hooks of git that call qms are all there, and can',
  examine: async ({ repository }) => {
    const all = await repository.hooks()
    const ours = all.filter(({ state }) => state !== 'absent' && state !== 'foreign')
    const findings = all.flatMap((hook) => findingOf(hook, ours.length > 0))
    return { summary: ours.length > 0 ? `${count(ours.length, 'hook')} of qms` : 'none of qms', findings }
  },
}
