/** Every refusal can be met, in words that help, with the exit code of its kind. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { backendNamed } from '../../src/app/agents/backends.ts'
import { BACKEND_DEFAULTS } from '../../src/app/backend-settings.ts'
import { compareCheckpoint, takeCheckpoint } from '../../src/app/checkpoint.ts'
import { digest, type Opened, openForInit, openQms } from '../../src/compose.ts'
import { EXIT, type FaultCode, QmsError, refuse } from '../../src/errors.ts'
import { present } from '../../src/interfaces/present.ts'
import { audited } from '../support/audited.ts'
import { sitting } from '../support/callers.ts'
import {
  act,
  addNamespace,
  addUser,
  checkin,
  checkout,
  claude,
  create,
  disableUser,
  drafted,
  executing,
  fix,
  folder,
  initialised,
  lead,
  list,
  Project,
  type Qms,
  qa,
  read,
  recommend,
  repository,
  route,
  setPolicy,
  showTemplate,
  status,
  verdict,
} from '../support/cli.ts'
import { parseLine } from '../support/grammar.ts'
import { forgeApproval } from '../support/hooks.ts'
import { adopt, peerProject } from '../support/peer.ts'

let project: Project
beforeAll(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await drafted(project, qms, 'CR')
    await checkout(qms, claude, 'CR-002')
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-003', {})
    await read(qms, qa, 'CR-003', {})
    await addUser(qms, lead, 'gone', 'initiator', 'human')
    await disableUser(qms, lead, 'gone', undefined)
  })
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const inProject = (work: (qms: Qms) => Promise<unknown>) => async () => project.use(work)
/** In a project of its own, which the deed spoils. */
const alone = (work: (own: Project, qms: Qms) => Promise<unknown>) => async () => {
  const own = await initialised()
  await own.use((qms) => work(own, qms))
}
/** In one with a verification record that is being answered. */
const asking = (work: (own: Project, qms: Qms) => Promise<unknown>) =>
  alone(async (own, qms) => {
    await executing(own, qms, 'CR')
    await create(qms, claude, { type: 'VR', parent: 'CR-001', title })
    await work(own, qms)
  })
/** In one that was looked at, and then lost its last commit. */
const afterReset = (work: (opened: Opened) => Promise<unknown>) => async () => {
  const own = await initialised()
  await own.use((qms) => drafted(own, qms, 'CR'))
  own.git('reset', '-q', '--hard', 'HEAD~1')
  const opened = await openQms(own.root)
  await work(opened).finally(() => opened.close())
}
const title = 'A title'
/** As git leaves one for a hook. */
const message = (own: Project, text: string) => {
  own.write('README.md', `${text}\n`)
  return { env: { GIT_EDITOR: ':' } }
}
const PEER = { id: 'CR-001', status: 'DRAFT', version: '0.1', draft: 'x' }

const DEEDS: Partial<Record<FaultCode, () => Promise<unknown>>> = {
  USAGE: inProject((qms) => create(qms, claude, { type: 'CR' })),
  USER_MISSING: inProject((qms) => create(qms, {}, { type: 'CR', title })),
  BAD_NAME: inProject((qms) => addUser(qms, lead, '../x', 'reviewer', 'agent')),
  BAD_ID: inProject((qms) => status(qms, {}, 'SOP-01')),
  BAD_TYPE: inProject((qms) => create(qms, claude, { type: 'NOTE', title })),
  BAD_VERSION: inProject((qms) => read(qms, {}, 'SOP-001', { version: 'first' })),
  BAD_VALUE: inProject((qms) => list(qms, { status: 'OPEN' })),
  BAD_TITLE: inProject((qms) => create(qms, claude, { type: 'CR', title: 'a\nb' })),
  TEXT_UNREADABLE: inProject((qms) =>
    create(qms, claude, { type: 'CR', title, text: { bytes: new Uint8Array([0xc3, 0x28]), from: 'x.md' } }),
  ),
  TEXT_TOO_LARGE: inProject((qms) =>
    create(qms, claude, { type: 'CR', title, text: { bytes: new Uint8Array(4_000_001), from: 'x.md' } }),
  ),
  UNTRUSTED_COMMAND: async () => {
    const own = { commands: { own: { start: ['agent'] as const } } }
    const opened = await openQms(project.root)
    const tools = await opened.agentTools().finally(() => opened.close())
    backendNamed({ ...BACKEND_DEFAULTS, ...own }, 'own', tools, digest)
  },
  REQUEST_REUSED: alone(async (own, qms) => {
    await drafted(own, qms, 'CR')
    await route(qms, { ...claude, request: 'r1' }, 'CR-001', {})
    await act(qms, { ...claude, request: 'r1' }, 'CR-001', { action: 'withdraw' })
  }),
  NO_REPOSITORY: () => openQms(folder()),
  NOT_INITIALISED: () => openQms(repository().root),
  NO_DOCUMENT: inProject((qms) => status(qms, {}, 'CR-009')),
  NO_USER: inProject((qms) => create(qms, { user: 'nobody' }, { type: 'CR', title })),
  NO_NAMESPACE: inProject((qms) => create(qms, claude, { type: 'RS', namespace: 'APP', title })),
  NO_VERSION: inProject((qms) => read(qms, {}, 'SOP-001', { version: '9.0' })),
  NO_TEXT: inProject((qms) => read(qms, {}, 'SOP-001', { draft: true })),
  NO_TEMPLATE: inProject((qms) => showTemplate(qms, 'TEMPLATE')),
  NO_COPY: alone(async (own, qms) => {
    await create(qms, claude, { type: 'CR', title })
    rmSync(own.path(own.copy('claude', 'CR-001')))
    await checkin(qms, claude, 'CR-001')
  }),
  NO_FILE: async () => {
    throw refusal(await project.json('fix SOP-001 --file nowhere.md --reason Words -u lead'))
  },
  NO_CHECKPOINT: afterReset(({ qms, witness }) => compareCheckpoint(qms, witness, { digest: 'beef' })),
  RECORD_REWRITTEN: afterReset(({ qms, witness, branch }) =>
    takeCheckpoint(qms, witness, { branch, accept: false }),
  ),
  ALREADY_INITIALISED: () => openForInit(project.root, { git: false, branch: 'other' }),
  NOTHING_TO_ADOPT: () => adopt(repository()),
  STORE_OF_OTHERS: () => peerProject([PEER]).init(),
  STORE_TRACKED: async () => {
    const own = peerProject([PEER])
    own.git('add', '.')
    own.git('commit', '-qm', 'all')
    await adopt(own, { branch: 'qms' })
  },
  ALREADY_EXISTS: inProject((qms) => addUser(qms, lead, 'qa', 'quality', 'agent')),
  NOT_OPEN: inProject((qms) => act(qms, claude, 'CR-001', { action: 'release' })),
  CHECKED_OUT: inProject((qms) => route(qms, claude, 'CR-002', {})),
  NOT_CHECKED_OUT: inProject((qms) => checkin(qms, claude, 'CR-001')),
  GATE: inProject((qms) => act(qms, claude, 'CR-001', { action: 'cancel' })),
  TEXT_CHANGED: alone(async (own, qms) => {
    await drafted(own, qms, 'CR')
    await read(qms, qa, 'CR-001', {})
    await checkout(qms, claude, 'CR-001')
    own.edit('claude', 'CR-001', (text) => text.replace('as agreed', 'otherwise'))
    await checkin(qms, claude, 'CR-001')
    await route(qms, claude, 'CR-001', {})
    await verdict(qms, qa, 'CR-001', recommend, undefined)
  }),
  SEAL_BROKEN: alone(async (own, qms) => {
    await executing(own, qms, 'CR')
    await checkout(qms, claude, 'CR-001')
    own.edit('claude', 'CR-001', (text) => text.replace('## 1. Purpose', '## 1. Another purpose'))
    await checkin(qms, claude, 'CR-001')
  }),
  NO_ITEM: alone(async (own, qms) => {
    await executing(own, qms, 'CR')
    throw refusal(await own.json('ei start CR-001 EI-77 -u claude'))
  }),
  NO_PLACE: alone(async (own, qms) => {
    await executing(own, qms, 'CR')
    own.write('summary.md', 'Done.\n\n## 13. More\n')
    throw refusal(await own.json('summarise CR-001 --file summary.md -u claude'))
  }),
  COPY_CHANGED: alone(async (own, qms) => {
    await drafted(own, qms, 'CR')
    own.write(own.copy('claude', 'CR-001'), 'notes that nobody committed\n')
    await checkout(qms, claude, 'CR-001')
  }),
  STALE_COPY: alone(async (own, qms) => {
    await drafted(own, qms, 'CR')
    await checkout(qms, claude, 'CR-001')
    own.write('.qms/workspace/claude/.base/CR-001', `${'a'.repeat(64)}\n`)
    await checkin(qms, claude, 'CR-001')
  }),
  OUT_OF_TURN: asking(async (own) => {
    throw refusal(await own.json('interact CR-001-VR-001 --goto result --reason x -u claude'))
  }),
  ASKS_NOTHING: inProject(async () => {
    throw refusal(await project.json('interact CR-001'))
  }),
  DERIVED_TEXT: asking(async (own, qms) => {
    own.edit('claude', 'CR-001-VR-001', (text) => `${text}more\n`)
    await checkin(qms, claude, 'CR-001-VR-001')
  }),
  STALE_ANSWERS: asking(async (own, qms) => {
    own.write('.qms/workspace/claude/CR-001-VR-001.interact.json', '{ torn')
    await checkin(qms, claude, 'CR-001-VR-001')
  }),
  FORM_UNREADABLE: alone(async (own, qms) => {
    await checkout(qms, claude, 'TEMPLATE-VR')
    own.edit('claude', 'TEMPLATE-VR', (text) => text.replace('next: objective', 'next: aim'))
    await checkin(qms, claude, 'TEMPLATE-VR')
  }),
  SNAPSHOT_IMPOSSIBLE: asking(async (own) => {
    for (const word of ['EI-1', 'aim', 'main', 'there', 'Pass', 'run', 'ran'])
      await own.ok(['interact', 'CR-001-VR-001', '--respond', word, '-u', 'claude'])
    writeFileSync(Buffer.concat([Buffer.from(own.path('odd-')), Buffer.from([0xff])]), 'odd\n')
    throw refusal(await own.json('interact CR-001-VR-001 --respond seen -u claude'))
  }),
  FIX_TOO_LARGE: inProject((qms) =>
    fix(
      qms,
      lead,
      'SOP-001',
      { bytes: bytes(`${project.read('QMS/SOP/SOP-001.md')}\nIt shall.\n`), from: 'x' },
      'Words',
    ),
  ),
  NOT_ALLOWED: inProject((qms) => addUser(qms, claude, 'new', 'reviewer', 'agent')),
  USER_DISABLED: inProject((qms) => create(qms, { user: 'gone' }, { type: 'CR', title })),
  BAD_TOKEN: async () => {
    throw refusal(await project.json('status', { env: { QMS_TOKEN: 'none' } }))
  },
  NO_SESSION: async () => {
    throw refusal(await project.json('session end -u claude'))
  },
  AGENT_FAILED: alone(async (own, qms) => {
    await drafted(own, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
    const silent = { default: 'silent', commands: { silent: { start: ['true'] } } }
    await own.ok(['config', 'backends', JSON.stringify(silent), '-u', 'lead'])
    await own.ok('config trust silent --yes')
    await own.ok('session start -u claude')
    throw refusal(await own.json('agent spawn qa --doc CR-001 -u claude'))
  }),
  IDENTITY_MISMATCH: alone(async (own) => {
    const { how } = await sitting(own)
    throw refusal(await own.json('inbox -u qa', how))
  }),
  IDENTITY_UNPROVEN: alone(async (_, qms) => {
    await setPolicy(qms, lead, 'identity', 'verified')
    await create(qms, { ...lead, tool: 'Claude Code' }, { type: 'CR', title }).catch(helpful)
    await create(qms, claude, { type: 'CR', title })
  }),
  QUOTA: alone(async (_, qms) => {
    await setPolicy(qms, lead, 'agentQuota', '1')
    await create(qms, claude, { type: 'CR', title })
    await create(qms, claude, { type: 'CR', title })
  }),
  LOCKED: alone(async (own, qms) => {
    own.write('.git/index.lock', '')
    await create(qms, claude, { type: 'CR', title })
  }),
  DAMAGED: alone(async (own) => {
    own.write('QMS/.audit/SOP/SOP-001.jsonl', `${own.read('QMS/.audit/SOP/SOP-001.jsonl')}{"seq":9}\n`)
    own.git('commit', '-qam', 'damage')
    await own.use((qms) => status(qms, {}, 'SOP-001'))
  }),
  LINK_IN_STORE: alone(async (own, qms) => {
    await create(qms, claude, { type: 'CR', title })
    const copy = own.path(own.copy('claude', 'CR-001'))
    rmSync(copy)
    symlinkSync('/etc/passwd', copy)
    await checkin(qms, claude, 'CR-001')
  }),
  HAND_EDIT: alone(async (own, qms) => {
    await drafted(own, qms, 'CR')
    own.write('QMS/.meta/CR/CR-001.json', '{}\n')
    await route(qms, claude, 'CR-001', {})
  }),
  IO: async () => {
    throw refusal(await project.json('fix SOP-001 --file src/code.txt/x --reason Words -u lead'))
  },
  HAND_COMMIT: () =>
    alone(async (own) => {
      own.write('QMS/SOP/SOP-001.md', 'by hand\n')
      own.write('QMS/planted.md', 'by hand\n')
      own.git('add', '-A')
      throw refusal(await own.json('hook pre-commit'))
    })(),
  COMMIT_UNRECORDED: () =>
    alone(async (own, qms) => {
      await setPolicy(qms, lead, 'commits', 'recorded')
      throw refusal(await own.json('hook commit-msg README.md', message(own, 'Limits')))
    })(),
  FILES_UNLISTED: () =>
    alone(async (own, qms) => {
      await executing(own, qms, 'CR')
      await setPolicy(qms, lead, 'commits', 'listed')
      own.write('src/other.txt', 'other')
      own.git('add', 'src/other.txt')
      throw refusal(await own.json('hook commit-msg README.md', message(own, 'CR-001: other')))
    })(),
  PUSH_REFUSED: async () => {
    const gone = `(delete) ${'0'.repeat(40)} refs/heads/main ${project.tip()}\n`
    throw refusal(await project.json('hook pre-push', { input: gone }))
  },
  HOOK_IN_THE_WAY: () =>
    alone(async (own) => {
      await own.ok('hooks install --git')
      own.write('.git/hooks/pre-commit', own.read('.git/hooks/pre-commit').replace('>/dev/null', ''))
      throw refusal(await own.json('hooks install --git --uninstall'))
    })(),
  PUSH_UNLAWFUL: () =>
    alone(async (own, qms) => {
      await drafted(own, qms, 'SOP')
      const before = own.tip()
      forgeApproval(own, 'SOP-008')
      const input = `refs/heads/main ${own.tip()} refs/heads/main ${before}\n`
      throw refusal(await own.json('hook pre-push', { input }))
    })(),
  PUSH_REWRITES: () =>
    alone(async (own) => {
      const before = own.tip()
      own.git('rm', '-q', 'QMS/.audit/SOP/SOP-001.jsonl')
      own.git('commit', '-q', '-m', 'by hand')
      const input = `refs/heads/main ${own.tip()} refs/heads/main ${before}\n`
      throw refusal(await own.json('hook pre-push', { input }))
    })(),
  GIT: async () => {
    const bare = new Project(folder())
    bare.git('init', '-q', '--bare')
    await openQms(bare.root)
  },
  GIT_MISSING: async () => {
    throw refusal(await project.json('status', { env: { PATH: '/nowhere' } }))
  },
  NOT_STARTED: () =>
    alone(async (own, qms) => {
      await executing(own, qms, 'CR')
      const said = await own.run('ei run CR-001 EI-1 -u claude --json -- no-such-program')
      throw refusal(JSON.parse(said.out))
    })(),
  BAD_PACKAGE: async () => {
    throw refusal(await project.json('audit verify src/code.txt'))
  },
  BAD_REPORT: async () => {
    throw refusal(await project.json('trace --report src/code.txt'))
  },
  NO_MATRIX: () =>
    alone(async (own, qms) => {
      await addNamespace(qms, { user: 'lead' }, 'API')
      for (const type of ['RS', 'RTM']) await create(qms, claude, { type, title, namespace: 'API' })
      own.edit('claude', 'SDLC-API-RTM', (text) => text.replace('| Requirement |', '| What |'))
      throw refusal(await own.json('trace API --write -u claude'))
    })(),
  NEWER_STORE: async () => {
    const later = new Project(`${folder()}/later`)
    mkdirSync(later.root)
    later.git('clone', '-q', `file://${project.root}`, '.')
    later.write(
      'qms.config.json',
      later.read('qms.config.json').replace('"version": "1.0"', '"version": "1.1"'),
    )
    later.git('commit', '-q', '-a', '-m', 'later')
    expect((await audited(later)).findings.map((f) => f.code)).toContain('NEWER_FORMAT')
    await later.use((qms) => create(qms, claude, { type: 'CR', title }))
  },
  HISTORY_INCOMPLETE: async () => {
    const clone = new Project(`${folder()}/clone`)
    mkdirSync(clone.root)
    clone.git('clone', '-q', '--depth', '1', `file://${project.root}`, '.')
    await clone.use((qms) => create(qms, claude, { type: 'CR', title }))
  },
}

/** What a child process said, as the fault that it was. */
const refusal = ({ error }: { error: { code: FaultCode; details: never; exit: number } }): QmsError => {
  expect(error.exit).toBe(EXIT[error.code])
  return refuse(error.code, error.details)
}

/** Not to be had in one process: somebody else would have to be faster twelve times. */
const RACE = refuse('CONFLICT', { attempts: 12 })
const PLACEHOLDER = /\.\.\.|\b(?:TEXT|NAME|FILE|LEAD|BYTES|COMMIT|elsewhere)\b/

const helpful = async (error: QmsError): Promise<void> => {
  const refused = present(error, 'claude')
  expect(refused).toMatchObject({ code: error.code, exit: EXIT[error.code as FaultCode] })
  const words = [refused.message, refused.found ?? '', refused.expected ?? '', ...refused.next]
  for (const text of words) expect(text).not.toMatch(/undefined|NaN|\[object|null/)
  expect(refused.message).toMatch(/^[A-Za-z0-9./'"-].*[.?]$/s)
  let works = 0
  for (const command of refused.next)
    if (/^(?:qms|git) /.test(command) && !PLACEHOLDER.test(command)) {
      works += 1
      if (command.startsWith('qms ')) await expect(parseLine(command), command).resolves.toBeTruthy()
    }
  expect({ code: error.code, works: works > 0 }).toEqual({ code: error.code, works: true })
}

// Verifies: REQ-QMS-602
describe('a refusal', () => {
  it.each(Object.keys(EXIT).filter((c) => c !== 'CONFLICT') as FaultCode[])(
    '%s is met, and helps',
    async (code) => {
      const deed = DEEDS[code]
      if (!deed) throw new Error(`no test reaches ${code}`)
      const error = await deed().then(
        () => null,
        (thrown: unknown) => thrown,
      )
      if (!(error instanceof QmsError)) throw error ?? new Error('not refused')
      expect({ code: error.code, facts: error.facts }).toMatchObject({ code })
      await helpful(error)
    },
  )

  it.each([RACE])('$code is worded', helpful)

  it('that is none is a bug, exit 70, and says so without its stack', () => {
    const refused = present(new TypeError('x is not a function'))
    expect(refused).toMatchObject({ code: 'INTERNAL', exit: 70, retryable: false })
    expect(JSON.stringify(refused)).not.toContain('.ts:')
  })

  it('is one, too, where the operating system says no and nobody heard it', () => {
    const error = Object.assign(new Error('EIO: i/o error'), {
      code: 'EIO',
      syscall: 'scandir',
      path: 'here',
    })
    const details = { operation: 'scandir', path: 'here', reason: 'EIO: i/o error' }
    expect(present(error)).toMatchObject({ code: 'IO', exit: 8, details })
    expect(present(Object.assign(error, { code: 'ENOENT' }))).toMatchObject({ code: 'INTERNAL' })
  })

  it('may be tried again only where that can help', () => {
    expect(present(RACE).retryable).toBe(true)
    expect(present(refuse('BAD_ID', { id: 'x', suggestions: [] })).retryable).toBe(false)
  })
})
