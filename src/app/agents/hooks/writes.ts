/** The write guard: what a tool is about to write, by its own hand or by a shell's. */
import { absolute, type Guarded, touches } from '../../../agents/shell/path.ts'
import type { Harm, Reading } from '../../../agents/shell/shell.ts'
import type { HookInput, Rewriting } from '../../../agents/tool-call.ts'
import { rewritten } from '../../../agents/tool-call.ts'
import { note } from './incident.ts'
import { type Decision, deny, type HookPorts, PASS } from './ports.ts'
import { type Standing, standingOf, workspacesOf } from './standing.ts'

const guardedBy = (p: HookPorts, free: readonly string[], settings: boolean): Guarded => ({
  places: [...p.around.places, ...(settings ? p.around.settings : [])],
  free,
  ignoresCase: p.around.ignoresCase,
})

const startOf = (p: HookPorts, { cwd }: HookInput): string => cwd ?? p.around.top

/** What a shell command does, as far as its words tell. */
export const readCommand = async (
  p: HookPorts,
  input: HookInput,
  command: string,
  free: readonly string[] = [],
): Promise<Reading> => {
  const { readShell } = await import('../../../agents/shell/shell.ts')
  return readShell(command, {
    ...p.around,
    cwd: startOf(p, input),
    branch: p.branch,
    guarded: guardedBy(p, free, true),
  })
}

/** Nobody's name is asked for while nothing is harmed: most commands read no record. */
export const guardCommand = async (
  p: HookPorts,
  input: HookInput,
  command: string,
): Promise<{ readonly reading: Reading; readonly decision: Decision }> => {
  const reading = await readCommand(p, input, command)
  if (reading.harms.length === 0) return { reading, decision: PASS }
  const standing = await standingOf(p, input)
  const { harms } = await readCommand(p, input, command, await workspacesOf(p, standing))
  const [harm] = harms
  return { reading, decision: harm ? await refused(p, standing, input, harm, command) : PASS }
}

export const guardFiles = async (
  p: HookPorts,
  input: HookInput,
  paths: readonly string[],
  makes: Rewriting,
): Promise<Decision> => {
  const all = paths.map((path) => absolute(path, startOf(p, input)))
  const hit = (free: readonly string[]): string | undefined =>
    all.find((path) =>
      [path, p.around.real(path)].some((way) => touches(way, guardedBy(p, free, false), false) !== 'no'),
    )
  if (hit([]) !== undefined) {
    const standing = await standingOf(p, input)
    const path = hit(await workspacesOf(p, standing))
    if (path !== undefined) return refused(p, standing, input, { path, by: input.tool ?? 'a tool' })
  }
  const unhooked = await settingsHit(p, all, makes)
  if (unhooked === undefined) return PASS
  return refused(p, await standingOf(p, input), input, { path: unhooked, by: input.tool ?? 'a tool' })
}

/** A file of settings that would lose a hook of ours, or of which that cannot be told. */
const settingsHit = async (
  p: HookPorts,
  paths: readonly string[],
  makes: Rewriting,
): Promise<string | undefined> => {
  const named = paths.filter(
    (path) => p.around.settings.includes(path) || p.around.settings.includes(p.around.real(path)),
  )
  if (named.length === 0) return undefined
  const { keepsHooks, SETTINGS_FILE } = await import('../../../agents/tool-settings.ts')
  return named.find((path) => {
    const tool = (['codex', 'gemini'] as const).find((t) => path.endsWith(SETTINGS_FILE[t])) ?? 'claude'
    const before = p.around.text(path)
    return !keepsHooks(before, rewritten(before ?? '', makes), tool)
  })
}

const refused = async (
  p: HookPorts,
  standing: Standing,
  input: HookInput,
  harm: Harm,
  command?: string,
): Promise<Decision> => {
  const path = harm.path === null ? undefined : relative(p, harm.path)
  await note(p, standing, { kind: 'write', done: 'refused', tool: input.tool ?? '?', text: command, path })
  return deny(reason(harm, path), ...nextFor(path, standing))
}

const relative = (p: HookPorts, path: string): string =>
  path.startsWith(`${p.around.top}/`) ? path.slice(p.around.top.length + 1) : path

const reason = ({ by }: Harm, path: string | undefined): string =>
  path === undefined
    ? `Not run: ${by} would write past qms what qms alone keeps (QMS/, .qms/, git's folder, qms.config.json, hooks of agent tools).`
    : `Not written: ${path} is kept by qms, and changes by its commands only (found: ${by}).`

const DOCUMENT = /^QMS\/.*\/([A-Z][A-Z0-9-]*?)(?:-draft|-v\d+\.\d+)?\.(?:md|json|jsonl)$/

/** What does the same in the ways that there are. */
const nextFor = (path: string | undefined, { actor }: Standing): string[] => {
  const as = actor === null ? '' : ` -u ${actor}`
  const id = DOCUMENT.exec(path ?? '')?.[1]
  if (id)
    return [
      `qms checkout ${id}${as}   # gives a copy to edit; qms checkin ${id} takes it back`,
      `qms status ${id}`,
    ]
  if (path?.startsWith('.qms/workspace/')) return [`qms workspace${as}   # your own copies`]
  if (path === 'qms.config.json') return [`qms config KEY VALUE${as}`]
  if (path !== undefined && /^\.(?:claude|codex|gemini)\//.test(path))
    return ['qms hooks show   # a person changes them, with qms hooks install --agent TOOL']
  return [`qms next${as}   # what may be done now`, 'qms doctor   # if something is broken']
}
