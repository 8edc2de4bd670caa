/** Git run as a person runs it, in a project whose hooks call the program. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { digest } from '../../src/compose.ts'
import { appendEvents } from '../../src/documents/trail.ts'
import { BIN, folder, type How, launch, Project, type Said } from './cli.ts'

const CALLS: Readonly<Record<string, string>> = {
  'pre-commit': 'pre-commit',
  'pre-merge-commit': 'pre-commit',
  'commit-msg': 'commit-msg',
  'pre-push': 'pre-push',
  'pre-receive': 'pre-receive',
}

/** Writes hooks that call the program and do nothing else. */
export const wire = (gitDir: string, names: readonly string[]): void => {
  mkdirSync(join(gitDir, 'hooks'), { recursive: true })
  for (const name of names)
    writeFileSync(
      join(gitDir, 'hooks', name),
      `#!/bin/sh\nexec '${process.execPath}' '${BIN}' hook ${CALLS[name]} "$@" >/dev/null\n`,
      { mode: 0o755 },
    )
}

export const wired = <P extends Project>(project: P, ...names: readonly string[]): P => {
  wire(
    project.path('.git'),
    names.length > 0 ? names : ['pre-commit', 'pre-merge-commit', 'commit-msg', 'pre-push'],
  )
  return project
}

/** Git as a child, whatever it answers. */
export const git = (project: Project, args: readonly string[], how: How = {}): Promise<Said> =>
  launch('git', args, { cwd: project.root, ...how })

/** Git that must succeed. */
export const does = async (project: Project, ...args: readonly string[]): Promise<Said> => {
  const said = await git(project, args)
  expect({ args, ...said }).toMatchObject({ args, code: 0 })
  return said
}

/** Git that a hook of ours stops, by this refusal; everything else stays. What was said. */
export const stopped = async (
  project: Project,
  code: string,
  ...args: readonly string[]
): Promise<string> => {
  const before = project.git('rev-parse', 'HEAD')
  const said = await git(project, args)
  const found = /Refused \[(\w+)\]/.exec(said.err)?.[1]
  expect({ args, failed: said.code !== 0, found, err: said.err }).toMatchObject({
    args,
    failed: true,
    found: code,
  })
  expect(project.git('rev-parse', 'HEAD')).toBe(before)
  return said.err
}

/** A bare repository that `origin` names. */
export const withServer = (project: Project): Project => {
  const server = new Project(folder('server'))
  server.git('init', '-q', '--bare', '-b', 'main')
  project.git('remote', 'add', 'origin', server.root)
  return server
}

/** A committed check-in by somebody who may not, with sound links and metadata to it. */
export const forgeApproval = (project: Project, id: string): void => {
  const path = `QMS/.audit/${id.split('-')[0]}/${id}.jsonl`
  const trail = project.read(path)
  const last = JSON.parse(trail.trimEnd().split('\n').at(-1) ?? '')
  const { ts, version } = last
  const event = { ts, event: 'ESCALATE', user: 'nobody', version, reason: 'forged' }
  const { bytes } = appendEvents(Buffer.from(trail), [event], digest)
  project.write(path, bytes)
  const meta = `QMS/.meta/${id.split('-')[0]}/${id}.json`
  const known = JSON.parse(project.read(meta))
  const next = { ...known, open_escalations: 1, events: known.events + 1 }
  project.write(meta, `${JSON.stringify(next, null, 2)}\n`)
  project.git('add', '-A')
  project.git('commit', '-q', '--no-verify', '-m', 'forged')
}
