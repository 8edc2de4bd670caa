/**
 * What an agent tool says it is about to do, as its hooks are told: names and forms differ between tools and are made one
 * here. What has another form than is known is no call of it, and is refused where it could do harm.
 */
import * as z from 'zod/mini'

export const AGENT_TOOLS = ['claude', 'codex', 'gemini'] as const
export type AgentTool = (typeof AGENT_TOOLS)[number]

/** Who uses a tool: the main thread, or an agent inside of it. */
export interface Inside {
  /** As the agent tool calls it. */
  readonly id: string
  /** Name of its definition. */
  readonly type: string
}

export interface HookInput {
  /** The agent tool's own id of what a person would call a conversation. */
  readonly session: string | null
  /** Absolute. */
  readonly cwd: string | null
  /** Null on the main thread. */
  readonly inside: Inside | null
  /** Why a session began: `startup`, `resume`, `clear`, `compact`. */
  readonly source: string | null
  /** It was held back once already. */
  readonly again: boolean
  readonly use: string | null
  readonly tool: string | null
  readonly input: Readonly<Record<string, unknown>>
}

const input = z.looseObject({
  session_id: z.optional(z.string()),
  cwd: z.optional(z.string()),
  agent_id: z.optional(z.string()),
  agent_type: z.optional(z.string()),
  source: z.optional(z.string()),
  stop_hook_active: z.optional(z.boolean()),
  tool_use_id: z.optional(z.string()),
  tool_name: z.optional(z.string()),
  tool_input: z.optional(z.record(z.string(), z.unknown())),
})

/** Nobody knows where another path begins. */
const ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/])/

/** What a hook is told on standard input; what is wrong with it, as a text. */
export const readHookInput = (text: string): HookInput | string => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return `it is not JSON: ${(error as Error).message}`
  }
  const parsed = input.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return `${issue?.path.join('.') || 'it'}: ${issue?.message}`
  }
  const i = parsed.data
  return {
    session: i.session_id ?? null,
    cwd: i.cwd !== undefined && ABSOLUTE.test(i.cwd) ? i.cwd : null,
    inside: i.agent_id === undefined ? null : { id: i.agent_id, type: i.agent_type ?? '' },
    source: i.source ?? null,
    again: i.stop_hook_active ?? false,
    use: i.tool_use_id ?? null,
    tool: i.tool_name ?? null,
    input: i.tool_input ?? {},
  }
}

/** A file as it would be when the tool has written it: the whole of it, or passages replaced; null where that is not told. */
export type Rewriting =
  | { readonly whole: string }
  | { readonly passages: readonly { readonly from: string; readonly to: string; readonly all: boolean }[] }
  | null

export type ToolCall =
  | { readonly kind: 'shell'; readonly command: string }
  | { readonly kind: 'write'; readonly paths: readonly string[]; readonly makes: Rewriting }
  | { readonly kind: 'agent'; readonly type: string; readonly prompt: string }
  | { readonly kind: 'message'; readonly to: string; readonly text: string }
  | { readonly kind: 'workflow'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly problem: string }
  | { readonly kind: 'other' }

type Reader = (input: Readonly<Record<string, unknown>>) => ToolCall

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const missing = (what: string): ToolCall => ({ kind: 'unreadable', problem: `no ${what} that is a text` })

/** Codex gives the words of a command; the last of `bash -lc WORDS` is what the shell reads. */
const commandIn = (value: unknown): string | null => {
  if (typeof value === 'string') return value
  if (!Array.isArray(value) || !value.every((word) => typeof word === 'string')) return null
  const words = value as string[]
  return /^(?:.*\/)?(?:ba|z|da)?sh$/.test(words[0] ?? '') && /^-\w*c$/.test(words[1] ?? '')
    ? (words[2] ?? '')
    : words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
}

const shell: Reader = (i) => {
  const command = commandIn(i.command)
  return command === null ? missing('command') : { kind: 'shell', command }
}

const written: Reader = (i) => {
  const path = text(i.file_path) ?? text(i.notebook_path) ?? text(i.absolute_path) ?? text(i.path)
  return path === null ? missing('file_path') : { kind: 'write', paths: [path], makes: rewriting(i) }
}

const rewriting = (i: Readonly<Record<string, unknown>>): Rewriting => {
  const whole = text(i.content)
  if (whole !== null) return { whole }
  const edits = Array.isArray(i.edits) ? i.edits : [i]
  const passages = edits.map((edit: Record<string, unknown> | null) => ({
    from: text(edit?.old_string),
    to: text(edit?.new_string),
    all: edit?.replace_all === true,
  }))
  return passages.every(
    (p): p is { from: string; to: string; all: boolean } => p.from !== null && p.to !== null,
  )
    ? { passages }
    : null
}

/** The paths that a patch of Codex names. */
const patched: Reader = (i) => {
  const patch = text(i.command) ?? text(i.input) ?? text(i.patch)
  if (patch === null) return missing('patch')
  const paths = [...patch.matchAll(/^\*\*\* (?:Add File|Update File|Delete File|Move to): (.+)$/gm)]
  return { kind: 'write', paths: paths.map((m) => (m[1] ?? '').trim()), makes: null }
}

const agent: Reader = (i) => {
  const [prompt, type] = [text(i.prompt), text(i.subagent_type)]
  return prompt === null ? missing('prompt') : { kind: 'agent', type: type ?? '', prompt }
}

const message: Reader = (i) => ({
  kind: 'message',
  to: text(i.to) ?? text(i.agent_id) ?? '',
  text: text(i.message) ?? JSON.stringify(i),
})

const workflow: Reader = (i) => ({ kind: 'workflow', text: text(i.script) ?? JSON.stringify(i) })

const READERS: Readonly<Record<string, Reader>> = {
  Bash: shell,
  shell,
  local_shell: shell,
  run_shell_command: shell,
  Edit: written,
  Write: written,
  MultiEdit: written,
  NotebookEdit: written,
  write_file: written,
  replace: written,
  apply_patch: patched,
  Agent: agent,
  Task: agent,
  spawn_agent: agent,
  SendMessage: message,
  send_input: message,
  Workflow: workflow,
}

export const toolCall = ({ tool, input }: Pick<HookInput, 'tool' | 'input'>): ToolCall => {
  const reader = tool !== null && Object.hasOwn(READERS, tool) ? READERS[tool] : undefined
  return reader ? reader(input) : { kind: 'other' }
}

/** What a text becomes; null where that cannot be told. */
export const rewritten = (before: string, makes: Rewriting): string | null => {
  if (makes === null) return null
  if ('whole' in makes) return makes.whole
  return makes.passages.reduce<string | null>((now, { from, to, all }) => {
    if (now === null) return null
    if (from === '') return now === '' ? to : null
    if (!now.includes(from)) return null
    return all ? now.replaceAll(from, () => to) : now.replace(from, () => to)
  }, before)
}
