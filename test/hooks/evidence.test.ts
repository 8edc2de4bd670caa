/** Evidence that git carries: changed, planted or taken away by hand it is neither committed nor pushed. */
import { beforeAll, describe, expect, it } from 'vitest'
import { executing, initialised, type Project } from '../support/cli.ts'
import { does, git, stopped, wired, withServer } from '../support/hooks.ts'

let p: Project
let file: string

beforeAll(async () => {
  p = await initialised()
  await p.use((qms) => executing(p, qms, 'CR'))
  await p.ok('ei run CR-001 EI-1 -u claude -- echo proof')
  file = p.git('ls-files', 'QMS/.evidence')
  withServer(p)
  wired(p, 'pre-commit', 'pre-push')
})

describe('git', () => {
  it('pushes what was captured', async () => {
    await does(p, 'push', '-q', 'origin', 'main')
    await p.ok('ei run CR-001 EI-1 -u claude -- echo more')
    await does(p, 'push', '-q', 'origin', 'main')
  })

  it('commits no change of it by hand, and names its document', async () => {
    p.write(file, 'other\n')
    p.git('add', '-A')
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-m', 'by hand')).toContain('CR-001')
    p.git('reset', '-q', '--hard')
  })

  it.each([
    ['changed', () => p.write(file, 'other\n'), /\[DAMAGED\][\s\S]*the evidence is not what the trail names/],
    ['removed', () => p.git('rm', '-q', file), /\[DAMAGED\][\s\S]*no file/],
    [
      'planted',
      () => p.write(file.replace(/.{64}$/, '0'.repeat(64)), 'x'),
      /\[PUSH_UNLAWFUL\][\s\S]*UNKNOWN_FILE/,
    ],
  ])('pushes none that was %s, though no hook saw the commit', async (_, change, words) => {
    const tip = p.tip()
    change()
    p.git('add', '-A')
    p.git('commit', '-q', '--no-verify', '-m', 'by hand')
    const said = await git(p, ['push', 'origin', 'main'])
    expect({ failed: said.code !== 0, err: said.err }).toEqual({
      failed: true,
      err: expect.stringMatching(words),
    })
    p.git('reset', '-q', '--hard', tip)
  })
})
