/** Completion as the shells do it: each script is loaded into the real shell, where there is one, and asked as by a key. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { SCRIPTS, SHELLS } from '../../src/interfaces/cli/completion/scripts.ts'
import { addUser, BIN, drafted, folder, initialised, lead, Project } from '../support/cli.ts'

let project: Project
/** A folder with `qms` in it, for the path. */
let bin: string
beforeAll(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await drafted(project, qms, 'CR')
    await addUser(qms, lead, 'tu_api', 'reviewer', 'agent')
  })
  bin = folder('bin')
  writeFileSync(`${bin}/qms`, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`)
  chmodSync(`${bin}/qms`, 0o755)
})

const proposals = async (words: readonly string[], where = project): Promise<string[]> => {
  const out = await where.ok(['complete', '--', ...words])
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t')[0] ?? '')
}

/** What is typed, the cursor at its end; what must and what must not be proposed. */
const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['qms appr', ['approve'], ['route']],
  ['qms ', ['route', 'user', 'status', 'help'], ['complete', 'user add']],
  ['qms user ', ['add', 'disable', 'list'], ['user', 'route']],
  ['qms user dis', ['disable'], ['add']],
  ['qms status CR', ['CR-001', 'CR-002'], ['SOP-001']],
  ['qms status sop-00', ['SOP-001', 'SOP-007'], ['CR-001']],
  ['qms status CR-001 --j', ['--json'], ['--user']],
  ['qms list --st', ['--status'], ['--type']],
  ['qms list --status PRE_', ['PRE_REVIEWED', 'PRE_APPROVED'], ['DRAFT']],
  ['qms list --type T', ['TP', 'TEMPLATE'], ['CR']],
  ['qms route CR-001 --assign t', ['tu_api'], ['qa']],
  ['qms inbox -u ', ['lead', 'claude', 'qa', 'tu_api'], ['CR-001']],
  ['qms -u qa inb', ['inbox'], ['init']],
  ['qms create ', ['CR', 'SOP', 'VAR'], ['DRAFT']],
  ['qms next CR-001 ro', ['route-review', 'route-approval'], ['review']],
  ['qms why CR-001 app', ['approve'], ['assign']],
  ['qms user show c', ['claude'], ['qa']],
  ['qms help life', ['lifecycle'], ['list']],
  ['qms completion f', ['fish'], ['bash']],
  ['qms policy set sel', ['selfApproval'], ['quality']],
]

describe('qms complete', () => {
  it.each(CASES)('%s', async (typed, wanted, unwanted) => {
    const found = await proposals(typed.split(' ').slice(1))
    for (const word of wanted) expect(found).toContain(word)
    for (const word of unwanted) expect(found).not.toContain(word)
  })

  it('knows values behind =, in one word or in three, and of a flag that was used proposes no second', async () => {
    expect(await proposals(['list', '--status=PRE_R'])).toEqual(['--status=PRE_REVIEWED'])
    expect(await proposals(['list', '--status', '=', 'PRE_R'])).toEqual(['PRE_REVIEWED'])
    expect(await proposals(['list', '--status', '='])).toContain('DRAFT')
    expect(await proposals(['list', '--open', '--o'])).toEqual(['--owner'])
    expect(await proposals(['route', 'CR-001', '--assign', 'qa', '--as'])).toEqual(['--assign'])
  })

  it('asks for files where a file is wanted, and takes words behind -- for arguments', async () => {
    expect(await proposals(['create', 'CR', '--file', ''])).toEqual([':files'])
    expect(await proposals(['status', '--', 'CR-00'])).toEqual(['CR-001', 'CR-002'])
    expect(await proposals(['status', '--', '--'])).toEqual([])
  })

  it('is silent and proposes what every project has where there is no project', async () => {
    const nowhere = new Project(folder())
    expect(await proposals(['status', ''], nowhere)).toEqual([])
    expect(await proposals(['list', '--status', 'DR'], nowhere)).toEqual(['DRAFT'])
    expect(await proposals(['-C', project.root, 'status', 'CR'], nowhere)).toEqual(['CR-001', 'CR-002'])
    expect(await proposals([], nowhere)).toContain('init')
  })

  it('changes nothing, not even what any other command would bring up to date', async () => {
    const [own, other] = [await initialised('qms'), await initialised('qms')]
    await other.use((qms) => drafted(other, qms, 'CR'))
    own.git('fetch', '-q', other.root, 'qms')
    own.git('update-ref', 'refs/heads/qms', 'FETCH_HEAD')
    const before = own.everything()
    expect(await proposals(['status', 'CR'], own)).toEqual(['CR-001'])
    expect(own.everything()).toEqual(before)
    await own.ok('list')
    expect(own.everything()).not.toEqual(before)
  })

  it('says what each verb and flag means', async () => {
    expect(await project.ok(['complete', '--', 'clos'])).toBe(
      'close\tend an executed and approved document\n',
    )
  })
})

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

const shellEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${bin}:${process.env.PATH}`,
  HOME: folder('shell'),
  TERM: 'dumb',
})

const inShell = (program: string, args: readonly string[], script: string): string[] =>
  execFileSync(program, [...args, script], { cwd: project.root, env: shellEnvironment(), encoding: 'utf8' })
    .split(/\r?\n/)
    .filter(Boolean)

/** As the key does it: the function is called with the words on the line and where the cursor is. */
const bash = (typed: string): string[] =>
  inShell(
    'bash',
    ['--norc', '-c'],
    `eval "$(qms completion bash)"
     COMP_WORDS=(${typed
       .split(' ')
       .map((w) => `'${w}'`)
       .join(' ')}); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
     $(complete -p qms | sed 's/.*-F \\([^ ]*\\) .*/\\1/') qms
     printf '%s\\n' "\${COMPREPLY[@]}"`,
  )

const fish = (typed: string): string[] =>
  inShell('fish', ['--no-config', '-c'], `qms completion fish | source; complete -C '${typed}'`).map(
    (line) => line.split('\t')[0] ?? '',
  )

/** compadd is what zsh's own functions end in: what is handed to it is what is proposed. */
const zsh = (typed: string): string[] => {
  const words = typed.split(' ').map((w) => `'${w}'`)
  return inShell(
    'zsh',
    ['-f', '-c'],
    `autoload -Uz compinit; compinit -u -d "$HOME/dump"
     eval "$(qms completion zsh)"
     [[ $_comps[qms] == _qms ]] || exit 3
     _describe() { local -a all; all=("\${(@P)\${@[-1]}}"); print -rl -- "\${(@)all%%:*}" }
     words=(${words.join(' ')}); CURRENT=\${#words}
     _qms`,
  )
}

const SOME = CASES.filter(([typed]) => /appr|CR$|--status|user dis|-u $|sop/.test(typed))

describe.each([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
] as const)('in %s', (shell, ask) => {
  it.skipIf(!has(shell)).each(SOME)('%s', (typed, wanted, unwanted) => {
    const found = ask(typed)
    for (const word of wanted) expect(found).toContain(word)
    for (const word of unwanted) expect(found).not.toContain(word)
  })
})

describe('scripts', () => {
  it('are printed as they are for each shell, and say where they go', async () => {
    for (const shell of SHELLS) {
      expect(await project.ok(`completion ${shell}`)).toBe(SCRIPTS[shell])
      expect(SCRIPTS[shell]).toMatch(/^#.*Put this line into .*qms completion/m)
      expect((await project.json(`completion ${shell}`)).result).toEqual({ shell, script: SCRIPTS[shell] })
    }
    expect(await project.refused('completion csh', 'USAGE')).toContain('bash')
  })

  it('install as a file of their own in zsh, too', () => {
    if (!has('zsh')) return
    const home = folder('functions')
    mkdirSync(`${home}/f`)
    writeFileSync(`${home}/f/_qms`, SCRIPTS.zsh)
    const said = inShell(
      'zsh',
      ['-f', '-c'],
      `fpath=('${home}/f' $fpath); autoload -Uz compinit; compinit -u -d "$HOME/dump"; print $_comps[qms]`,
    )
    expect(said).toEqual(['_qms'])
  })

  // PowerShell itself is not run: what is checked is the calling convention of native argument completers.
  it('of PowerShell registers a native completer that hands an empty word over by --empty', async () => {
    const script = SCRIPTS.powershell
    expect(script).toMatch(
      /Register-ArgumentCompleter -Native -CommandName qms -ScriptBlock \{\n\s+param\(\$wordToComplete, \$commandAst, \$cursorPosition\)/,
    )
    expect(script).toContain('[System.Management.Automation.CompletionResult]::new(')
    expect(script).toContain("'complete', '--empty', '--'")
    for (const [open, close] of ['{}', '()', '[]'])
      expect(script.split(open ?? '').length).toBe(script.split(close ?? '').length)
    const [asked, empty] = await Promise.all([
      project.ok(['complete', '--empty', '--', 'user']),
      project.ok(['complete', '--', 'user', '']),
    ])
    expect(asked).toBe(empty)
  })
})
