import type { GitSetting } from '../../../store/probe.ts'
import { type Check, count, type Finding, note, problem, warning } from '../check.ts'

interface Rule {
  readonly key: RegExp
  /** Values that do no harm. */
  readonly unless?: RegExp
  /** Only these values count. */
  readonly only?: RegExp
  readonly state: 'note' | 'warning' | 'problem'
  /** What it makes git do. */
  readonly does: string
}

const SWITCH = /^(?:true|false|yes|no|on|off|[01]|)$/i

/**
 * Keys of one clone that make git run a program, or look elsewhere. Worst are those for which there is hardly a good
 * reason: somebody who could write to the configuration would choose them.
 */
const RULES: readonly Rule[] = [
  {
    key: /^core\.fsmonitor$/,
    unless: SWITCH,
    state: 'warning',
    does: 'runs a program whenever git looks at the work tree',
  },
  { key: /^core\.sshcommand$/, state: 'warning', does: 'runs a program for every fetch and push' },
  { key: /^core\.gitproxy$/, state: 'warning', does: 'runs a program for fetches' },
  { key: /^core\.alternaterefscommand$/, state: 'problem', does: 'runs a program for fetches and pushes' },
  {
    key: /^core\.(?:pager|editor|askpass)$|^pager\.|^sequence\.editor$/,
    unless: /^(?:true|false|cat|less|vi|vim|nano|)$/,
    state: 'warning',
    does: 'runs a program',
  },
  { key: /^core\.hookspath$/, state: 'note', does: 'runs hooks from another folder' },
  { key: /^core\.attributesfile$/, state: 'warning', does: 'brings in attributes from another file' },
  { key: /^gpg\.(?:.*\.)?program$/, state: 'warning', does: 'runs a program for every signature' },
  {
    key: /^diff\.external$|^diff\..*\.(?:textconv|command)$/,
    state: 'warning',
    does: 'runs a program to show differences',
  },
  { key: /^merge\..*\.driver$/, state: 'warning', does: 'runs a program to merge files' },
  {
    key: /^filter\..*\.(?:clean|smudge|process)$/,
    unless: /^git[- ]lfs (?:clean|smudge|filter-process)\b/,
    state: 'warning',
    does: 'runs a program that changes files as they come and go',
  },
  {
    key: /^interactive\.difffilter$|^trailer\..*\.(?:command|cmd)$/,
    state: 'warning',
    does: 'runs a program',
  },
  {
    key: /^alias\./,
    only: /^\s*!/,
    state: 'warning',
    does: 'runs a program under the name of a git command',
  },
  {
    key: /^credential\.(?:.*\.)?helper$/,
    only: /^\s*!|\//,
    state: 'warning',
    does: 'runs a program that is shown passwords',
  },
  {
    key: /^include\.path$|^includeif\..*\.path$/,
    state: 'warning',
    does: 'brings in another file of configuration',
  },
  {
    key: /^url\..*\.(?:insteadof|pushinsteadof)$/,
    state: 'warning',
    does: 'fetches from and pushes to another address than is named',
  },
  {
    key: /^protocol\.ext\.allow$/,
    unless: /^never$/i,
    state: 'problem',
    does: 'lets an address of a remote run a program',
  },
  {
    key: /^remote\..*\.(?:pushurl|url)$/,
    only: /^ext::/,
    state: 'problem',
    does: 'runs a program instead of connecting',
  },
  {
    key: /^remote\..*\.(?:uploadpack|receivepack|vcs)$/,
    state: 'problem',
    does: 'runs a program for every fetch or push',
  },
  {
    key: /^submodule\..*\.update$/,
    only: /^\s*!/,
    state: 'problem',
    does: 'runs a program for every update of a submodule',
  },
]

const ruleFor = ({ key, value }: GitSetting): Rule | undefined =>
  RULES.find((r) => r.key.test(key.toLowerCase()) && !r.unless?.test(value) && (r.only?.test(value) ?? true))

/** Secrets that stand in an address are nobody's business. */
const masked = (text: string): string => text.replace(/\/\/[^@/\s]*@/g, '//***@')
const LONGEST = 160

const findingOf = (setting: GitSetting, rule: Rule): Finding => {
  const key = masked(setting.key)
  const value = masked(setting.value).slice(0, LONGEST)
  const found = `${value} (${setting.origin}): ${rule.does}. It has no effect on qms; it has on your own git`
  if (rule.state === 'note') return note(key, found)
  const words = {
    found,
    expected: 'no such setting in this clone, unless you put it there',
    next: [
      ['git', 'config', '--show-origin', '--get-all', key],
      ...(key === setting.key ? [['git', 'config', `--${setting.scope}`, '--unset-all', key]] : []),
    ],
  }
  return rule.state === 'problem' ? problem(key, words) : warning(key, words)
}

export const gitSettings: Check = {
  name: 'git-settings',
  group: 'repository',
  about: 'the configuration of this clone makes git run no programs and look nowhere else',
  examine: async ({ repository }) => {
    const own = (await repository.settings()).filter(({ scope }) => scope === 'local' || scope === 'worktree')
    const findings = own.flatMap((setting) => {
      const rule = ruleFor(setting)
      return rule ? [findingOf(setting, rule)] : []
    })
    return { summary: `${count(own.length, 'setting')}, none that runs a program`, findings }
  },
}
