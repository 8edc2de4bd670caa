/** The way of a newcomer: from an empty folder to a procedure in force, by the very lines that help and README show. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BIN, folder, launch, Project, ROOT } from '../support/cli.ts'

/** Lines of commands in a text, as they are to be typed. */
const commandsIn = (text: string): string[] => text.match(/^ *qms .*$/gm)?.map((line) => line.trim()) ?? []

const shown = async (): Promise<string[]> => {
  const page = await new Project(folder()).ok('help start')
  const block = page.split('\n\n').find((part) => part.startsWith('  qms init')) ?? ''
  return commandsIn(block)
}

describe('a first procedure in force', () => {
  it('takes eight commands at the most, each as it is shown, and one text to write', async () => {
    const commands = await shown()
    expect(commands.length).toBeGreaterThan(4)
    expect(commands.length).toBeLessThanOrEqual(8)
    const project = new Project(folder('empty'))
    const bin = folder('bin')
    writeFileSync(`${bin}/qms`, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`)
    chmodSync(`${bin}/qms`, 0o755)
    for (const line of commands) {
      const said = await launch('sh', ['-c', line], {
        cwd: project.root,
        env: { PATH: `${bin}:${process.env.PATH}` },
      })
      expect({ line, code: said.code, err: said.err }).toEqual({ line, code: 0, err: '' })
      const copy = /copy {2}(\S+\.md)/.exec(said.out)?.[1]
      if (copy) project.write(copy, project.read(copy).replaceAll(/\{\{[^{}\n]*\}\}/g, 'as agreed'))
    }
    const { document } = (await project.json('status SOP-008')).result
    expect(document).toMatchObject({ status: 'EFFECTIVE', version: '1.0', title: 'Incident response' })
  })

  it('is told in the same words in the README', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
    const block = /^```sh\n(qms init --git\n[\s\S]*?)^```/m.exec(readme)?.[1] ?? ''
    expect(commandsIn(block)).toEqual(await shown())
  })

  it('is what the front page of an empty folder leads to', async () => {
    const page = await new Project(folder()).ok('')
    expect(page).toContain('qms init --git')
    expect(page).toContain('qms help start')
  })
})
