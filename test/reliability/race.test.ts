/** Many processes at once on one clone, judged afterwards from their logs. Source: H40. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addUser, folder, history, initialised, lead, list, type Project } from '../support/cli.ts'
import { type Logged, problemsIn } from './checker.ts'
import { PLACES, type Place } from './kinds.ts'
import { report, share } from './level.ts'
import { INITIATORS, QUALITY, Racer, REVIEWERS } from './race.ts'
import { fsckOf, problemsOf, statusOf, trailsOf, withWork } from './whole.ts'

const peopled = async (place: Place): Promise<Project> => {
  const project = await initialised(PLACES[place])
  await project.use(async (qms) => {
    for (const name of INITIATORS.slice(1)) await addUser(qms, lead, name, 'initiator', 'agent')
    for (const name of QUALITY.slice(1)) await addUser(qms, lead, name, 'quality', 'agent')
    for (const name of REVIEWERS) await addUser(qms, lead, name, 'reviewer', 'agent')
  })
  return withWork(project)
}

const callsIn = (logs: string): Logged[] =>
  readdirSync(logs).flatMap((name) =>
    readFileSync(join(logs, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Logged),
  )

const counted = (words: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(words)].sort().map((word) => [word, words.filter((w) => w === word).length]))

/** What a reader of the table wants to know. */
const figuresOf = (project: Project, calls: readonly Logged[]): object => {
  const spans = calls.map((call) => call.end - call.start).sort((a, b) => a - b)
  const done = calls.filter((call) => call.request !== null && call.code === 0)
  const attempts = new Set(calls.flatMap((call) => call.request ?? []))
  const named = calls.filter((call) => call.request !== null)
  const unreachable = project.git('fsck', '--unreachable', '--no-progress').split('\n')
  return {
    calls: calls.length,
    done: done.length,
    verbs: counted(done.map((call) => call.line.split(' ')[0] as string)),
    refusals: counted(calls.flatMap((call) => call.answer?.error?.code ?? [])),
    repeated: named.length - attempts.size,
    lost: unreachable.filter((line) => line.startsWith('unreachable commit')).length,
    slowestMs: spans.at(-1),
    medianMs: spans[Math.floor(spans.length / 2)],
  }
}

const { processes, commands } = share

// Verifies: REQ-QMS-102
describe.each(Object.keys(PLACES) as Place[])('processes at once, control branch %s', (place) => {
  it(`H40. ${processes} that give ${commands} commands each lose nothing and do nothing twice`, async () => {
    const branch = PLACES[place] ?? 'main'
    const [project, logs] = [await peopled(place), folder('logs')]
    const [before, status] = [trailsOf(project, branch), statusOf(project)]
    const names = Array.from({ length: processes }, (_, i) => `p${i + 1}`)
    await Promise.all(names.map((name) => new Racer(project, logs, name).run(commands)))
    const calls = callsIn(logs)
    expect(problemsIn(before, trailsOf(project, branch), calls)).toEqual([])
    expect(problemsOf(project, branch, status)).toEqual([])
    expect(fsckOf(project)).toBe('')
    const unexpected = calls.filter((call) => call.code === null || [6, 7, 8, 9, 70].includes(call.code))
    expect(unexpected).toEqual([])
    const done = calls.filter((call) => call.request !== null && call.code === 0)
    expect(done.length).toBeGreaterThan(processes)
    await project.use(async (qms) => {
      for (const { doc_id: id } of await list(qms, {}))
        expect((await history(qms, {}, id)).events.length).toBeGreaterThan(0)
    })
    expect(await project.json('audit')).toMatchObject({ ok: true, result: { verdict: 'clean' } })
    report({ race: place, processes, commands, ...figuresOf(project, calls) })
  }, 7_200_000)
})
