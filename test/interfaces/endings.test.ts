/** How a run ends when it is not by itself: Ctrl-C, and bugs. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { BIN, drafted, folder, initialised, type Project, words } from '../support/cli.ts'
import { hasTerminal, terminal } from '../support/pty.ts'

let project: Project
beforeAll(async () => {
  project = await initialised()
  await project.use((qms) => drafted(project, qms, 'CR'))
})

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

describe('Ctrl-C', () => {
  /** A command that waits for git's own lock, and is interrupted there. @returns the shell's exit code */
  const interrupted = (line: string): Promise<number | null> =>
    new Promise((done, fail) => {
      const child = spawn(process.execPath, [BIN, ...words(line)], { cwd: project.root, stdio: 'ignore' })
      child.on('error', fail)
      child.on('exit', (code, signal) => done(signal === 'SIGINT' ? 130 : code))
      wait(1_500).then(() => child.kill('SIGINT'), fail)
    })

  it('stops a command that waits, exit 130, and everything is as it was', async () => {
    project.write('.git/index.lock', '')
    const { files, ...before } = project.everything()
    expect(await interrupted('route CR-001 -u claude')).toBe(130)
    const { files: now, ...after } = project.everything()
    expect(after).toEqual(before)
    expect(now).toEqual(files)
    project.git('rev-parse', 'HEAD')
    expect(existsSync(project.path('.git/index.lock'))).toBe(true)
    rmSync(project.path('.git/index.lock'))
    expect(await project.ok('route CR-001 -u claude --dry-run')).toContain('ROUTE_REVIEW')
  })

  it.skipIf(!hasTerminal)("in a pager is the pager's: the program ends when it does", async () => {
    // the key reaches every program on the terminal: here the one that is sure to be asked, by whatever shells lie between
    project.write(
      'slow.sh',
      `cat > /dev/null
p=$PPID
until ps -o args= -p $p | grep -q 'qms.cjs list$'; do p=$(ps -o ppid= -p $p | tr -d ' '); done
kill -INT $p
sleep 0.2
echo paged to the end
`,
    )
    const said = await terminal(project.root, `'${process.execPath}' '${BIN}' list; echo "exit $?"`, {
      rows: 5,
      env: { QMS_PAGER: `sh '${project.path('slow.sh')}'` },
    })
    expect(said.out).toContain('paged to the end')
    expect(said.out).toContain('exit 0')
  })
})

describe('a bug', () => {
  /** Takes away from node what the program needs: an error that nobody foresaw. */
  const broken = (): string => {
    const file = `${folder('broken')}/broken.cjs`
    writeFileSync(file, 'delete globalThis.TextDecoder\n')
    return `--require ${file}`
  }

  it('is one sentence, exit 70, with its trace in a file and a command to report it; no stack is shown', async () => {
    const temporary = folder('temporary')
    const env = { NODE_OPTIONS: broken(), TMPDIR: temporary }
    const said = await project.run(['create', 'CR', '--title', 'A secret title', '-u', 'claude'], { env })
    expect({ code: said.code, out: said.out }).toEqual({ code: 70, out: '' })
    expect(said.err).toMatch(/^Refused \[INTERNAL\] This is a bug in qms: .*TextDecoder/)
    expect(said.err).not.toMatch(/\n\s+at /)
    const [name = ''] = readdirSync(temporary)
    const file = `${temporary}/${name}`
    expect(said.err).toContain(file)
    expect(said.err).toContain('qms --version --json')
    const trace = readFileSync(file, 'utf8')
    expect(trace).toMatch(/^qms create\nnode v\d/)
    expect(trace).toMatch(/\n\s+at /)
    expect(trace).not.toContain('secret')
    expect(statSync(file).mode & 0o077).toBe(0)
    const { error } = await project.json('list', { env })
    expect(error).toMatchObject({
      code: 'INTERNAL',
      exit: 70,
      details: { trace: expect.stringContaining(temporary) },
    })
  })

  it('is said, too, where no file can be written', async () => {
    const nowhere = folder('nowhere')
    mkdirSync(`${nowhere}/x`)
    const env = { NODE_OPTIONS: broken(), TMPDIR: `${nowhere}/x/y` }
    const said = await project.run('list', { env })
    expect({ code: said.code, bug: said.err.includes('[INTERNAL]') }).toEqual({ code: 70, bug: true })
  })
})
