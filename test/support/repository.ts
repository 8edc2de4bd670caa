/** Real temporary repositories, closed off from the machine: own HOME, no system configuration, fixed people. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'

const made: string[] = []

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'qms-test-')))
  made.push(folder)
  return folder
}

/** The environment of the test's own git: what a person at a shell has, without what this machine adds. */
export function userEnvironment(home: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^GIT_|^NODE_EXTRA_CA_CERTS$/.test(name))
  return {
    ...Object.fromEntries(own),
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_STATE_HOME: join(home, '.local/state'),
    GIT_CONFIG_NOSYSTEM: '1',
  }
}

/** A repository on disk and the means to act on it as its user would. */
export class TestRepository {
  readonly root: string
  readonly env: NodeJS.ProcessEnv

  constructor(root: string, env: NodeJS.ProcessEnv) {
    this.root = root
    this.env = env
  }

  git(...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.root,
      env: this.env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  write(path: string, text: string | Uint8Array): void {
    const file = join(this.root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  at(root: string): TestRepository {
    return new TestRepository(root, this.env)
  }
}

/** A repository with one commit of ordinary code on `main`; `HOME` of this process is pointed at its own. */
export function makeRepository(options: { readonly commit?: boolean } = {}): TestRepository {
  const folder = temporaryFolder()
  const home = join(folder, 'home')
  const root = join(folder, 'project')
  mkdirSync(home)
  mkdirSync(root)
  writeFileSync(join(home, '.gitconfig'), '[user]\n\tname = Lead\n\temail = lead@example.org\n')
  process.env.HOME = home
  process.env.XDG_CONFIG_HOME = join(home, '.config')
  process.env.XDG_STATE_HOME = join(home, '.local/state')
  delete process.env.NODE_EXTRA_CA_CERTS
  const repository = new TestRepository(root, userEnvironment(home))
  repository.git('init', '-q', '-b', 'main')
  if (options.commit !== false) commitCode(repository)
  return repository
}

function commitCode(repository: TestRepository): void {
  repository.write('src/code.txt', 'code\n')
  repository.git('add', '.')
  repository.git('commit', '-q', '-m', 'code')
}
