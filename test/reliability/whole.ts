/** What a store is, read with git and nothing else, and what must hold of it whatever happened. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from '../support/cli.ts'
import { chainProblems, linesOf } from './trails.ts'

/** Work of the user's own that no command may touch: changed, staged, and unknown to git. */
const WORK = { 'src/code.txt': 'code, changed\n', 'src/staged.txt': 'staged\n', 'notes.txt': 'mine\n' }

export const withWork = (project: Project): Project => {
  for (const [path, text] of Object.entries(WORK)) project.write(path, text)
  project.git('add', 'src/staged.txt')
  project.git('status')
  return project
}

/** What every run of the same commands comes to: no times, no digests of lines that hold them. */
export interface Told {
  readonly files: readonly string[]
  readonly events: Readonly<Record<string, readonly object[]>>
  /** Object ids of texts by path: their bytes. */
  readonly texts: Readonly<Record<string, string>>
  readonly copies: Readonly<Record<string, string>>
}

/** Everything that a branch holds, by path: object ids, and the trails as they are. */
interface Held {
  readonly ids: ReadonlyMap<string, string>
  readonly trails: ReadonlyMap<string, string>
}

const held = (project: Project, branch: string): Held => {
  const listed = project.git('ls-tree', '-r', '-z', branch).split('\0').filter(Boolean)
  const ids = new Map(
    listed.map((line) => {
      const [head = '', path = ''] = line.split('\t')
      return [path, head.split(' ')[2] ?? ''] as const
    }),
  )
  const paths = [...ids.keys()].filter((path) => path.startsWith('QMS/.audit/'))
  const bytes = contents(
    project,
    paths.map((path) => ids.get(path) as string),
  )
  return { ids, trails: new Map(paths.map((path, i) => [path, bytes[i] ?? ''])) }
}

/** The contents of objects, in one run of git. */
const contents = (project: Project, oids: readonly string[]): string[] => {
  if (oids.length === 0) return []
  const input = oids.map((oid) => `${oid}\n`).join('')
  const out = execFileSync('git', ['cat-file', '--batch'], { cwd: project.root, input, maxBuffer: 1 << 28 })
  const found: string[] = []
  for (let at = 0; at < out.length; ) {
    const end = out.indexOf(10, at)
    const size = Number(out.subarray(at, end).toString().split(' ')[2])
    found.push(out.subarray(end + 1, end + 1 + size).toString('utf8'))
    at = end + size + 2
  }
  return found
}

/** All trails by the id of the document, or the name of the record: their bytes. */
export const trailsOf = (project: Project, branch: string): Record<string, string> =>
  Object.fromEntries(
    [...held(project, branch).trails].map(([path, text]) => [/([^/]+)\.jsonl$/.exec(path)?.[1] ?? '', text]),
  )

const isText = (path: string): boolean => /^QMS\/(?!\.audit\/|\.meta\/)/.test(path)

export const told = (project: Project, branch: string): Told => {
  const { ids, trails } = held(project, branch)
  return {
    files: [...ids.keys()],
    events: Object.fromEntries(
      [...trails].map(([path, text]) => [
        path,
        linesOf(text).map((line) => ({ ...line, ts: '', prev: '', assumed: '' })),
      ]),
    ),
    texts: Object.fromEntries([...ids].filter(([path]) => isText(path))),
    copies: copiesOf(project),
  }
}

const copiesOf = (project: Project): Record<string, string> => {
  const root = project.path('.qms/workspace')
  if (!existsSync(root)) return {}
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
  return Object.fromEntries(
    files
      .filter((path) => statSync(join(root, path)).isFile())
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  )
}

/**
 * What is amiss after a command that ended; nothing where all is well.
 * @param status what git says of the work tree where nothing but the user's work differs.
 */
export const problemsOf = (project: Project, branch: string, status: string): string[] => {
  const { ids, trails } = held(project, branch)
  const now = statusOf(project)
  return [
    ...[...trails].flatMap(([path, text]) => chainProblems(path, text)),
    ...viewProblems(project, ids),
    ...leftovers(project),
    ...lostWork(project),
    ...(now === status ? [] : [`git status: ${now}`]),
  ]
}

export const fsckOf = (project: Project): string =>
  project.git('fsck', '--strict', '--no-dangling', '--no-progress')

export const statusOf = (project: Project): string => project.git('status', '--porcelain')

/** The files that people see are those of the tip, and there are no others. */
const viewProblems = (project: Project, ids: ReadonlyMap<string, string>): string[] => {
  const root = project.path('QMS')
  const names = existsSync(root) ? readdirSync(root, { recursive: true, encoding: 'utf8' }) : []
  const there = names.map((name) => `QMS/${name}`).filter((path) => statSync(project.path(path)).isFile())
  const strange = there.filter((path) => !ids.has(path)).map((path) => `${path}: not in the tip`)
  const differing = [...ids]
    .filter(([path, id]) => path.startsWith('QMS/') && blobId(project.path(path)) !== id)
    .map(([path]) => `${path}: not as in the tip`)
  return [...strange, ...differing]
}

const blobId = (file: string): string | null => {
  if (!existsSync(file)) return null
  const bytes = readFileSync(file)
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

/** Locks, journals, tickets and temporary files that nobody holds any more. */
const leftovers = (project: Project): string[] => {
  const own = readdirSync(project.path('.git'), { recursive: true, encoding: 'utf8' })
  const left = own.filter((name) => /\.lock$|qms-(?:tmp|new)|^qms\/(?!view\.json$)/.test(name))
  const local = ['.qms', '.claude'].flatMap((folder) => {
    const root = project.path(folder)
    return existsSync(root) ? readdirSync(root, { recursive: true, encoding: 'utf8' }) : []
  })
  return [...left, ...local.filter((name) => name.includes('qms-tmp'))].map((name) => `left: ${name}`)
}

const lostWork = (project: Project): string[] =>
  Object.entries(WORK)
    .filter(([path, text]) => !project.has(path) || project.read(path) !== text)
    .map(([path]) => `${path} of the user was changed`)
