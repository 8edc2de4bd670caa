/** What holds for each command that there is, whatever it does: its examples run, nothing hangs, nothing leaks. */
import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import { escalate } from '../../src/app/act.ts'
import { Stage as Scene } from '../backends/support.ts'
import {
  addNamespace,
  addUser,
  agreed,
  answered,
  approved,
  BIN,
  checkin,
  checkout,
  claude,
  create,
  disableUser,
  drafted,
  effective,
  executed,
  executing,
  inbox,
  initialised,
  lead,
  type Project,
  type Qms,
  repository,
  route,
  setConfiguration,
  words,
} from '../support/cli.ts'
import { commandNames, config } from '../support/grammar.ts'
import { line, peerProject, textOf } from '../support/peer.ts'

/** A project in which there is something of every kind: enough for the commands to have something to do. */
const furnished = async (): Promise<Project> => {
  const project = await initialised()
  await project.use(async (qms) => {
    await addUser(qms, lead, 'tu_api', 'reviewer', 'agent')
    await addUser(qms, lead, 'ben', 'initiator', 'human')
    await drafted(project, qms, 'CR')
  })
  return project
}

let project: Project
beforeAll(async () => {
  project = await furnished()
})

const examplesOf = async (): Promise<{ name: string; lines: string[] }[]> =>
  (await config()).commands.map((c) => ({
    name: c.id.replaceAll(':', ' '),
    lines: [c.examples ?? []].flat().map((e) => String(e).replaceAll('<%= config.bin %>', 'qms')),
  }))

/** What must have happened before an example can do what it says. */
type Stage = (project: Project, qms: Qms) => Promise<unknown>

const reviewing: Stage = async (p, qms) => {
  await drafted(p, qms, 'CR')
  await route(qms, claude, 'CR-001', { assign: ['tu_api'] })
  for (const user of ['qa', 'tu_api']) await inbox(qms, { user })
}
const recommended: Stage = async (p, qms) => {
  await drafted(p, qms, 'CR')
  await route(qms, claude, 'CR-001', {})
  await agreed(qms, 'CR-001')
}
const approving: Stage = async (p, qms) => {
  await recommended(p, qms)
  await route(qms, claude, 'CR-001', {})
  await inbox(qms, { user: 'qa' })
}
const draft: Stage = (p, qms) => drafted(p, qms, 'CR')
const held: Stage = async (p, qms) => {
  await draft(p, qms)
  await checkout(qms, claude, 'CR-001')
}
const planned: Stage = (p, qms) => effective(p, qms, 'CR')
const running: Stage = (p, qms) => executing(p, qms, 'CR')
const verifying: Stage = async (p, qms) => {
  await running(p, qms)
  await create(qms, claude, { type: 'VR', parent: 'CR-001', title: 'Seen' })
  p.write('output.txt', 'as it was\n')
}
const varied: Stage = async (p, qms) => {
  await running(p, qms)
  await create(qms, claude, { type: 'VAR', parent: 'CR-001', title: 'Carries it' })
}
const summarised: Stage = async (p, qms) => {
  await running(p, qms)
  await p.ok('summarise CR-001 --text "As planned." -u claude')
  p.write('summary.md', 'As planned, and once more.\n')
}
const postReviewed: Stage = async (p, qms) => {
  await running(p, qms)
  await executed(p, qms, 'CR-001')
  await route(qms, claude, 'CR-001', {})
  await agreed(qms, 'CR-001')
}
const postApproved: Stage = async (p, qms) => {
  await running(p, qms)
  await executed(p, qms, 'CR-001')
  await approved(qms, 'CR-001')
}
const twice: Stage = async (p, qms) => {
  await draft(p, qms)
  await checkout(qms, claude, 'CR-001')
  p.edit('claude', 'CR-001', (text) => `${text}more\n`)
  await checkin(qms, claude, 'CR-001')
}
const newcomer: Stage = (_, qms) => addUser(qms, lead, 'tu_api', 'reviewer', 'agent')
const nothing: Stage = async () => undefined

const OWN_BACKEND = '{"commands": {"own": {"start": ["agent", "{fresh}"]}}}'

/** By the beginning of the line; the longest that fits counts. */
const STAGES: Readonly<Record<string, Stage>> = {
  'qms status CR-001': draft,
  'qms next CR-001': draft,
  'qms why CR-001': draft,
  'qms history': draft,
  'qms comments': twice,
  'qms read CR-001': draft,
  'qms packet CR-001': draft,
  'qms diff CR-001': twice,
  'qms tree CR-001': draft,
  'qms route CR-001 --review': draft,
  'qms route CR-001 --review --assign': async (p, qms) => {
    await newcomer(p, qms)
    await draft(p, qms)
  },
  'qms route CR-001 --approval': recommended,
  'qms assign CR-001 tu_api': async (p, qms) => {
    await newcomer(p, qms)
    await draft(p, qms)
    await route(qms, claude, 'CR-001', {})
  },
  'qms assign CR-001 --suggest': draft,
  'qms assign CR-001 --remove': async (p, qms) => {
    await newcomer(p, qms)
    await reviewing(p, qms)
  },
  'qms assign CR-001 --owner': async (p, qms) => {
    await addUser(qms, lead, 'ben', 'initiator', 'human')
    await draft(p, qms)
  },
  'qms review': async (p, qms) => {
    await newcomer(p, qms)
    await reviewing(p, qms)
  },
  'qms approve': approving,
  'qms reject': approving,
  'qms withdraw': async (p, qms) => {
    await draft(p, qms)
    await route(qms, claude, 'CR-001', {})
  },
  'qms ei': running,
  'qms ei fail CR-001 EI-2 --summary "Times out on Node 22" --var': varied,
  'qms note': running,
  'qms note CR-001 --text "Plan B for the whole change"': varied,
  'qms summarise': running,
  'qms summarise CR-001 --file': summarised,
  'qms release': planned,
  'qms revert': postReviewed,
  'qms close': postApproved,
  'qms cancel': draft,
  'qms escalate': draft,
  'qms resolve': async (p, qms) => {
    await draft(p, qms)
    await escalate(qms, claude, 'CR-001', 'Unclear.')
  },
  'qms ei show CR-001 EI-1 --output': async (p, qms) => {
    await running(p, qms)
    await p.run('ei run CR-001 EI-1 -u claude -- git --version')
  },
  'qms checkin': held,
  'qms checkout CR-001': draft,
  'qms checkout SOP-003': running,
  'qms create INV --from-finding': recommended,
  'qms create VAR': running,
  'qms create RS': (_, qms) => addNamespace(qms, lead, 'API'),
  'qms create SOP': async (p) => p.write('draft.md', "---\ntitle: 'Incident response'\n---\n\n# Text\n"),
  'qms interact': verifying,
  'qms interact CR-001-VR-001 --goto': async (p, qms) => {
    await verifying(p, qms)
    await p.ok('interact CR-001-VR-001 --respond EI-2 -u claude')
  },
  'qms fix': async (p) =>
    p.write('corrected.md', p.read('QMS/SOP/SOP-003.md').replace('Initial release', 'First release')),
  'qms config trust own': (_, qms) => setConfiguration(qms, lead, 'backends', OWN_BACKEND),
  'qms config trust own --remove': async (p, qms) => {
    await setConfiguration(qms, lead, 'backends', OWN_BACKEND)
    await p.ok('config trust own --yes')
  },
  'qms hooks install --git --uninstall': async (p) => p.ok('hooks install --git'),
  'qms hooks install --server': async (p) => p.git('init', '-q', '--bare', '../server.git'),
  'qms hooks show --server': async (p) => p.git('init', '-q', '--bare', '../server.git'),
  'qms hook subagent-stop': (p, qms) => calledInside(p, qms),
  'qms lint CR-001': draft,
  'qms agent lint-prompt': async (p, qms) => {
    await draft(p, qms)
    p.write('prompt.md', 'You are qa. Review CR-001.\n')
  },
  'qms session show': sitting,
  'qms session end': sitting,
  'qms session allow-fresh': sitting,
  'qms agent spawn': async (p, qms) => {
    await asked(p, qms)
    await scripted(p)
  },
  'qms agent stats --session': sitting,
  'qms route CR-001 --review --spawn': async (p, qms) => {
    await draft(p, qms)
    await scripted(p)
  },
  'qms audit CR-001': draft,
  'qms audit --since': async (p) => void (await p.ok('checkpoint')),
  'qms audit verify': async (p) => {
    await p.run('audit export --out ../records.tar --force')
    await p.run('audit export --out ../records')
  },
  'qms trace API': async (p, qms) => {
    await addNamespace(qms, lead, 'API')
    await drafted(p, qms, 'RS', { with: { namespace: 'API' } })
    await create(qms, claude, { type: 'RTM', title: 'Traces', namespace: 'API' })
    p.edit('claude', 'SDLC-API-RTM', answered)
    p.write('test/a.test.ts', "// Verifies: REQ-API-001, REQ-API-002\nit('answers', () => {})\n")
    p.write('report.xml', '<testsuite><testcase file="test/a.test.ts" name="answers"/></testsuite>')
  },
  'qms user show qa': nothing,
  'qms user disable': newcomer,
  'qms user enable': async (p, qms) => {
    await newcomer(p, qms)
    await disableUser(qms, lead, 'tu_api', undefined)
  },
}

/** Quality is asked for a review, and nobody else. */
async function asked(p: Project, qms: Qms): Promise<void> {
  await draft(p, qms)
  await route(qms, claude, 'CR-001', {})
}

async function sitting(p: Project): Promise<void> {
  await p.ok('session start -u claude')
}

/** Agents that recommend whatever they are called to. */
const SCENE = new Scene()
const CALLING = { ...SCENE.env, STAND_IN_DO: 'recommend' }

async function scripted(p: Project): Promise<void> {
  const start = ['agent', 'start', '{fresh}', '{agent}']
  const backends = { default: 'scripted', commands: { scripted: { start } } }
  await p.ok(['config', 'backends', JSON.stringify(backends), '-u', 'lead'])
  await p.ok('config trust scripted --yes')
  await sitting(p)
}

/** What agent tools tell their hooks. */
const CALLED = { session_id: 's', agent_id: 'a1', agent_type: 'qa' }
const TOLD: Readonly<Record<string, object>> = {
  'qms hook pre-tool-use': { tool_name: 'Bash', tool_input: { command: 'rm -rf QMS' } },
  'qms hook user-prompt-submit': { session_id: 's', prompt: 'Go on.' },
  'qms hook session-start': { session_id: 's', source: 'startup' },
  'qms hook subagent-start': CALLED,
  'qms hook subagent-stop': CALLED,
}

const toldTo = (line: string): { input?: string; env?: NodeJS.ProcessEnv } => {
  const hook = Object.keys(TOLD).find((start) => line.startsWith(start))
  if (line.includes('spawn')) return { env: CALLING }
  return hook ? { input: JSON.stringify(TOLD[hook]) } : {}
}

/** What an agent is seen to do while it works goes to standard error, line by line under its name. */
const withoutProgress = (err: string): string => err.replace(/^qa: .*\n/gm, '')

/** An agent inside of a tool that was called and has begun. */
const calledInside: Stage = async (p, qms) => {
  await asked(p, qms)
  await p.ok('session start -u claude')
  const call = { tool_name: 'Agent', tool_input: { subagent_type: 'qa', prompt: 'CR-001' } }
  await p.ok('hook pre-tool-use', { input: JSON.stringify(call) })
  await p.ok('hook subagent-start', { input: JSON.stringify(CALLED) })
}

/** A repository with documents that another program kept. */
const adoptable = (): Project =>
  peerProject([
    {
      id: 'SOP-001',
      status: 'DRAFT',
      version: '0.1',
      owner: 'claude',
      trail: [line('CREATE', 'claude', '0.1')],
      draft: textOf('SOP-001'),
    },
  ])

const stageOf = (line: string): Stage => {
  const [key] = Object.keys(STAGES)
    .filter((start) => line.startsWith(start))
    .sort((a, b) => b.length - a.length)
  return (key && STAGES[key]) || nothing
}

// Verifies: REQ-QMS-605
describe('every example of the help', () => {
  it('does what it says, in a project that is ready for it', async () => {
    let run = 0
    for (const { name, lines } of await examplesOf()) {
      for (const line of lines) {
        const own = line.includes('--adopt')
          ? adoptable()
          : name === 'init'
            ? repository()
            : await initialised()
        if (name !== 'init') await own.use((qms) => stageOf(line)(own, qms))
        const said = await own.run(words(line).slice(1), toldTo(line))
        const silent = line.startsWith('qms mcp -u') // what it says is said to whoever asks
        const { code, out } = said
        const err = withoutProgress(said.err)
        expect({ line, code, err, out: out === '' }).toEqual({ line, code: 0, err: '', out: silent })
        run += 1
      }
    }
    expect(run).toBeGreaterThan(70)
  }, 600_000)
})

describe('every command', () => {
  // Verifies: REQ-QMS-603
  it('ends by itself with standard input closed: done or refused, never waiting, never with a stack', async () => {
    for (const { name, lines } of await examplesOf()) {
      const [line = ''] = lines
      const argv = words(line)
        .slice(1)
        .map((w) => `'${w}'`)
        .join(' ')
      const { status, signal, stderr } = spawnSync(
        'sh',
        ['-c', `exec '${process.execPath}' '${BIN}' ${argv} <&-`],
        {
          cwd: project.root,
          encoding: 'utf8',
          timeout: 50_000,
          input: undefined,
        },
      )
      expect({ name, signal, known: [0, 1, 2, 3, 4, 5, 6].includes(status ?? -1) }).toEqual({
        name,
        signal: null,
        known: true,
      })
      expect(stderr).not.toMatch(/\n\s+at .*:\d+|Error:/)
    }
  }, 240_000)

  it('is quiet where its reader has gone, on either output', async () => {
    for (const name of await commandNames())
      for (const gone of ['| true', '2>&1 >/dev/null | true']) {
        const line = `{ '${process.execPath}' '${BIN}' ${name} --help; } ${gone}; exit \${PIPESTATUS[0]}`
        const { status, stderr } = spawnSync('bash', ['-c', line], { cwd: project.root, encoding: 'utf8' })
        expect({ name, gone, status, stderr }).toEqual({ name, gone, status: 0, stderr: '' })
      }
  }, 240_000)

  it('of those that write much to a reader that takes one line is quiet, too', () => {
    for (const line of [
      'list',
      'help',
      'read SOP-001',
      'search the',
      'commands --json',
      'list --json',
      'history CR-001',
    ]) {
      const command = `'${process.execPath}' '${BIN}' ${line} | head -1 >/dev/null; echo \${PIPESTATUS[0]}`
      const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: project.root, encoding: 'utf8' })
      expect({ line, stdout, stderr }).toEqual({ line, stdout: '0\n', stderr: '' })
    }
  })

  // Verifies: REQ-QMS-607
  it.skipIf(spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status !== 0)(
    'opens no connection: nothing is asked of or told to any other machine',
    () => {
      const log = project.path('calls.txt')
      const control = "require('net').connect(9, '127.0.0.1').on('error', () => {})"
      spawnSync('strace', ['-f', '-qq', '-e', 'trace=network', '-o', log, process.execPath, '-e', control])
      expect(project.read('calls.txt')).toContain('AF_INET')
      for (const line of ['', 'help', 'status', 'list --json', 'create CR --title X -u claude --dry-run']) {
        const args = ['-f', '-qq', '-e', 'trace=network', '-o', log, process.execPath, BIN, ...words(line)]
        expect(spawnSync('strace', args, { cwd: project.root, timeout: 30_000 }).status).toBe(0)
        expect({ line, calls: project.read('calls.txt').match(/.*AF_INET.*/g) }).toEqual({
          line,
          calls: null,
        })
      }
    },
  )

  it('takes the flags of all, with one meaning and one short name', async () => {
    const chars = new Map<string, string>()
    for (const command of (await config()).commands) {
      for (const name of ['json', 'user', 'project', 'quiet', 'verbose', 'no-color', 'no-pager'])
        expect({ command: command.id, name, has: name in command.flags }).toEqual({
          command: command.id,
          name,
          has: true,
        })
      for (const flag of Object.values(command.flags))
        if (flag.char) {
          expect(chars.get(flag.char) ?? flag.name).toBe(flag.name)
          chars.set(flag.char, flag.name)
        }
    }
    expect(Object.fromEntries(chars)).toMatchObject({
      q: 'quiet',
      v: 'verbose',
      n: 'dry-run',
      f: 'file',
      u: 'user',
      C: 'project',
    })
  })
})
