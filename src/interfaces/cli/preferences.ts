/** How one person likes to see answers, on this machine: colour and pager. Nothing here says who they are or what they may. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

interface Preferences {
  readonly pager?: string
  readonly color?: 'auto' | 'always' | 'never'
}

export interface Preference {
  readonly key: 'pager' | 'color'
  readonly value: string
  /** The variable or the file that says so, or `default`. */
  readonly from: string
  readonly expected: string
}

const COLOURS: readonly unknown[] = ['auto', 'always', 'never']

const fileOf = (env: NodeJS.ProcessEnv): string =>
  join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'qms', 'config.json')

/** What cannot be read is as if it were not there: nobody is kept from working by the colour of the answer. */
const read = (file: string): Preferences => {
  try {
    const { pager, color } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    return {
      ...(typeof pager === 'string' ? { pager } : {}),
      ...(COLOURS.includes(color) ? { color: color as 'auto' } : {}),
    }
  } catch {
    return {}
  }
}

let kept: Preferences | undefined
const own = (env: NodeJS.ProcessEnv): Preferences => (kept ??= read(fileOf(env)))

/** Flag (which the caller knows), then environment, then the person's own file, then what is built in. */
export const pagerPreference = (env: NodeJS.ProcessEnv): Preference => {
  const found = { key: 'pager', expected: 'a command; empty for none' } as const
  for (const name of ['QMS_PAGER', 'PAGER'])
    if (env[name] !== undefined) return { ...found, value: env[name], from: name }
  const { pager } = own(env)
  return pager === undefined
    ? { ...found, value: 'less -FIRX', from: 'default' }
    : { ...found, value: pager, from: fileOf(env) }
}

export const colourPreference = (env: NodeJS.ProcessEnv): Preference => {
  const found = { key: 'color', expected: 'auto, always or never' } as const
  if (env.NO_COLOR) return { ...found, value: 'never', from: 'NO_COLOR' }
  if (env.FORCE_COLOR)
    return { ...found, value: env.FORCE_COLOR === '0' ? 'never' : 'always', from: 'FORCE_COLOR' }
  const { color } = own(env)
  return color === undefined
    ? { ...found, value: 'auto', from: 'default' }
    : { ...found, value: color, from: fileOf(env) }
}
