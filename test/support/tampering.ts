/**
 * A good store made bad: every way in which somebody might alter its files, with what a verifier must find. A store is
 * its files below `QMS/` by path; each function gives new files and leaves those that it was given as they are.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { chainStart, splitLines } from '../../src/documents/trail.ts'

export type Files = ReadonlyMap<string, Uint8Array>

/** What must be found: at least one finding with one of these codes, at this path, and on one of these lines, if any are named. */
export interface Expected {
  readonly codes: readonly string[]
  readonly path: string
  readonly lines?: readonly number[]
}

export interface Tampered {
  /** What was done, in words. */
  readonly done: string
  readonly files: Files
  readonly expected: readonly Expected[]
}

/** Codes of a damaged chain: each names the line. */
export const CHAIN_CODES = [
  'CHAIN_BROKEN',
  'TRAIL_CUT',
  'NOT_JSON',
  'KEY_TWICE',
  'EVENT_UNKNOWN',
  'CONFLICT_MARKERS',
  'ADOPTED_LINES_CHANGED',
] as const

/** The files of a store that lies in a work tree. */
export const storeFiles = (root: string): Map<string, Uint8Array> => {
  const paths = readdirSync(join(root, 'QMS'), { recursive: true, encoding: 'utf8' }).sort()
  return new Map(
    paths
      .filter((path) => statSync(join(root, 'QMS', path)).isFile())
      .map((path) => [`QMS/${path}`, new Uint8Array(readFileSync(join(root, 'QMS', path)))]),
  )
}

export const isTrail = (path: string): boolean => path.startsWith('QMS/.audit/')
export const isMetadata = (path: string): boolean => path.startsWith('QMS/.meta/')
export const isText = (path: string): boolean => path.endsWith('.md')

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const joined = (lines: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat(lines.flatMap((line) => [line, Uint8Array.of(10)]))

/** The same files with some put in, or (null) taken out. */
export const altered = (files: Files, changes: Readonly<Record<string, Uint8Array | null>>): Files => {
  const all = new Map(files)
  for (const [path, bytes] of Object.entries(changes)) {
    if (bytes === null) all.delete(path)
    else all.set(path, bytes)
  }
  return all
}

const bytesOf = (files: Files, path: string): Uint8Array => {
  const bytes = files.get(path)
  if (!bytes) throw new Error(`there is no file ${path}`)
  return bytes
}

/** How many lines of a trail stand before its chain: those of another program, where it was adopted. */
const formerLines = (trail: Uint8Array): number => splitLines(trail.subarray(0, chainStart(trail))).length

/** Lines that may be named: none are, where a trail was adopted, since the chain may seem to begin elsewhere. */
const named = (trail: Uint8Array, ...lines: number[]): { lines?: number[] } =>
  formerLines(trail) > 0 ? {} : { lines }

/** One file, and a whole number that says where in it, of any size. */
type Alter = (files: Files, path: string, at: number) => Tampered | null

const within = (at: number, size: number): number => ((at % size) + size) % size

const inTrail =
  (work: (trail: Uint8Array, at: number) => Omit<Tampered, 'files' | 'expected'> & Change): Alter =>
  (files, path, at) => {
    if (!isTrail(path)) return null
    const trail = bytesOf(files, path)
    const { done, bytes, codes, lines } = work(trail, at)
    if (bytes === null) return null
    return {
      done: `${path}: ${done}`,
      files: altered(files, { [path]: bytes }),
      expected: [{ codes, path, ...(lines ? named(trail, ...lines) : {}) }],
    }
  }

interface Change {
  readonly bytes: Uint8Array | null
  readonly codes: readonly string[]
  readonly lines?: readonly number[]
}

const NOTHING = { done: 'nothing', bytes: null, codes: [] } as const

const lineAt = (trail: Uint8Array, offset: number): number => splitLines(trail.subarray(0, offset + 1)).length

/**
 * Any bit of any byte but those of the last line: no other line holds its digest, so that only what it says, the state
 * and the rules can tell.
 */
const flipInTrail = inTrail((trail, at) => {
  const end = trail.lastIndexOf(10, trail.length - 2) + 1
  if (end === 0) return NOTHING
  const offset = within(at, end)
  const bytes = flipped(trail, offset, at)
  const line = lineAt(trail, offset)
  const last = splitLines(trail).length
  return {
    done: `one bit of byte ${offset} flipped`,
    bytes,
    codes: CHAIN_CODES,
    lines: [line, line + 1, last],
  }
})

const flipped = (bytes: Uint8Array, offset: number, at: number): Uint8Array => {
  const copy = bytes.slice()
  copy[offset] = (copy[offset] ?? 0) ^ (1 << within(Math.floor(at / 7), 8))
  return copy
}

const cutShort = inTrail((trail, at) => {
  const length = within(at, trail.length)
  const cut = trail.subarray(0, length)
  if (length === 0 || cut.at(-1) !== 10)
    return { done: `cut to ${length} bytes`, bytes: cut, codes: ['TRAIL_CUT'] }
  return NOTHING
})

/** Lines of the chain as numbers from 0, with the lines before it kept where they are. */
const inChain = (
  work: (lines: Uint8Array[], at: number, first: number) => Omit<Tampered, 'files' | 'expected'> & Change,
): Alter =>
  inTrail((trail, at) => {
    const lines = splitLines(trail)
    const first = formerLines(trail)
    return work(lines, first + within(at, lines.length - first), first)
  })

const lineDeleted = inChain((lines, i) => {
  if (i === lines.length - 1) return NOTHING
  const bytes = joined(lines.filter((_, n) => n !== i))
  return {
    done: `line ${i + 1} deleted`,
    bytes,
    codes: ['CHAIN_BROKEN', 'ADOPTED_LINES_CHANGED'],
    lines: [i + 1],
  }
})

const linesSwapped = inChain((lines, i) => {
  if (i === lines.length - 1) return NOTHING
  const order = lines.map((line, n) => (n === i ? lines[n + 1] : n === i + 1 ? lines[n - 1] : line))
  return {
    done: `lines ${i + 1} and ${i + 2} swapped`,
    bytes: joined(order as Uint8Array[]),
    codes: ['CHAIN_BROKEN', 'ADOPTED_LINES_CHANGED'],
    lines: [i + 1],
  }
})

const lineDoubled = inChain((lines, i) => ({
  done: `line ${i + 1} written twice`,
  bytes: joined(lines.flatMap((line, n) => (n === i ? [line, line] : [line]))),
  codes: ['CHAIN_BROKEN'],
  lines: [i + 2],
}))

const keyTwice = inChain((lines, i) => ({
  done: `a key twice in line ${i + 1}`,
  bytes: joined(
    lines.map((line, n) => (n === i ? encode(`${decode(line).slice(0, -1)},"user":"x"}`) : line)),
  ),
  codes: ['KEY_TWICE'],
  lines: [i + 1],
}))

const conflicted = inChain((lines, i) => {
  const markers = [encode('<<<<<<< HEAD'), ...lines.slice(i), encode('======='), encode('>>>>>>> other')]
  return {
    done: `conflict markers at line ${i + 1}`,
    bytes: joined([...lines.slice(0, i), ...markers]),
    codes: ['CONFLICT_MARKERS'],
    lines: [i + 1],
  }
})

const notJson = inChain((lines, i) => ({
  done: `line ${i + 1} is not JSON`,
  bytes: joined(lines.map((line, n) => (n === i ? line.subarray(1) : line))),
  codes: ['NOT_JSON', 'CHAIN_BROKEN'],
  lines: [i + 1],
}))

/** The last line of another trail, appended as it stands there. */
const foreignLine: Alter = (files, path, at) => {
  const others = [...files.keys()].filter((other) => isTrail(other) && other !== path)
  const other = others[within(at, others.length)]
  if (!isTrail(path) || other === undefined) return null
  const [trail, theirs] = [bytesOf(files, path), splitLines(bytesOf(files, other))]
  const bytes = joined([...splitLines(trail), theirs.at(-1) as Uint8Array])
  const line = splitLines(trail).length + 1
  return {
    done: `${path}: the last line of ${other} appended`,
    files: altered(files, { [path]: bytes }),
    expected: [{ codes: ['CHAIN_BROKEN'], path, lines: [line] }],
  }
}

/** The last event taken back: the chain holds, and the state is an older one. */
const lastLineDropped: Alter = (files, path) => {
  const lines = isTrail(path) ? splitLines(bytesOf(files, path)) : []
  if (lines.length < 2 || path.includes('/_system/')) return null
  const metadata = path.replace('/.audit/', '/.meta/').replace(/\.jsonl$/, '.json')
  if (formerLines(bytesOf(files, path)) >= lines.length - 1) return null
  return {
    done: `${path}: the last line dropped`,
    files: altered(files, { [path]: joined(lines.slice(0, -1)) }),
    expected: [{ codes: ['METADATA_DIFFERS'], path: metadata }],
  }
}

/** What is said of a file that was changed, and of one that is gone; null for files of no document. */
const codesOf = (path: string): { changed: string; gone: string } | null => {
  if (isText(path)) return { changed: 'TEXT_CHANGED_BY_HAND', gone: 'TEXT_MISSING' }
  if (path.endsWith('.source.json')) return { changed: 'ANSWERS_CHANGED_BY_HAND', gone: 'ANSWERS_MISSING' }
  return isMetadata(path) ? { changed: 'METADATA_DIFFERS', gone: 'METADATA_MISSING' } : null
}
const codeOf = (path: string): string | null => codesOf(path)?.changed ?? null

const flipInFile: Alter = (files, path, at) => {
  const [bytes, code] = [bytesOf(files, path), codeOf(path)]
  if (!code || bytes.length === 0) return null
  const offset = within(at, bytes.length)
  return {
    done: `${path}: one bit of byte ${offset} flipped`,
    files: altered(files, { [path]: flipped(bytes, offset, at) }),
    expected: [{ codes: [code], path }],
  }
}

const fileCut: Alter = (files, path, at) => {
  const [bytes, code] = [bytesOf(files, path), codeOf(path)]
  if (!code || bytes.length === 0) return null
  const length = within(at, bytes.length)
  return {
    done: `${path}: cut to ${length} bytes`,
    files: altered(files, { [path]: bytes.subarray(0, length) }),
    expected: [{ codes: [code], path }],
  }
}

const fileRemoved: Alter = (files, path) => {
  const codes = codesOf(path)
  if (isTrail(path) || codes === null) return null
  return {
    done: `${path}: removed`,
    files: altered(files, { [path]: null }),
    expected: [{ codes: [codes.gone], path }],
  }
}

/** Two files of a kind change places. */
const filesSwapped: Alter = (files, path, at) => {
  const code = codeOf(path)
  const bytes = bytesOf(files, path)
  const others = [...files.keys()].filter(
    (other) => codeOf(other) === code && !Buffer.from(bytesOf(files, other)).equals(bytes),
  )
  const other = others[within(at, others.length)]
  if (!code || other === undefined) return null
  return {
    done: `${path}: swapped with ${other}`,
    files: altered(files, { [path]: bytesOf(files, other), [other]: bytes }),
    expected: [
      { codes: [code], path },
      { codes: [code], path: other },
    ],
  }
}

/** A text nobody checked in, a second trail, a note among the records. */
const fileAdded: Alter = (files, path, at) => {
  const added = [
    path.replace(/(\.[a-z]+)$/, ' (conflicted copy)$1'),
    path.replace(/[^/]*$/, 'notes.txt'),
    'QMS/SOP/SOP-999.md',
    'QMS/.archive/SOP/SOP-001-v0.9.md',
    'QMS/.meta/SOP/SOP-999.json',
  ]
  const place = added[within(at, added.length)] as string
  if (files.has(place)) return null
  return {
    done: `${place}: added`,
    files: altered(files, { [place]: bytesOf(files, path) }),
    expected: [{ codes: ['UNKNOWN_FILE'], path: place }],
  }
}

/** Every alteration of bytes, by name; each is tried on a file and a place, and gives null where it has no meaning. */
export const ALTERATIONS: Readonly<Record<string, Alter>> = {
  flipInTrail,
  cutShort,
  lineDeleted,
  linesSwapped,
  lineDoubled,
  keyTwice,
  conflicted,
  notJson,
  foreignLine,
  lastLineDropped,
  flipInFile,
  fileCut,
  fileRemoved,
  filesSwapped,
  fileAdded,
}
