/** Each kind of transition, killed and failing at its system calls, in one kind of place. Source: H38, H39. */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../src/errors.ts'
import { folder, Project } from '../support/cli.ts'
import { KINDS, type Kind, PLACES, type Place } from './kinds.ts'
import { randomOf, report, sampled, share } from './level.ts'
import { errorsOf, killsOf, momentsIn, type Point, placeOf } from './points.ts'
import { aimsAt, type Call, hasStrace, type Struck, struck } from './strace.ts'
import { fsckOf, problemsOf, statusOf, type Told, told, withWork } from './whole.ts'

/** The checks that take long are made at one point in so many. */
const THOROUGH_EACH = 4

interface Scene {
  readonly kind: Kind
  readonly branch: string
  readonly ready: Project
  readonly tip: string
  readonly expected: Told
  readonly status: string
  readonly calls: readonly Call[]
}

const copied = (from: Project): Project => {
  const root = join(folder('copy'), 'project')
  execFileSync('cp', ['-a', from.root, root])
  return new Project(root)
}

const removed = (project: Project): void => rmSync(dirname(project.root), { recursive: true, force: true })

const tipOf = (project: Project, branch: string): string =>
  project.git('for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`)

/** The command once without harm: what it comes to, and the system calls that it makes. */
const sceneOf = async (kind: Kind, place: Place): Promise<Scene> => {
  const branch = kind.branch ?? PLACES[place] ?? 'main'
  const ready = withWork(await kind.ready(place))
  const reference = copied(ready)
  const { code, err, calls } = await struck(reference, `${kind.line} --json`)
  expect({ line: kind.line, code, err }).toEqual({ line: kind.line, code: 0, err: '' })
  const [expected, status] = [told(reference, branch), statusOf(reference)]
  expect(problemsOf(reference, branch, status)).toEqual([])
  for (const line of [' M src/code.txt', '?? notes.txt', 'A  src/staged.txt'])
    expect(`\n${status}\n`).toContain(line)
  const tip = tipOf(ready, branch)
  removed(reference)
  return { kind, branch, ready, tip, expected, status, calls }
}

type State = 'old' | 'between' | 'new'

const stateOf = (project: Project, { branch, tip, expected }: Scene): State => {
  if (tipOf(project, branch) === tip) return 'old'
  const { events, texts } = told(project, branch)
  const now = JSON.stringify([events, texts])
  return now === JSON.stringify([expected.events, expected.texts]) ? 'new' : 'between'
}

/** Taking a store over is two commits, and says so; everything else is one. */
const mayBeBetween = (kind: Kind): boolean => kind.line.includes('--adopt')

interface Answered {
  readonly error?: { readonly code?: string }
  readonly result?: { readonly replayed?: boolean }
}

const answerOf = (said: { readonly out: string }): Answered => {
  try {
    return JSON.parse(said.out)
  } catch {
    return {}
  }
}

/** Refusals for which the world is to blame. */
const OF_THE_WORLD = new Set(['IO', 'GIT', 'GIT_MISSING', 'LOCKED'])

/** What a failing command said, if that is wrong. */
const wrongAnswer = (said: Struck, state: State): string | null => {
  if (said.code === 0) return state === 'new' ? null : `exit 0, and the store is ${state}`
  const { error } = answerOf(said)
  const code = error?.code ?? ''
  if (!OF_THE_WORLD.has(code) || said.err !== '') return `exit ${said.code}, ${said.out || said.err}`
  if (said.code !== EXIT[code as keyof typeof EXIT]) return `${code} with exit ${said.code}`
  return state === 'new' ? `${code}, and it was done` : null
}

/** @throws Error that holds both, so that one line of a long report tells what happened. */
const same = (what: string, found: unknown, expected: unknown): void => {
  const [is, was] = [JSON.stringify(found), JSON.stringify(expected)]
  if (is !== was) throw new Error(`${what}: ${is}\n  expected ${was}`)
}

/** The same command once more: it answers for what was done, and does what was not. */
const repeated = async (project: Project, { kind }: Scene, state: State): Promise<void> => {
  const again = await project.run(`${kind.line} --json`)
  const { error, result } = answerOf(again)
  if (kind.again === 'refused' && state === 'new')
    same('again', [error?.code, again.err], ['ALREADY_INITIALISED', ''])
  else same(`again, ${again.out.slice(0, 600)}`, [again.code, again.err], [0, ''])
  if (kind.again === 'replayed') return same('replayed', result?.replayed, state === 'new')
  const { code, out, err } = await project.run('status --json')
  same(`afterwards, ${out.slice(0, 300)}`, [code, err], [0, ''])
}

/** By count a write may hit Node's own talk with itself, which Node does not survive: as good as a kill, no answer. */
const hitsNode = ({ calls }: Struck): boolean =>
  calls.some((call) => call.struck && call.name === 'write' && call.file === null)

const outcomeOf = (said: Struck, state: State): string => {
  if (!said.calls.some((call) => call.struck)) return 'passed by'
  if (said.code === 0) return 'done'
  return state === 'new' ? 'cut off, done' : state === 'old' ? 'cut off, not begun' : 'cut off, between'
}

/** The checks that take long: git's own of its objects, and the program's of everything that it recorded. */
const verified = async (project: Project): Promise<void> => {
  same('fsck', fsckOf(project), '')
  const { code, out } = await project.run('audit --json')
  same(`audit, ${out.slice(0, 600)}`, code, 0)
}

/** Hits the command at one point and looks at everything. Gives the outcome. */
const tried = async (scene: Scene, point: Point, thorough: boolean): Promise<string> => {
  const project = copied(scene.ready)
  const said = await struck(project, `${scene.kind.line} --json`, point.aim, point.what, point.forEver)
  const state = stateOf(project, scene)
  if (state === 'between' && !mayBeBetween(scene.kind)) throw new Error('half done')
  if (!point.what.startsWith('signal') && !hitsNode(said)) same('answer', wrongAnswer(said, state), null)
  await repeated(project, scene, state)
  const now = told(project, scene.branch)
  for (const part of ['files', 'events', 'texts', 'copies'] as const)
    same(`${part}, ${state}`, now[part], scene.expected[part])
  same(`left, ${state}`, problemsOf(project, scene.branch, scene.status), [])
  if (thorough) await verified(project)
  removed(project)
  return outcomeOf(said, state)
}

/** All failures of a kind at once: a run of hours should tell more than the first. */
const tryAll = async (scene: Scene, points: readonly Point[]): Promise<Record<string, number>> => {
  const outcomes: Record<string, number> = {}
  const failures: string[] = []
  for (const [i, point] of points.entries())
    try {
      const outcome = await tried(scene, point, i % THOROUGH_EACH === 0)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    } catch (error) {
      failures.push(`${placeOf(point)}\n${(error as Error).message}`)
      report({ failure: failures.at(-1) })
    }
  expect(failures.join('\n\n')).toBe('')
  return outcomes
}

const here = (place: Place): [string, Kind][] =>
  Object.entries(KINDS).filter(([name, kind], i) => {
    if (kind.only) return kind.only === place
    return share.bothPlaces || (i + randomOf(name)()) % 2 < 1 === (place === 'checked out')
  })

/** Git moves the branch, says so, and leaves `HEAD.lock`: one command is always tried with it. */
const leavesLock = ({ aim: { name, call } }: Point): boolean =>
  name === 'unlink' && call.program === 'git update-ref'

export const injure = (place: Place): void =>
  describe.skipIf(!hasStrace).each(here(place))(`${place}: %s`, (name, kind) => {
    const at = Object.keys(KINDS).indexOf(name)
    let scene: Scene
    beforeAll(async () => {
      scene = await sceneOf(kind, place)
    })

    it('H38. killed, it is done or not begun, and the same command again completes it', async () => {
      const all = killsOf(aimsAt(scene.calls))
      const whole = place === 'checked out' && share.whole.includes(name)
      const points = sampled(all, whole ? all.length : share.kills, randomOf(place, name, 'kill'))
      const outcomes = await tryAll(scene, points)
      const calls = all.length
      report({
        fault: 'kill',
        at,
        place,
        name,
        calls,
        moments: momentsIn(scene.calls),
        tried: points.length,
        outcomes,
      })
    }, 3_600_000)

    it('H39. where a system call fails, it is refused in a sentence or done', async () => {
      const all = errorsOf(aimsAt(scene.calls))
      const drawn = sampled(all, share.errors, randomOf(place, name, 'error'))
      const points = name === 'create' ? [...new Set([...all.filter(leavesLock), ...drawn])] : drawn
      const outcomes = await tryAll(scene, points)
      report({ fault: 'error', at, place, name, calls: all.length, tried: points.length, outcomes })
    }, 3_600_000)
  })
