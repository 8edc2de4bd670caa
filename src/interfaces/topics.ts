/** Longer explanations, for `qms help TOPIC` and docs/topics.md. Indented lines are shown as they are; others, and items of lists, are wrapped. */

import { UNDO } from './undo.ts'

export interface Topic {
  readonly summary: string
  readonly text: string
}

/** What each exit code says to a program. */
export const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'refused by a rule: the state or a gate does not allow it',
  2: 'the call itself is wrong',
  3: 'there is no such document, user, file or repository',
  4: 'not allowed for this actor',
  5: 'somebody else was faster, or holds a lock; run it again',
  6: 'a check has findings, ei run failed, or a called agent gave no verdict',
  7: 'the record is damaged',
  8: 'input or output failed: disk, permissions, git',
  9: 'cannot be verified: this clone does not hold the whole history',
  70: 'a bug in qms',
  130: 'interrupted with Ctrl-C; a transition happened whole or not at all',
}

const exitCodes = Object.entries(EXIT_MEANINGS)
  .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
  .join('\n')

/** The first procedure in force, from an empty folder. A test runs these very lines. */
export const FIRST_PROCEDURE: readonly string[] = [
  'qms init --git',
  'qms create SOP --title "Incident response" -u claude',
  'qms checkin SOP-008 -u claude',
  'qms route SOP-008 -u claude',
  'qms inbox -u qa',
  'qms review SOP-008 --recommend --comment "Clear and testable." -u qa',
  'qms route SOP-008 -u claude',
  'qms approve SOP-008 -u qa',
]

const waysBack = Object.entries(UNDO)
  .map(([command, way]) => `- ${command}: ${way}.`)
  .join('\n')

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n')

export const TOPICS: Readonly<Record<string, Topic>> = {
  start: {
    summary: 'a first procedure in force, in eight commands',
    text: `From an empty folder to a procedure in force. Between the second and the third command, open the copy that create names and answer every {{blank}} in it.

${indented(FIRST_PROCEDURE)}

The text is in force as version 1.0: qms read SOP-008. Everybody who judged it is in its trail: qms history SOP-008.

The actors claude (writes), qa (reviews) and lead (answers for everything) come with init. Others are added by the lead:

  qms user add ann --group initiator --kind human -u lead`,
  },
  agents: {
    summary: 'reviewers that are called, what they are told, and who they are',
    text: `An agent that is asked for a verdict is called by qms. It is told the document, its version and status, and the type of its task, and nothing else (SOP-007).

  qms session start -u claude
  qms route CR-001 --review --spawn -u claude
  qms session show

Within a session the same agent goes on; a fresh one is for the Lead to allow: qms session allow-fresh qa --reason "TEXT" -u lead. One agent alone is called by qms agent spawn qa --doc CR-001, and --dry-run shows the exact prompt and command line.

An agent reads what it judges by qms packet CR-001, and gives its verdict by qms review or qms approve. It acts by its token, in QMS_TOKEN; who names somebody else is refused, and the attempt is on record.

- policy identity declared: the name that an agent gives is believed.
- policy identity verified: an agent must hold a token, and its verdict a dispatch.

What was told to whom, who went on, and what was tried past the rules: qms audit --sop SOP-007. What it cost: qms agent stats.`,
  },
  lifecycle: {
    summary: 'statuses, and the commands between them',
    text: `Procedures, requirements and templates say how things are done:

  DRAFT -> IN_REVIEW -> REVIEWED -> IN_APPROVAL -> EFFECTIVE -> RETIRED

Change records, investigations, test protocols and the like first plan, then do, and are judged twice:

  DRAFT -> IN_PRE_REVIEW -> PRE_REVIEWED -> IN_PRE_APPROVAL -> PRE_APPROVED
        -> IN_EXECUTION -> IN_POST_REVIEW -> POST_REVIEWED
        -> IN_POST_APPROVAL -> POST_APPROVED -> CLOSED -> RETIRED

A verification record is born IN_EXECUTION and closes with its parent. A draft that was never approved ends as CANCELLED.

The commands: route sends to review and to approval; review, approve and reject judge; release starts execution, revert goes back to it, close ends it. checkout of a text in force opens a revision; the old text stays in force until the new one is approved.

Approval makes the next whole version: 0.3 becomes 1.0. Each check-in that changes a draft takes the next minor one.

  qms next CR-001 -u claude
  qms why CR-001 approve

Every rule with its gates: docs/lifecycle.md.`,
  },
  roles: {
    summary: 'who may do what',
    text: `Everyone who acts is registered in a group:

  administrator  registers users, sets the policy, fixes spelling, and may own
  initiator      creates documents and owns them
  quality        is part of every review team, and assigns reviewers
  reviewer       judges what is assigned

Within a document, the owner checks out, routes, releases and closes; the holder checks in; those who are asked judge. Nobody judges a text that they own or wrote, unless the policy allows it.

A disagreement goes to the lead: escalate asks, resolve decides. The verdicts stay what they are.

  qms user list
  qms why CR-001 route -u claude

Who acts is a claim, -u NAME or QMS_USER, unless the caller was given a token: then it acts under that name and no other. The policy identity says whether agents need one:

  qms policy show`,
  },
  'exit-codes': {
    summary: 'what the exit code of a command says',
    text: `${exitCodes}

Programs decide by the code of the refusal, which --json gives as error.code, with error.retryable. Each is explained by its name:

  qms help NOT_OPEN`,
  },
  recovery: {
    summary: 'after a crash, a lost copy, an edit by hand',
    text: `A killed process: nothing to do. A transition happens whole or not at all, and the next command finishes or undoes what was left.

A copy that is gone: check the document out again, or give the checkout up.

  qms checkout CR-001 -u claude
  qms checkin CR-001 --discard -u claude

A file of the store that was changed by hand is left alone and named. The committed text comes back with git:

  git restore --staged --worktree -- QMS/SOP/SOP-001.md

A lock that another git command left (.git/index.lock) is waited for and never removed. Remove it yourself when no git command is running.

A shallow clone may read and not write: git fetch --unshallow.

Where history was rewritten (an amend, a rebase, a reset, a forced push), each run names records that are no longer what this clone saw. See what is gone, bring the former commits back (git reflog), or accept what is there:

  qms audit --since last
  qms checkpoint --accept

A damaged record (exit 7) is not repaired by guessing. Restore the file from the last good commit, and find out how it changed.`,
  },
  undo: {
    summary: 'how each command is taken back',
    text: `Nothing is ever deleted: what is taken back stays in the trail.

${waysBack}`,
  },
  formats: {
    summary: 'what is on disk, and where',
    text: `  qms.config.json                    settings that change nobody's rights
  QMS/<FOLDER>/<ID>.md               the text in force
  QMS/<FOLDER>/<ID>-draft.md         the text being worked on
  QMS/.archive/<FOLDER>/<ID>-vN.M.md superseded texts
  QMS/.audit/<TYPE>/<ID>.jsonl       the trail: events, each with the digest of
                                     the line before
  QMS/.meta/<TYPE>/<ID>.json         the state, computed from the trail
  .qms/workspace/<user>/<ID>.md      copies to work on, never committed

The store is the tip of one branch, whatever is checked out. Texts are UTF-8 Markdown with YAML frontmatter between two lines ---. Digests are SHA-256.

docs/store-format.md says it exactly enough to write a verifier.`,
  },
  json: {
    summary: 'answers for programs',
    text: `With --json, standard output holds one object and nothing else, also for a refusal:

  {"schemaVersion": 1, "ok": true,  "command": "list",    "result": {...}}
  {"schemaVersion": 1, "ok": false, "command": "approve", "error": {
     "code", "message", "found", "expected", "next", "exit", "retryable",
     "details"}}

Keys are added, never changed. schemas/answer.json describes every answer. Times are ISO 8601 in UTC. Lists are sorted by id, and may be cut to some keys:

  qms list --fields doc_id,status --json
  qms list --plain

--plain gives one line a record with tabs between the values, for shells.

Every command, its arguments, whether it writes, and its exit codes:

  qms commands --json`,
  },
  environment: {
    summary: 'environment variables, and which setting wins',
    text: `  QMS_USER         who acts, where -u is not given
  QMS_PAGER        the pager for long answers, empty for none; then PAGER, less
  QMS_ACCESSIBLE   1: no colour, no pager, nothing cut, for screen readers
  QMS_DEBUG        1: shows where a bug was met
  NO_COLOR         no colour; --no-color does the same for one command
  FORCE_COLOR      colour also where no terminal is; 0 for none
  TERM             dumb: as QMS_ACCESSIBLE
  LC_ALL, LANG     without UTF-8, signs of ASCII are used
  TZ               the zone of the times that people see

A flag wins over the environment, that over the settings of the project (qms.config.json), those over your own (qms/config.json in $XDG_CONFIG_HOME or ~/.config: pager, color), and those over what is built in. qms config shows each setting with where it comes from. Colour and pager are used on a terminal only; what a repository's git configuration says about pagers is never run.`,
  },
}
