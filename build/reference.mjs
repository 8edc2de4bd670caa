// docs/commands.md from oclif.manifest.json: the commands as the program itself knows them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TASKS } from '../dist/interfaces/cli/help.js'
import { UNDO } from '../dist/interfaces/undo.js'

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')

const flagName = (flag) => {
  const value = flag.type === 'option' ? ` ${flag.helpValue ?? 'VALUE'}${flag.multiple ? '...' : ''}` : ''
  return `\`${flag.char ? `-${flag.char}, ` : ''}--${flag.name}${value}\``
}

const notes = (flag) =>
  [
    flag.description,
    flag.options ? `one of ${flag.options.join(', ')}` : null,
    flag.default !== undefined && flag.default !== false ? `default: ${flag.default}` : null,
    flag.required ? 'required' : null,
    flag.exclusive ? `not with --${flag.exclusive.join(', --')}` : null,
  ]
    .filter(Boolean)
    .join('; ')

const usage = (command) =>
  [
    'qms',
    command.id.replaceAll(':', ' '),
    ...Object.values(command.args).map((arg) => {
      const name = arg.name.toUpperCase()
      return arg.required ? name : `[${name}]`
    }),
  ].join(' ')

const section = (command) => {
  const flags = Object.values(command.flags).filter((flag) => flag.helpGroup !== 'GLOBAL' && !flag.hidden)
  const args = Object.values(command.args)
  const name = command.id.replaceAll(':', ' ')
  const rows = [
    ...args.map((arg) => `| \`${arg.name.toUpperCase()}\` | ${cell(arg.description ?? '')} |`),
    ...flags.map((flag) => `| ${cell(flagName(flag))} | ${cell(notes(flag))} |`),
  ]
  const examples = [command.examples ?? []]
    .flat()
    .map((e) => String(e).replaceAll('<%= config.bin %>', 'qms'))
  return [
    `### ${command.id.replaceAll(':', ' ')}`,
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    ...(command.description ? [command.description] : []),
    `\`${usage(command)}\``,
    ...(rows.length > 0 ? [['| Argument or flag | Meaning |', '| --- | --- |', ...rows].join('\n')] : []),
    ...(UNDO[name] ? [`To take it back: ${UNDO[name]}.`] : []),
    ...(examples.length > 0 ? [`\`\`\`sh\n${examples.join('\n')}\n\`\`\``] : []),
  ].join('\n\n')
}

export const referenceDocument = (root) => {
  const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
  const tasks = Object.entries(TASKS).map(([task, names]) =>
    [`## ${task}`, ...names.map((name) => section(commands[name.replaceAll(' ', ':')]))].join('\n\n'),
  )
  return `${[
    '# Commands',
    'This file is generated from the commands themselves (`npm run docs`).',
    'Flags of every command: `-u, --user NAME` (or `QMS_USER`) says who acts; `-C, --project DIR` runs as if started in that folder; `--json` prints one JSON object instead of words; `-q, --quiet` leaves next steps and notes out; `-v, --verbose` says which project and branch, on standard error; `--no-color` and `--no-pager` do what they say. All of them may also stand before the verb. Exit codes are listed in [interfaces.md](interfaces.md#exit-codes).',
    ...tasks,
  ].join('\n\n')}\n`
}
