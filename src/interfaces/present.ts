/** Refusals in words. The only place where a code becomes a sentence; a code without words does not compile. */
import { closest } from '../app/suggest.ts'
import { EXIT, type FaultCode, type Faults, QmsError, refuse } from '../errors.ts'
import { type Call, NO_CALL, quoted } from './call.ts'
import { article, gateNext } from './hints.ts'
import { visible } from './visible.ts'

/** A refusal as every interface gives it. Stable: keys are only added. */
export interface Refusal {
  readonly code: FaultCode | 'INTERNAL'
  readonly message: string
  readonly found: string | null
  readonly expected: string | null
  /** Commands that work, most useful first. */
  readonly next: readonly string[]
  readonly exit: number
  readonly retryable: boolean
  readonly details: object
}

interface Phrase {
  readonly message: string
  readonly found?: string
  readonly expected?: string
  readonly next?: readonly string[]
}

type Phrases = { readonly [C in FaultCode]: (facts: Faults[C], call: Call) => Phrase }

const list = (items: readonly string[]): string => (items.length > 0 ? items.join(', ') : 'none')
/** What the argument parser says begins and ends like a sentence, too. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`
const short = (digest: string): string => digest.slice(0, 8)

/** What a system says of a program that cannot be run. */
const NOT_STARTED: Readonly<Record<string, string>> = {
  ENOENT: 'no such program',
  EACCES: 'a file that may not be run',
  ENOEXEC: 'a file that is no program, and names none in its first line',
  E2BIG: 'more words than the system passes on',
}

type Unproven = Faults['IDENTITY_UNPROVEN']

const unprovenAgent = ({ user }: Unproven): Phrase => ({
  message: `${user} is an agent, and agents must prove here who they are: the policy says identity verified.`,
  found: 'a name without a token',
  expected: 'a call from a session or a dispatch of this program',
  next: [`qms session start -u ${user} -- PROGRAM`, `qms agent spawn ${user} --doc ID`, 'qms help agents'],
})

const unprovenPerson = ({ user, tool }: Unproven): Phrase => ({
  message: `${tool} runs this command, and it names ${user}, who is a person: what an agent does it does under its own name.`,
  found: `${user}, without a terminal`,
  expected: `${user} at a terminal, or the name and the token of an agent`,
  next: ['qms session show', 'qms user list', 'qms help agents'],
})

const PHRASES: Phrases = {
  USAGE: (f) => ({
    message: sentence(f.problem),
    next: [f.instead, f.usage ?? 'qms help'].filter((n) => n !== undefined),
  }),
  USER_MISSING: (f, call) => ({
    message: `Who is acting? ${f.command} needs a name.`,
    expected: `-u NAME or QMS_USER, one of: ${list(f.users)}`,
    next: [
      call.with(`-u ${f.users[0] ?? 'NAME'}`) ?? `qms ${f.command} ... -u NAME`,
      'export QMS_USER=NAME',
      'qms user list',
    ],
  }),
  BAD_NAME: (f) => ({ message: `That is no name for a ${f.what}.`, found: f.name, expected: f.expected }),
  BAD_ID: (f) => ({
    message: meant('That is no document id', f.suggestions[0]),
    found: f.id,
    expected: 'an id such as CR-001, SOP-007, CR-001-VAR-002, TEMPLATE-CR or SDLC-QMS-RS',
    next: didYouMean(f.suggestions),
  }),
  BAD_TYPE: (f, call) => ({
    message: meant('There is no such document type', near(f.type, f.types)),
    found: f.type,
    expected: list(f.types),
    next: [...replaced(call, f.type, near(f.type, f.types)), 'qms template list'],
  }),
  BAD_VERSION: (f) => ({ message: 'That is no version.', found: f.version, expected: 'N.M, such as 1.0' }),
  BAD_VALUE: (f, call) => {
    const right = near(f.found, f.expected.split(/, | or /))
    return {
      message: meant(`${f.name} cannot be that`, right),
      found: f.found,
      expected: f.expected,
      next: replaced(call, f.found, right),
    }
  },
  BAD_TITLE: (f) => ({
    message: `That cannot be a title: ${f.problem}.`,
    found: f.title,
    expected: 'one printable line of at most 200 characters',
  }),
  TEXT_UNREADABLE: (f) => ({
    message: `${f.file} is not a readable controlled text: ${f.problem}.`,
    expected: 'UTF-8 Markdown with YAML frontmatter between two lines ---',
    next: [`mend ${quoted(f.file)}, then run the command again`],
  }),
  TEXT_TOO_LARGE: (f) => ({
    message: `${f.file} is too large.`,
    found: `${f.bytes} bytes`,
    expected: `${f.limit} bytes at the most`,
    next: ['qms config documentLimit BYTES'],
  }),
  REQUEST_REUSED: (f) => ({
    message: `The request id ${f.request} was used for something else.`,
    found: f.found,
    expected: f.expected,
    next: ['use a new --request-id for a new request'],
  }),
  BAD_REPORT: (f) => ({
    message: `${f.file} is no report of a test run: ${f.problem}.`,
    expected: f.expected,
    next: ['qms help trace'],
  }),
  OUT_OF_TURN: (f) => ({
    message: sentence(f.problem),
    found: f.found === null ? 'no prompt is open' : `open: ${f.found}`,
    expected: f.expected,
    next: [...f.next, `qms interact ${f.id} --progress`],
  }),
  ASKS_NOTHING: (f) => ({
    message: `${f.id} is not written by answering prompts.`,
    expected: `a document that began from a ${f.template} with prompts`,
    next: [`qms read ${f.id}`, `qms checkout ${f.id}`],
  }),
  DERIVED_TEXT: (f) => ({
    message: `The text of ${f.id} is compiled from answers${f.path === null ? '' : ', and was changed by hand'}.`,
    ...(f.path === null ? {} : { found: `${f.path}, changed` }),
    expected: 'answers: the text follows from them',
    next: [...(f.path === null ? [] : [`rm ${quoted(f.path)}`]), `qms interact ${f.id}`],
  }),
  STALE_ANSWERS: (f) => ({
    message: `The answers to ${f.id} in your workspace cannot be gone on with: ${f.problem}.`,
    found: f.path,
    expected: 'answers that go on from the record as it is',
    next: [`qms checkin ${f.id} --discard`, `qms checkout ${f.id}`],
  }),
  FORM_UNREADABLE: (f) => ({
    message: `The prompts of ${f.template} cannot be followed.`,
    found: f.problems.map((p) => `line ${p.line}: ${p.problem}`).join('\n'),
    expected: f.problems.map((p) => `line ${p.line}: ${p.expected}`).join('\n'),
    next: [`qms read ${f.template}`, `qms checkout ${f.template}`],
  }),
  SNAPSHOT_IMPOSSIBLE: (f) => ({
    message: 'The state of the project cannot be recorded, and the answer was not taken.',
    found: f.reason,
    expected: f.expected,
    next: ['git status --short', 'git check-ignore -v FILE'],
  }),
  NO_REPOSITORY: (f) => ({
    message: `There is no git repository at ${f.cwd} or above it.`,
    next: [f.adopting ? 'qms init --adopt --git' : 'qms init --git', 'cd into a git repository'],
  }),
  NOT_INITIALISED: (f) => ({
    message: f.adoptable
      ? 'The document store of this repository was kept by another program.'
      : 'This repository has no document store yet.',
    next: f.adoptable
      ? ['qms init --adopt', 'qms init --adopt --dry-run']
      : ['qms init', 'qms init --branch qms'],
  }),
  NOTHING_TO_ADOPT: (f) => ({
    message: `There is no document store to adopt in ${f.root}.`,
    expected: 'a folder QMS/ that another program kept',
    next: ['qms init'],
  }),
  NO_DOCUMENT: (f) => ({
    message: meant(`There is no document ${f.id}`, f.suggestions[0]),
    next: [...didYouMean(f.suggestions), 'qms list'],
  }),
  NO_USER: (f, call) => ({
    message: meant(`There is no user ${f.name}`, near(f.name, f.users)),
    found: f.name,
    expected: list(f.users),
    next: [
      ...replaced(call, f.name, near(f.name, f.users)),
      'qms user list',
      `qms user add ${quoted(f.name)} --group reviewer -u LEAD`,
    ],
  }),
  NO_NAMESPACE: (f) => ({
    message: f.name ? `There is no namespace ${f.name}.` : 'A namespace must be named (--namespace).',
    expected: list(f.namespaces),
    next: ['qms namespace list', `qms namespace add ${f.name ? quoted(f.name) : 'NAME'} -u LEAD`],
  }),
  NO_VERSION: (f, call) => ({
    message: `${f.id} has no version ${f.version}.`,
    found: f.version,
    expected: list(f.versions),
    next: [...replaced(call, f.version, f.versions.at(-1)), `qms history ${f.id}`],
  }),
  NO_TEXT: (f) => ({
    message: `${f.id} is ${f.status} and has no such text.`,
    expected: f.wanted,
    next: [`qms status ${f.id}`, `qms history ${f.id}`],
  }),
  NO_TEMPLATE: (f) => ({
    message: `There is no template in force for ${f.type}.`,
    next: ['qms template list'],
  }),
  NO_COPY: (f) => ({
    message: `${f.id} is checked out to ${f.user}, but its copy is gone.`,
    expected: f.path,
    next: [`qms checkout ${f.id} -u ${f.user}`, `qms checkin ${f.id} --discard -u ${f.user}`],
  }),
  NO_FILE: (f) => ({ message: `There is no file ${f.file} to read.`, found: f.file }),
  NO_CHECKPOINT: (f) => ({
    message:
      f.wanted === 'last'
        ? 'No checkpoint of this store was kept on this machine.'
        : `No checkpoint ${f.wanted} of this store was kept on this machine.`,
    expected: f.kept.length > 0 ? list(f.kept) : 'a file, or a checkpoint that was taken here before',
    next: ['qms checkpoint'],
  }),
  NO_SESSION: (f) => ({
    message: f.session === null ? `${f.user} has no session open.` : `There is no session ${f.session}.`,
    expected: list(f.open.map((s) => `${s.id} of ${s.orchestrator}`)),
    next: ['qms session show', `qms session start -u ${f.user || 'NAME'}`],
  }),
  IDENTITY_MISMATCH: (f) => ({
    message: `This call is ${f.actual}'s, and it names ${f.claimed}. Nobody acts under another's name; this attempt is recorded where it can be.`,
    found: `${f.claimed} (${f.action})`,
    expected: `${f.actual}, as the ${f.by} says, or no name`,
    next: [`qms inbox -u ${f.actual}`, 'qms help agents'],
  }),
  IDENTITY_UNPROVEN: (f) => (f.tool === undefined ? unprovenAgent(f) : unprovenPerson(f)),
  QUOTA: (f) => ({
    message: `${f.user} has made ${f.quota} commits within an hour, as many as an agent may make here. Nothing was written.`,
    expected: `fewer than ${f.quota} in the hour before (policy agentQuota); it is possible again at ${f.until}`,
    next: [`qms inbox -u ${f.user}`, 'qms policy show', 'qms list'],
  }),
  BAD_TOKEN: (f) => ({
    message: `The token in QMS_TOKEN is not good: ${f.problem}.`,
    expected: 'the token that this program gave to this process, or none',
    next: ['unset QMS_TOKEN', 'qms session show', 'qms help agents'],
  }),
  AGENT_FAILED: (f) => ({
    message: `${f.agent} gave no verdict on ${f.document}: ${f.problem}.`,
    found: [f.outcome, f.trouble, f.said].filter((x) => x !== null).join('; '),
    expected: `a verdict of ${f.agent} on ${f.document}`,
    next: [
      ...(f.trouble === 'NO_SUCH_SESSION'
        ? [`qms session allow-fresh ${f.agent} --reason "TEXT" -u LEAD`]
        : []),
      ...(f.log ? [`less ${quoted(f.log)}`] : []),
      `qms agent spawn ${f.agent} --doc ${f.document}`,
      `qms inbox -u ${f.agent}`,
      'qms session show',
    ],
  }),
  UNTRUSTED_COMMAND: (f) => ({
    message: `This project names a program for the backend ${f.backend}, which you have not trusted on this machine.`,
    found: f.command,
    expected: 'a command that you have read and trusted',
    next: ['qms config backends', `qms config trust ${quoted(f.backend)}`],
  }),
  ALREADY_INITIALISED: (f) => ({
    message: `There is a store already, on the branch ${f.branch}.`,
    next: ['qms status', 'qms list'],
  }),
  STORE_OF_OTHERS: (f) => ({
    message: `${f.folder}/ holds the documents of another program. Nothing was changed.`,
    next: ['qms init --adopt', 'qms init --adopt --dry-run'],
  }),
  STORE_TRACKED: (f) => ({
    message: `The store is tracked on the branch ${f.current}: it cannot be on ${f.branch}, too.`,
    found: `QMS/ on ${f.current}`,
    expected: `a store that ${f.current} does not track, or the adoption on ${f.current}`,
    next: ['qms init --adopt', `git rm -r -q --cached QMS && git commit -m "Move the store to ${f.branch}"`],
  }),
  ALREADY_EXISTS: (f) => ({
    message: `The ${f.what} ${f.name} exists already.`,
    ...(f.what === 'open session'
      ? { next: [`qms session show ${f.name}`, `qms session end --session ${f.name} -u LEAD`] }
      : {}),
  }),
  NOT_OPEN: (f) => ({
    message: `${f.action} is not possible: ${f.id} is ${f.status}.`,
    found: f.status,
    expected: f.possibleIn.length > 0 ? list(f.possibleIn) : 'no status of this type',
    next: [`qms next ${f.id}`],
  }),
  CHECKED_OUT: (f) => ({
    message: `${f.action} is not possible while ${f.id} is checked out.`,
    found: `checked out by ${f.by}`,
    expected: 'checked in',
    next: [`qms checkin ${f.id} -u ${f.by}`, `qms checkin ${f.id} --discard -u ${f.by}`],
  }),
  NOT_CHECKED_OUT: (f) => ({
    message: `${f.id} is not checked out.`,
    found: f.status,
    next: [`qms checkout ${f.id}`, `qms status ${f.id}`],
  }),
  GATE: (f, call) => ({
    message: `${f.action} of ${f.id} is not possible now. It takes: ${f.unmet.map((g) => g.expected).join('; ')}.`,
    found: f.unmet.map((g) => g.found).join('; '),
    expected: f.unmet.map((g) => g.expected).join('; '),
    next: gateNext(f, call),
  }),
  TEXT_CHANGED: (f) => ({
    message: `${f.id} is no longer what ${f.user} was shown: ${f.shown === f.now ? 'a new round began' : 'its text changed'}.`,
    found: `shown ${short(f.shown)}, round ${f.shownRound ?? '-'}`,
    expected: `${short(f.now)}, round ${f.round ?? '-'}`,
    next: [`qms packet ${f.id} -u ${f.user}`, `qms inbox -u ${f.user}`, `qms diff ${f.id} -u ${f.user}`],
  }),
  SEAL_BROKEN: (f) => ({
    message: `The copy of ${f.id} changes what was approved for execution: ${f.sections.join(', ')}.`,
    found: `changes in ${f.sections.join(', ')}`,
    expected: `the sealed text of version ${f.version}`,
    next: [
      `qms diff ${f.id}`,
      `qms create ${f.carrier} --parent ${f.id} --title "TEXT"`,
      `qms checkin ${f.id} --discard`,
    ],
  }),
  NO_ITEM: (f) => ({
    message:
      f.items.length > 0
        ? `${f.id} has no item ${f.item}.`
        : `${f.id} has no execution table that can be read.`,
    found:
      f.unreadable.length > 0 ? f.unreadable.map((u) => `line ${u.line}: ${u.found}`).join('; ') : f.item,
    expected: f.items.join(', ') || 'a table with the columns EI, Task Description and Task Outcome',
    next: [`qms ei list ${f.id}`, `qms read ${f.id}`],
  }),
  NO_PLACE: (f) => ({
    message: `This cannot be recorded in ${f.id}.`,
    found: f.found,
    expected: f.wanted,
    next: [`qms read ${f.id}`, `qms checkout ${f.id}`],
  }),
  COPY_CHANGED: (f) => ({
    message: `A copy of ${f.id} with changes that were never checked in stands in the way.`,
    found: f.path,
    expected: 'no copy, or one that is committed',
    next: [`mv ${quoted(f.path)} ${quoted(`${f.path}.mine`)}`, `qms checkout ${f.id}`],
  }),
  STALE_COPY: (f) => ({
    message: `The copy of ${f.id} was taken from another text than the one that is checked out.`,
    found: `a copy of ${short(f.base)}; yours is ${short(f.yours)}`,
    expected: short(f.theirs),
    next: [`qms diff ${f.id}`, `qms checkin ${f.id} --discard`, `qms checkout ${f.id}`],
  }),
  FIX_TOO_LARGE: (f) => ({
    message: `That is more than a fix: ${f.problem}.`,
    expected: 'a typographical change, or frontmatter',
    next: [`qms checkout ${f.id}`],
  }),
  NO_MATRIX: (f) => ({
    message: `The rows of ${f.id} cannot be written: it is not clear which table is the matrix.`,
    found: `${f.tables} tables of that form in ${f.file}`,
    expected: 'one table Requirement | Verification | Proof | Result, not inside a list or a quote',
    next: ['qms template show RTM'],
  }),
  HAND_COMMIT: (f) => ({
    message: `This commit would change the document store by hand. Only qms does that. Nothing was committed.`,
    found: listed(
      f.files.map((file) => `${file.path}: ${file.detail ? `${file.detail} ` : ''}${file.change}`),
    ),
    expected: `the bytes that qms committed on ${f.branch}`,
    next: handCommitNext(f),
  }),
  COMMIT_UNRECORDED: (f) => ({
    message: 'The policy asks that a commit name a record in execution. Nothing was committed.',
    found:
      f.named.length > 0
        ? f.named.map(({ id, status }) => `${id} ${status ?? 'does not exist'}`).join(', ')
        : `no record named in "${f.subject.slice(0, 80)}"`,
    expected: `in the subject, or as a line QMS-Record: ID at the end, one of: ${list(f.executing.slice(0, MOST_LISTED))}`,
    next: [
      'qms list --status IN_EXECUTION',
      'qms policy show',
      `git commit -m "${f.executing[0] ?? 'CR-001'}: ..."`,
    ],
  }),
  FILES_UNLISTED: (f) => ({
    message: `${list(f.records)} ${f.records.length > 1 ? 'do' : 'does'} not list these files as affected. Nothing was committed.`,
    found: listed([...f.unlisted, ...f.unreadable.map((entry) => `(entry that names no file: ${entry})`)]),
    expected: 'files under the heading Files Affected, or another record that lists them',
    next: [
      `qms read ${f.records[0] ?? 'CR-001'}`,
      `git restore --staged -- ${f.unlisted.slice(0, 3).map(quoted).join(' ')}`,
      `qms create VAR --kind 2 --parent ${f.records[0] ?? 'CR-001'} --title "TEXT"`,
    ],
  }),
  PUSH_REFUSED: (f) => ({
    message: `${f.ref} holds the document store: ${PUSHES[f.problem].what}. Nothing was pushed.`,
    found: f.to === null ? 'a deletion' : `${short(f.from ?? '')} -> ${short(f.to)}`,
    expected: 'a branch that only moves forward',
    next: PUSHES[f.problem].next,
  }),
  HOOK_IN_THE_WAY: (f) => ({
    message: `The hook ${f.hook} stays as it is: ${f.problem}. Nothing was changed.`,
    found: f.file,
    expected: f.expected,
    next: f.next,
  }),
  PUSH_UNLAWFUL: (f) => ({
    message: `What is pushed to ${f.ref} breaks the record. Nothing was pushed.`,
    found: listed(
      f.findings.map(
        (x) => `${[x.code, x.document, x.line && `line ${x.line}`].filter(Boolean).join(' ')}: ${x.found}`,
      ),
    ),
    expected: listed([...new Set(f.findings.map((x) => x.expected))]),
    next: [
      `qms audit ${f.findings[0]?.document ?? ''}`.trim(),
      `qms audit --explain ${f.findings[0]?.code ?? ''}`,
    ],
  }),
  PUSH_REWRITES: (f) => ({
    message: `A commit changed a trail otherwise than by appending to it: ${f.path} was ${f.problem}. Nothing was pushed.`,
    found: `commit ${short(f.commit)}`,
    expected: 'trails that only grow, in every commit',
    next: [
      `git show ${f.commit.slice(0, 12)} -- ${quoted(f.path)}`,
      `git log --oneline -- ${quoted(f.path)}`,
    ],
  }),
  NOT_ALLOWED: (f) => ({
    message: `${f.action}${f.id ? ` ${f.id}` : ''} is not for ${f.user}: it takes ${article(f.needs)}.`,
    found: f.user,
    expected: f.who.length > 0 ? list(f.who) : `${article(f.needs)}, and there is none now`,
    next: f.id ? [`qms next ${f.id} -u ${f.user}`, `qms status ${f.id}`] : [`qms user show ${f.user}`],
  }),
  USER_DISABLED: (f) => ({
    message: `${f.name} is disabled.`,
    next: [`qms user show ${f.name}`, `qms user enable ${f.name}`],
  }),
  CONFLICT: (f, call) => ({
    message: 'Others were faster each time. Nothing was written.',
    found: `${f.attempts} attempts`,
    next: [call.line ?? 'run the same command again'],
  }),
  LOCKED: (f) => ({
    message: `Another program holds a lock: ${f.path}.`,
    found: f.holder ? `held by ${f.holder}, after ${f.waitedMs} ms` : `still there after ${f.waitedMs} ms`,
    next: /\/rebase-\w+$/.test(f.path)
      ? ['git rebase --continue', 'git rebase --abort']
      : ['let the other git command finish, then run this again', `if none is running: rm ${quoted(f.path)}`],
  }),
  DAMAGED: (f) => ({
    message: `The record is damaged: ${f.path}${f.line ? `, line ${f.line}` : ''}: ${f.problem}.`,
    found: f.found,
    expected: f.expected,
    next: damagedNext(f),
  }),
  LINK_IN_STORE: (f) => ({
    message: `${f.path} is not a regular file but a ${f.kind}. It is neither read nor written.`,
    found: f.kind,
    expected: 'a regular file',
    next: [`ls -ld ${quoted(f.path)}`],
  }),
  HAND_EDIT: (f) => ({
    message: `Changed by hand, outside of qms: ${list(f.paths)}. Nothing was overwritten.`,
    found: list(f.paths),
    expected: 'the committed bytes',
    next: [
      ...f.paths
        .slice(0, 1)
        .flatMap((p) => [`git diff -- ${quoted(p)}`, `git restore --staged --worktree -- ${quoted(p)}`]),
      f.paths.some((p) => p.startsWith('QMS/'))
        ? 'keep the change: check the document out and make it there'
        : `keep the change: git commit -m "Keep it" -- ${quoted(f.paths[0] ?? '')}`,
    ],
  }),
  RECORD_REWRITTEN: (f) => ({
    message:
      f.trails > 0
        ? `Records are not what they were: ${f.reason}. No checkpoint was taken.`
        : `The records cannot be compared with what was seen before: ${f.reason}. No checkpoint was taken.`,
    found: f.trails > 0 ? `${f.trails} rewritten, shortened or gone; the first is ${f.path}` : f.path,
    expected: 'records that only grew',
    next: [...(f.trails > 0 ? ['qms audit --since last'] : []), 'qms checkpoint --accept'],
  }),
  IO: (f) => ({
    message: `${f.operation} failed${f.path ? `: ${f.path}` : ''}. Nothing was changed.`,
    found: f.reason,
    next: ['check free space and permissions, then run the same command again'],
  }),
  GIT: (f) => ({ message: `git could not do it: ${f.command}.`, found: f.reason }),
  GIT_MISSING: (f) => ({
    message: 'git was not found.',
    found: f.reason,
    next: ['install git 2.34 or later', 'git --version'],
  }),
  NOT_STARTED: (f) => ({
    message: `${f.command || 'A command without a name'} could not be started; nothing was recorded.`,
    found: NOT_STARTED[f.reason] ?? f.reason,
    expected: f.of
      ? 'a program on PATH that lies outside of this project'
      : 'a program of the path, or a file that may be run; a line of shell as sh -c "LINE"',
    next: f.of ? ['qms config backends', 'qms doctor'] : ['qms help ei run'],
  }),
  BAD_PACKAGE: (f) => ({
    message: `${f.file} cannot be used as a package${f.entry ? ` (at ${f.entry})` : ''}: ${f.problem}.`,
    found: f.found,
    expected: f.expected,
    next: ['qms help audit verify'],
  }),
  NEWER_STORE: (f) => ({
    message: 'A later version of qms keeps this store: this one reads it and writes nothing.',
    found: `format ${f.found}`,
    expected: `format ${f.expected} or earlier`,
    next: ['qms doctor'],
  }),
  HISTORY_INCOMPLETE: (f) => ({
    message: 'This clone does not hold the whole history: nothing may be written from it.',
    found: f.reason,
    next: ['git fetch --unshallow'],
  }),
}

const MOST_LISTED = 20

/** One a line; of many, the first. */
const listed = (lines: readonly string[]): string => {
  const more = lines.length - MOST_LISTED
  return [...lines.slice(0, MOST_LISTED), ...(more > 0 ? [`and ${more} more`] : [])].join('\n')
}

const PUSHES: Readonly<Record<Faults['PUSH_REFUSED']['problem'], { what: string; next: readonly string[] }>> =
  {
    deleted: { what: 'it cannot be deleted', next: ['git branch -r', 'qms status'] },
    rewound: {
      what: 'its history cannot be replaced by another',
      next: ['git fetch', 'git log --oneline --left-right HEAD...@{upstream}'],
    },
    unknown: {
      what: 'what the other side has of it is not here, so that nobody can tell whether it would be lost',
      next: ['git fetch'],
    },
  }

/** How to see the change, how to throw it away or leave it out, and how to make it properly. */
const handCommitNext = (f: Faults['HAND_COMMIT']): string[] => {
  const names = (files: Faults['HAND_COMMIT']['files']) =>
    files
      .slice(0, 3)
      .map((file) => quoted(file.path))
      .join(' ')
  const known = f.files.filter((file) => file.change !== 'added')
  const fresh = f.files.filter((file) => file.change === 'added')
  const id = f.files.find((file) => file.document !== null)?.document
  return [
    ...(known.length > 0
      ? [
          `git diff HEAD -- ${names(known)}`,
          `throw it away: git restore --source=HEAD --staged --worktree -- ${names(known)}`,
        ]
      : []),
    ...(fresh.length > 0 ? [`git restore --staged -- ${names(fresh)}`] : []),
    ...(id
      ? [`make it properly: qms checkout ${id} -u NAME`]
      : ['make it properly: qms config KEY VALUE -u LEAD']),
  ]
}

const near = (typed: string, candidates: readonly string[]): string | undefined =>
  closest(typed, candidates)[0]

/** A sentence, and the nearest of what there is. A guess is named and never run. */
const meant = (sentence: string, right: string | undefined): string =>
  right === undefined ? `${sentence}.` : `${sentence}: did you mean ${right}?`

const replaced = (call: Call, wrong: string, right: string | undefined): string[] => {
  const line = right === undefined ? null : call.replacing(wrong, right)
  return line === null ? [] : [line]
}

/** Which commits touched the file, the one that merged it first where a merge spoilt it; and how to bring it back. */
const damagedNext = (f: Faults['DAMAGED']): string[] => {
  if (f.path.startsWith('git object ')) return ['git fsck --full']
  const path = quoted(f.path)
  const merges = /conflict/.test(f.problem)
    ? [`git log --oneline --all --full-history --merges -- ${path}`]
    : []
  return [
    ...merges,
    `git log --oneline --all -- ${path}`,
    `git restore --source=COMMIT --staged --worktree -- ${path}`,
  ]
}

const didYouMean = (ids: readonly string[]): string[] => ids.map((id) => `qms status ${id}`)
/** A commit, a lock and a race may go otherwise next time; a rule will not. */
const RETRYABLE: ReadonlySet<string> = new Set(['CONFLICT', 'LOCKED', 'IO'])

/** Verbs that ask who acts, or answer more to those who say it. */
const PERSONAL = /^qms (?:next|inbox|checkout|checkin|route|comments)\b(?!.* -u )/

/** A command that can be pasted says who acts, as the refused one did. */
const asUser = (command: string, user: string | undefined): string =>
  user !== undefined && PERSONAL.test(command) ? `${command} -u ${quoted(user)}` : command

/** A command that runs as it stands: nothing is left to fill in, and it is not advice in prose. */
const RUNS = /^(?:qms|git) (?!.*(?:\bTEXT\b|\bNAME\b|\bFILE\b|\bLEAD\b|\bBYTES\b|\bCOMMIT\b|\.\.\.))/

const withHelp = (next: readonly string[], code: string): readonly string[] =>
  next.some((command) => RUNS.test(command)) ? next : [...next, `qms help ${code}`]

/**
 * @param error anything thrown; what is not a refusal is a bug of this program (exit 70)
 * @param user who acted, where that is known
 * @param call what was typed, where it was typed
 */
export const present = (error: unknown, user?: string, call: Call = NO_CALL): Refusal => {
  const refused = worldly(error)
  if (!(refused instanceof QmsError)) return internal(error)
  const code: FaultCode = refused.code
  const phrase = (PHRASES[code] as (facts: unknown, call: Call) => Phrase)(refused.facts, call)
  return {
    code,
    message: visible(phrase.message),
    found: phrase.found === undefined ? null : visible(phrase.found),
    expected: phrase.expected === undefined ? null : visible(phrase.expected),
    next: withHelp(phrase.next ?? [], code).map((command) => visible(asUser(command, user))),
    exit: EXIT[code],
    retryable: RETRYABLE.has(code),
    details: refused.facts as object,
  }
}

/** What the operating system says where a disk or a limit is at fault, and no program. */
const OF_THE_WORLD = new Set(
  'EIO ENOSPC EDQUOT EROFS EMFILE ENFILE EACCES EPERM ENOMEM ESTALE EBUSY ETIMEDOUT'.split(' '),
)

/** A system error that nobody turned into a refusal is one all the same, and no bug. */
const worldly = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const { code = '', syscall = 'work', path, message }: NodeJS.ErrnoException = error
  if (!OF_THE_WORLD.has(code)) return error
  return refuse('IO', { operation: syscall, ...(path ? { path } : {}), reason: message }, error)
}

const internal = (error: unknown): Refusal => ({
  code: 'INTERNAL',
  message: `This is a bug in qms: ${visible(error instanceof Error ? error.message : String(error))}`,
  found: null,
  expected: null,
  next: ['qms help INTERNAL'],
  exit: 70,
  retryable: false,
  details: {},
})
