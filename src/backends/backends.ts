/** The backends by name. */
import type { Backend, CommandWords } from '../agents/backend.ts'
import { claude } from './claude.ts'
import { codex } from './codex.ts'
import { commandBackend } from './command.ts'
import { gemini } from './gemini.ts'

const BUILT_IN: Readonly<Record<string, Backend>> = { claude, codex, gemini }

/** @param command null for a backend that is built in */
export const makeBackend = (name: string, command: CommandWords | null): Backend => {
  if (command) return commandBackend(name, command)
  const backend = BUILT_IN[name]
  if (!backend) throw new Error(`no backend ${name}`)
  return backend
}
