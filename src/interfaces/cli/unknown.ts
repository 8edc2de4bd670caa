/** A command that does not exist, and the one that was meant. */
import type { Config } from '@oclif/core'
import { closest } from '../../app/suggest.ts'
import { refuse } from '../../errors.ts'
import { callOf } from '../call.ts'

/** @throws USAGE with the commands that come closest */
export const refuseUnknown = (words: readonly string[], config: Config): void => {
  const end = words.findIndex((word) => word.startsWith('-'))
  const verbs = end < 0 ? words : words.slice(0, end)
  const first = verbs[0]
  if (first === undefined) throw refuse('USAGE', { problem: 'no command was given', usage: 'qms help' })
  const topic = config.topics.some((t) => t.name === first)
  if (config.findCommand(verbs.slice(0, 2).join(':'))) return
  if (config.findCommand(first) && !(topic && isSlip(verbs, config))) return
  if (topic && verbs.length === 1) return
  const names = config.commands.filter((c) => !c.hidden).map((c) => c.id.replaceAll(':', ' '))
  const two = verbs.slice(0, 2).join(' ')
  const right = topic
    ? inTopic(first, verbs[1] ?? '', names)
    : (closest(first, names)[0] ?? closest(two, names)[0])
  const instead = right ? whole(right, words.slice(right.includes(' ') ? 2 : 1), config) : null
  throw refuse('USAGE', {
    problem: `there is no command "${topic ? two : first}"${right ? `: did you mean ${right}?` : ''}`,
    ...(instead ? { instead } : {}),
    usage: right ? `qms ${right} --help` : topic ? `qms help ${first}` : 'qms help',
  })
}

/** `audit exprot`: where a command is a group as well, a word that is nearly one of its members is no argument. */
const isSlip = ([first = '', second = '']: readonly string[], config: Config): boolean =>
  /^[a-z-]+$/.test(second) &&
  inTopic(
    first,
    second,
    config.commands.map((c) => c.id.replaceAll(':', ' ')),
  ) !== undefined

/** `ad` in `user` is `user add`. */
const inTopic = (topic: string, word: string, names: readonly string[]): string | undefined => {
  const members = names
    .filter((name) => name.startsWith(`${topic} `))
    .map((name) => name.slice(topic.length + 1))
  const near = closest(word, members)[0]
  return near && `${topic} ${near}`
}

/** The whole line with the right verb; null where its arguments are missing, too. */
const whole = (verb: string, rest: readonly string[], config: Config): string | null => {
  const args = Object.values(config.findCommand(verb.replace(' ', ':'))?.args ?? {})
  const given = rest.filter((word) => !word.startsWith('-')).length
  return args.filter((arg) => arg.required).length > given ? null : callOf(verb, rest).line
}
