/** Help: examples first, commands by task. */
import type { Interfaces } from '@oclif/core'
import { closest } from '../../app/suggest.ts'
import { refuse } from '../../errors.ts'
import { EXPLANATIONS } from '../explain.ts'
import { TOPICS } from '../topics.ts'

/** Every command under the task that it serves; a test proves that none is missing. */
export const TASKS: Readonly<Record<string, readonly string[]>> = {
  'Set up': [
    'init',
    'user add',
    'user list',
    'user show',
    'user disable',
    'user enable',
    'namespace add',
    'namespace list',
    'policy show',
    'policy set',
    'config',
    'config trust',
    'doctor',
    'completion',
    'agent-guide',
    'mcp',
  ],
  Write: [
    'create',
    'checkout',
    'checkin',
    'interact',
    'read',
    'diff',
    'list',
    'search',
    'tree',
    'template list',
    'template show',
    'lint',
  ],
  'Review and approve': [
    'route',
    'assign',
    'packet',
    'review',
    'approve',
    'reject',
    'withdraw',
    'release',
    'revert',
    'close',
    'cancel',
    'fix',
    'escalate',
    'resolve',
  ],
  Execute: [
    'ei list',
    'ei show',
    'ei start',
    'ei run',
    'ei pass',
    'ei fail',
    'ei note',
    'ei add',
    'note',
    'summarise',
  ],
  'Call agents': [
    'session start',
    'session show',
    'session end',
    'session allow-fresh',
    'agent spawn',
    'agent check',
    'agent lint-prompt',
    'agent stats',
  ],
  Prove: ['audit', 'audit export', 'audit report', 'audit verify', 'checkpoint', 'trace'],
  Guard: [
    'hooks install',
    'hooks show',
    'hook pre-commit',
    'hook commit-msg',
    'hook pre-push',
    'hook pre-receive',
    'hook pre-tool-use',
    'hook user-prompt-submit',
    'hook session-start',
    'hook subagent-start',
    'hook subagent-stop',
  ],
  Know: ['status', 'next', 'why', 'inbox', 'workspace', 'history', 'comments', 'commands', 'help'],
}

type Config = Pick<Interfaces.Config, 'commands' | 'findCommand' | 'topics'>

/** A page of help on what these words name; on everything where there are none. @throws USAGE */
export const pageOf = async (config: Config, words: readonly string[]): Promise<string[]> => {
  const pages = await import('./help-pages.ts')
  const [first, second = ''] = words
  if (first === undefined)
    return pages.rootPage(TASKS, (name) => config.findCommand(name.replace(' ', ':'))?.summary ?? '')
  const command = config.findCommand(`${first}:${second}`) ?? config.findCommand(first)
  if (command) return [...pages.commandPage(command), ...pages.belowPage(membersOf(command.id, config))]
  if (Object.hasOwn(TOPICS, first)) return pages.topicPage(first)
  const code = first.toUpperCase().replaceAll('-', '_')
  if (Object.hasOwn(EXPLANATIONS, code)) return pages.codePage(code as keyof typeof EXPLANATIONS)
  const group = config.topics.find((topic) => topic.name === first)
  if (!group) throw nothingOn(first, config)
  return pages.groupPage(first, group.description ?? '', membersOf(first, config))
}

/** The commands whose first word this is. */
const membersOf = (name: string, config: Config) =>
  config.commands.filter((c) => c.id.startsWith(`${name}:`) && !c.hidden)

const nothingOn = (word: string, config: Config): Error => {
  const names = [...Object.values(TASKS).flat(), ...config.topics.map((t) => t.name), ...Object.keys(TOPICS)]
  const near = closest(word, names)[0] ?? closest(word, Object.keys(EXPLANATIONS))[0]
  return refuse('USAGE', {
    problem: `there is no help on "${word}"${near ? `: did you mean ${near}?` : ''}`,
    usage: 'qms help',
    ...(near ? { instead: `qms help ${near}` } : {}),
  })
}
