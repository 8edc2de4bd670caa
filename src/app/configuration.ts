/** `qms.config.json`: settings that change nobody's rights. The peer's keys are understood and left alone. */
import * as z from 'zod/mini'
import { CONFLICT, CONFLICT_PROBLEM, uniqueKeysProblem } from '../documents/json.ts'
import { compareVersions, parseVersion } from '../documents/version.ts'
import { type QmsError, refuse } from '../errors.ts'
import { AGENTS_FOLDER, CONFIG_FILE, STORE_FOLDER, WORKSPACE_FOLDER } from '../store/layout.ts'
import type { Snapshot } from '../store/store.ts'
import {
  BACKEND_DEFAULTS,
  BACKENDS_EXPECTED,
  type BackendSettings,
  backendSettings,
  makeBackendsSchema,
} from './backend-settings.ts'

/** What `init` writes as `version`: the layout of docs/store-format.md. */
export const STORE_FORMAT = '1.0'

/** The format that the file names, where it is later than what this program writes; else null. */
export const laterFormat = (bytes: Uint8Array | null): string | null => {
  const version = objectIn(bytes ?? new Uint8Array())?.version
  const known =
    typeof version !== 'string' || !parseVersion(version) || compareVersions(version, STORE_FORMAT) <= 0
  return known ? null : version
}

/** Names joined by /: none that leads elsewhere, into git's folder, or among the files of the store. */
const isFolder = (path: string): boolean =>
  path.length <= 200 &&
  !path.startsWith(`${STORE_FOLDER}/`) &&
  path !== STORE_FOLDER &&
  path
    .replace(/\/$/, '')
    .split('/')
    .every((name) => /^(?!\.{1,2}$)(?!\.git$)(?:<user>|[A-Za-z0-9._-])+$/i.test(name))

const workspace = z.string().check(z.refine(isFolder, 'a relative folder without .., such as .qms/workspace'))

/** A file of the project, outside of the store and of git's folder; empty for the ones that are usual. */
const isGuide = (path: string): boolean => path === '' || (isFolder(path) && !path.endsWith('/'))
const guide = z.string().check(z.refine(isGuide, 'a relative path without .., such as docs/guide.md'))
const agents = z
  .string()
  .check(z.refine((path) => isFolder(path) && !path.includes('<'), 'a relative folder without ..'))

/** Bytes of the file itself. */
const LARGEST_FILE = 65_536

/** Bytes that no project may allow a document to exceed. */
export const LARGEST_DOCUMENT = 100_000_000

/** Bytes that no project may keep of one output: all of it is looked through for secrets. */
const LARGEST_OUTPUT = 16_000_000

const plain = z.object({
  version: z.optional(z.string()),
  created: z.optional(z.string()),
  branch: z.optional(z.string()),
  /** When another program's store was taken over. */
  adopted: z.optional(z.string()),
  workspace: z.optional(workspace),
  documentLimit: z.optional(z.int().check(z.minimum(1024), z.maximum(LARGEST_DOCUMENT))),
  agents: z.optional(agents),
  evidenceLimit: z.optional(z.int().check(z.minimum(1024), z.maximum(LARGEST_OUTPUT))),
  guide: z.optional(guide),
})

const makeWhole = () => z.extend(plain, { backends: z.optional(makeBackendsSchema()) })
let whole: ReturnType<typeof makeWhole> | undefined

/** What a file is to be. What runs agents is long to tell: only a file that says something of it is held to that. */
const parsedAs = (raw: unknown): ReturnType<ReturnType<typeof makeWhole>['safeParse']> => {
  const isLong = typeof raw === 'object' && raw !== null && Object.hasOwn(raw, 'backends')
  if (!isLong) return plain.safeParse(raw)
  whole ??= makeWhole()
  return whole.safeParse(raw)
}

/** Every key that means something. */
export const KEYS: readonly string[] = [...Object.keys(plain.shape), 'backends']

export interface Configuration {
  /** Where workspace copies stand: `<user>` is replaced, else the user's folder is added. */
  readonly workspace: string
  /** Bytes that one document may have at the most. */
  readonly documentLimit: number
  /** Bytes that are kept of the output of one captured run. */
  readonly evidenceLimit: number
  /** What runs agents. */
  readonly backends: BackendSettings
  /** The project guide, which reviewers are given; empty: CLAUDE.md and AGENTS.md, as far as there are such. */
  readonly guide: string
  /** Where the definition files of agents stand, without a slash at the end. */
  readonly agents: string
}

export const DEFAULTS: Configuration = {
  workspace: WORKSPACE_FOLDER,
  documentLimit: 4_000_000,
  evidenceLimit: 262_144,
  backends: BACKEND_DEFAULTS,
  guide: '',
  agents: AGENTS_FOLDER,
}

/** Keys that `qms config KEY VALUE` may set, and what each may hold. */
export const SETTABLE = {
  workspace: 'a relative folder, such as .qms/workspace or .claude/users/<user>/workspace',
  documentLimit: `bytes, from 1024 to ${LARGEST_DOCUMENT}`,
  evidenceLimit: `bytes kept of the output of a run, from 1024 to ${LARGEST_OUTPUT}`,
  backends: BACKENDS_EXPECTED,
  guide: 'the path of the project guide, such as docs/guide.md; empty for CLAUDE.md and AGENTS.md',
  agents: `a relative folder with the definition files of agents, such as ${AGENTS_FOLDER}`,
} as const satisfies Record<keyof Configuration, string>

export type SettableKey = keyof typeof SETTABLE

export const isSettable = (key: string): key is SettableKey => Object.hasOwn(SETTABLE, key)

/** @throws DAMAGED where the file is not JSON, holds a key twice, or a value of another kind */
export const parseConfiguration = (
  bytes: Uint8Array | null,
): { raw: Record<string, unknown>; settings: Configuration } => {
  if (!bytes) return { raw: {}, settings: DEFAULTS }
  const damaged = (problem: string, found: string) =>
    refuse('DAMAGED', { path: CONFIG_FILE, problem, expected: 'a JSON object of known settings', found })
  if (bytes.length > LARGEST_FILE) throw damaged('larger than settings can be', `${bytes.length} bytes`)
  const text = new TextDecoder().decode(bytes)
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    throw damaged(CONFLICT.test(text) ? CONFLICT_PROBLEM : 'not JSON', (error as Error).message)
  }
  const twice = uniqueKeysProblem(text)
  if (twice) throw damaged('a key stands twice', twice)
  const parsed = parsedAs(raw)
  const issue = parsed.error?.issues[0]
  if (!parsed.success)
    throw damaged(`${issue?.path.join('.')} is not what it should be`, issue?.message ?? '')
  const { workspace: folder, documentLimit, evidenceLimit, backends } = parsed.data
  const { guide: path, agents: definitions } = parsed.data
  return {
    raw: raw as Record<string, unknown>,
    settings: {
      workspace: folder ?? DEFAULTS.workspace,
      documentLimit: documentLimit ?? DEFAULTS.documentLimit,
      evidenceLimit: evidenceLimit ?? DEFAULTS.evidenceLimit,
      backends: backends ? backendSettings(backends) : DEFAULTS.backends,
      guide: path ?? DEFAULTS.guide,
      agents: (definitions ?? DEFAULTS.agents).replace(/\/+$/, ''),
    },
  }
}

export const readConfiguration = async (snapshot: Snapshot): Promise<Configuration> =>
  parseConfiguration(await snapshot.read(CONFIG_FILE)).settings

/** What was typed, as a value of the kind that the setting has. */
const READ: Readonly<Record<string, (value: string) => unknown>> = {
  number: Number,
  object: (value) => {
    try {
      const parsed: unknown = JSON.parse(value)
      return uniqueKeysProblem(value) ? null : parsed
    } catch {
      return null
    }
  },
}

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Of what has parts, the part that is amiss is named. */
const unfit = (key: SettableKey, value: string, issue: Issue | undefined): QmsError => {
  const inside = issue && issue.path.length > 1 ? `${issue.path.join('.')}: ${issue.message}` : null
  return refuse('BAD_VALUE', {
    name: key,
    found: inside ?? value.slice(0, 200),
    expected: SETTABLE[key],
  })
}

/** The file with one setting changed; every other key stays. @throws BAD_VALUE */
export const withSetting = (bytes: Uint8Array | null, key: SettableKey, value: string): Uint8Array => {
  const { raw } = parseConfiguration(bytes)
  const next = { ...raw, [key]: READ[typeof DEFAULTS[key]]?.(value) ?? value }
  const { success, error } = parsedAs(next)
  if (!success) throw unfit(key, value, error?.issues[0])
  return new TextEncoder().encode(`${JSON.stringify(next, null, 2)}\n`)
}

/**
 * The configuration of an adopted project: the peer's keys as they are, ours where they are missing. What cannot be
 * read gives way, and is named.
 */
export const adoptedConfiguration = (
  former: Uint8Array | null,
  own: { readonly branch: string; readonly adopted: string; readonly workspace: string },
): { readonly bytes: Uint8Array; readonly replaced: readonly string[] } => {
  const kept = former ? objectIn(former) : {}
  const entries = Object.entries(kept ?? {})
  const unfit = new Set(parsedAs(kept ?? {}).error?.issues.map((issue) => String(issue.path[0])))
  const sound = Object.fromEntries(entries.filter(([key]) => !unfit.has(key) && key !== '__proto__'))
  const { branch, adopted, workspace: folder } = own
  const config = { version: '1.0', created: adopted, workspace: folder, ...sound, branch, adopted }
  return {
    bytes: new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`),
    replaced: kept === null ? [CONFIG_FILE] : [...unfit],
  }
}

/** Null where the bytes are no JSON object. */
const objectIn = (bytes: Uint8Array): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** Whether a configuration says that the store was adopted. */
export const isAdopted = (bytes: Uint8Array | null): boolean =>
  typeof objectIn(bytes ?? new Uint8Array())?.adopted === 'string'

/** Namespaces that the peer's configuration names; what is no name is left. */
export const namespacesIn = (bytes: Uint8Array | null): string[] => {
  const listed = objectIn(bytes ?? new Uint8Array())?.sdlc_namespaces
  return Array.isArray(listed) ? listed.filter((name) => typeof name === 'string') : []
}
