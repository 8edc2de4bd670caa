/** What each refusal means and what to do about it, at rest: `qms help CODE`. A code without an explanation does not compile. */
import type { FaultCode } from '../errors.ts'

export interface Explanation {
  readonly means: string
  /** What to do; commands stand between backticks. */
  readonly remedy: string
}

export const EXPLANATIONS: Readonly<Record<FaultCode | 'INTERNAL', Explanation>> = {
  USAGE: {
    means:
      'The command line cannot be understood: an unknown command or flag, a missing word, or one too many.',
    remedy: 'Run the command that is proposed, or see the examples of `qms help COMMAND`.',
  },
  USER_MISSING: {
    means: 'The command records who acts, or answers for one person, and nobody was named.',
    remedy: 'Add `-u NAME`, or set QMS_USER for the whole shell. `qms user list` shows who is registered.',
  },
  BAD_NAME: {
    means:
      'A name of a user, a namespace or a branch holds characters that could not be used safely in a path.',
    remedy: 'Choose a name of the form that the refusal gives under "expected".',
  },
  BAD_ID: {
    means:
      'The word has not the form of a document id. Ids are a type and a number of three digits or more, and children append theirs: CR-001-VAR-002.',
    remedy: '`qms list` shows all ids.',
  },
  BAD_TYPE: {
    means: 'There is no document type of that name, neither built in nor declared in the policy.',
    remedy:
      '`qms template list` shows the types that have a template, `qms policy show` those that the project declared.',
  },
  BAD_VERSION: {
    means: 'A version is two numbers with a dot between them.',
    remedy: '`qms history ID` shows the versions of a document.',
  },
  BAD_VALUE: {
    means: 'An argument or a setting has a value that it cannot have.',
    remedy: 'Take one of the values that the refusal lists.',
  },
  BAD_TITLE: {
    means:
      'A title is one printable line of at most 200 characters, without characters that could hide or reorder text.',
    remedy: 'Give another `--title`, or change the title in the frontmatter of the text.',
  },
  TEXT_UNREADABLE: {
    means: 'The file is not a controlled text: it is not UTF-8, or its frontmatter cannot be read.',
    remedy: 'Mend the file at the line that is named, then run the command again.',
  },
  TEXT_TOO_LARGE: {
    means: 'The text is larger than the project allows for one document.',
    remedy: 'Make it shorter, or raise the limit: `qms config documentLimit 8000000 -u lead`.',
  },
  REQUEST_REUSED: {
    means: 'The same --request-id came with another request. A request id stands for one request for ever.',
    remedy: 'Repeat the first request as it was, or use a new id.',
  },
  BAD_REPORT: {
    means:
      'The file that `--report` names is no report of a test run that could be read: JUnit XML, or the JSON of vitest, jest or pytest-json-report. XML that declares a document type or entities is not read, since it could grow without end or fetch files.',
    remedy:
      'Have the test runner write one of these forms, such as `vitest run --reporter=junit --outputFile=report.xml`, and name that file.',
  },
  NOTHING_TO_ADOPT: {
    means: '`init --adopt` takes over a store that another program kept, and there is none in this folder.',
    remedy: 'Begin a store of your own with `qms init`, or run it again where the folder QMS/ is.',
  },
  STORE_OF_OTHERS: {
    means: 'The folder QMS/ holds documents, and no record of this program: another one keeps them.',
    remedy:
      'See what would be taken over with `qms init --adopt --dry-run`, then run `qms init --adopt`. No byte of a document is changed.',
  },
  STORE_TRACKED: {
    means:
      'A store on a branch of its own shows its files in QMS/ as a view; this branch has the same files as its own.',
    remedy:
      'Adopt the store on the branch that has it: `qms init --adopt`. Or take it off that branch first, with the line that the refusal gives.',
  },
  OUT_OF_TURN: {
    means:
      'A form is answered in its own order: nothing is skipped, answered ahead or changed on the side. This step cannot come now.',
    remedy:
      'Answer the prompt that is open (`qms interact ID` shows it), or go back to an answer: `qms interact ID --goto PROMPT --reason "TEXT"`.',
  },
  ASKS_NOTHING: {
    means:
      'A document is written by answering prompts only where the template that it began from has prompts, and no text was brought along.',
    remedy:
      'Edit the copy in your workspace and check it in. `qms template show TYPE` shows whether a template asks.',
  },
  DERIVED_TEXT: {
    means: 'The text of this document is compiled from the answers to its prompts. It is never edited.',
    remedy:
      'Remove the changed copy, or put it elsewhere: it is only for reading, and the answers stay as they are. Change them where they are wrong: `qms interact ID --goto PROMPT --reason "TEXT"`. `qms checkin ID --discard` would put aside the answers, too.',
  },
  STALE_ANSWERS: {
    means:
      'Answers in your workspace that are not checked in yet do not go on from the record as it is now, or cannot be read.',
    remedy:
      '`qms checkin ID --discard` puts them aside; then check the document out and give them again. The refusal names the file.',
  },
  FORM_UNREADABLE: {
    means: 'The tags of a template that asks cannot be followed. The lines are those of the template.',
    remedy: 'Mend the template at the lines that are named, and have it approved again.',
  },
  SNAPSHOT_IMPOSSIBLE: {
    means:
      'The answer to this prompt is kept together with the state of the project, and that state cannot be recorded here.',
    remedy: 'Put right what the refusal names, or run the command in a work tree of the repository.',
  },
  NO_REPOSITORY: {
    means: 'Neither this folder nor one above it is a git repository.',
    remedy: 'Go into the repository, name it with `-C DIR`, or make one: `qms init --git`.',
  },
  NOT_INITIALISED: {
    means:
      'The repository holds no document store yet, or this clone does not know on which branch it stands.',
    remedy:
      'Begin one with `qms init`. In a clone of a project that has one, fetch its control branch first.',
  },
  NO_DOCUMENT: {
    means: 'The id is well formed, and no such document was ever created.',
    remedy: '`qms list` shows all documents.',
  },
  NO_USER: {
    means: 'The name is not registered in this store.',
    remedy:
      '`qms user list` shows who is; an administrator registers others with `qms user add NAME --group GROUP`.',
  },
  NO_NAMESPACE: {
    means: 'Requirements belong to a namespace, and this one is not registered.',
    remedy: '`qms namespace list`; an administrator registers one with `qms namespace add NAME`.',
  },
  NO_VERSION: {
    means: 'The document never had that version.',
    remedy: '`qms history ID` shows its versions.',
  },
  NO_TEXT: {
    means:
      'The document has no text of that kind now: no draft while a text is in force, or none in force yet.',
    remedy: 'Leave the flag out, or name a version: `qms read ID --version 1.0`.',
  },
  NO_TEMPLATE: {
    means: 'No template for that type is in force.',
    remedy: 'Write one: `qms create TEMPLATE --name TYPE --title TITLE`, or begin from a file with `--file`.',
  },
  NO_COPY: {
    means: 'The document is checked out to you, and its copy in your workspace is gone.',
    remedy: 'Fetch it again with `qms checkout ID`, or give the checkout up with `qms checkin ID --discard`.',
  },
  NO_FILE: {
    means: 'The file named on the command line does not exist.',
    remedy: 'Check the path: it is read from the folder you are in, also with -C.',
  },
  NO_CHECKPOINT: {
    means:
      'No checkpoint of this store with that digest lies in the state folder of this account; another account or machine has its own.',
    remedy: 'Name the file that you kept, or take a checkpoint now: `qms checkpoint`.',
  },
  NO_SESSION: {
    means:
      'Agents are called in a session of an orchestrator, so that the same agent is called again. There is none of that name, or none that you have open.',
    remedy: 'Begin one: `qms session start`. `qms session show` lists what there is.',
  },
  IDENTITY_MISMATCH: {
    means:
      'A token, the process that the call comes from, or the agent tool says who calls; the name that was given is another. SOP-007 section 6.1: nobody acts as somebody else. The attempt is recorded.',
    remedy: 'Leave the name away, or give your own. Who is to judge is called: `qms agent spawn`.',
  },
  IDENTITY_UNPROVEN: {
    means:
      "The policy says `identity verified`: what an agent does counts only with a token that this program gave to its process. What an agent tool runs without a terminal is an agent's, whatever name of a person it gives.",
    remedy:
      'Call reviewers by `qms agent spawn` or `qms route ID --spawn`; start an orchestrator by `qms session start -- PROGRAM`, or let the hooks of its tool do it. An administrator may go back: `qms policy set identity declared`.',
  },
  QUOTA: {
    means:
      'An agent may make so many commits within an hour (policy `agentQuota`): one that runs away would fill the record with what nobody can read (SOP-007 section 6).',
    remedy:
      'Look at what it did. If it was right, wait until the time that is named, or let an administrator set more: `qms policy set agentQuota N`.',
  },
  BAD_TOKEN: {
    means:
      'QMS_TOKEN holds something that is no token of this machine, or one that was used, has expired, or was taken back.',
    remedy: 'Take it out of the environment, or have the agent called again.',
  },
  AGENT_FAILED: {
    means:
      'The program that runs the agent came to an end, or was ended, and the trail holds no verdict of this agent on this document.',
    remedy:
      'Read what the program said, mend what it names, and call the agent again: the same one goes on. A person can be assigned instead: `qms assign`.',
  },
  UNTRUSTED_COMMAND: {
    means:
      'A configuration file of a repository may name a program, but what a repository names is run only where its user has agreed to that exact command.',
    remedy: 'Read the command. If you want it to run on this machine: `qms config trust NAME`.',
  },
  ALREADY_INITIALISED: {
    means: 'The repository has a store already; init never touches one.',
    remedy: 'Go on with `qms status`.',
  },
  ALREADY_EXISTS: {
    means: 'Somebody or something of that name is registered already.',
    remedy: 'Choose another name, or use what there is.',
  },
  NOT_OPEN: {
    means: 'The action does not exist in the present status of the document.',
    remedy: '`qms next ID` shows what is possible now, `qms help lifecycle` the order of things.',
  },
  CHECKED_OUT: {
    means: 'Somebody is working on the text; until it is back, nothing else may happen to the document.',
    remedy:
      'Check the copy in, or give it up: `qms checkin ID --discard`. An administrator may give a document of a disabled user to another owner.',
  },
  NOT_CHECKED_OUT: {
    means: 'There is nothing to check in: nobody holds the text.',
    remedy: '`qms checkout ID` first.',
  },
  GATE: {
    means: 'The action exists in this status, and a condition of it does not hold.',
    remedy: '`qms why ID ACTION` shows every condition with what was found.',
  },
  TEXT_CHANGED: {
    means:
      'A verdict is for the exact text and round that its author was shown, and one of them has changed since.',
    remedy: 'Read it again with `qms packet ID`, then judge it.',
  },
  SEAL_BROKEN: {
    means:
      'A copy that was checked in during execution differs from the approved text where nothing may change: outside the executed cells, added rows, Execution Comments, Execution Summary and References.',
    remedy:
      'Undo the change in the copy. What has to change after approval belongs in a variance (`qms create VAR --parent ID`); before release, `qms checkout ID` takes the plan back to DRAFT.',
  },
  NO_ITEM: {
    means: 'The document has no execution item of that name, or the row of it cannot be read.',
    remedy: '`qms ei list ID` names the items, and the rows that cannot be read.',
  },
  NO_PLACE: {
    means:
      'The text of the document has no place where this could be recorded, or the words cannot stand there.',
    remedy: 'Read the document; words for a cell of a table stand on one line.',
  },
  COPY_CHANGED: {
    means:
      'In your workspace lies a copy with changes that were never checked in; a checkout would overwrite it.',
    remedy: 'Move the copy aside, check the document out, and take over what you want to keep.',
  },
  STALE_COPY: {
    means:
      'The copy in your workspace was taken from another text than the one that is now checked out. Checking it in would undo what happened in between.',
    remedy: 'See `qms diff ID`, discard, check out again, and bring your changes in.',
  },
  FIX_TOO_LARGE: {
    means: 'Fix is for spelling and frontmatter. This change touches what the text says.',
    remedy: 'Open a revision: `qms checkout ID`.',
  },
  NO_MATRIX: {
    means:
      '`trace --write` replaces the rows of one table, and the text has none of that form, or more than one. Nothing was written.',
    remedy:
      'Give the text one table with the columns Requirement, Verification, Proof and Result, as `qms template show RTM` has it.',
  },
  HAND_COMMIT: {
    means:
      'The commit would take in files of the document store that were changed by hand: a text, a trail, metadata, the settings of qms, or the line of .gitattributes that keeps git from converting texts. The files are named, each with what was done to it.',
    remedy:
      'Throw the change away or leave it out of the commit, and make it by qms: `qms checkout ID`, `qms config KEY VALUE`. To mend a damaged record from history, commit with `git commit --no-verify`, and say why.',
  },
  COMMIT_UNRECORDED: {
    means:
      'The policy `commits` is recorded or listed: a commit of code names the record that it is made under, and that record is in execution.',
    remedy:
      'Name it in the subject (CR-001: ...), or in a last line QMS-Record: CR-001. `qms list --status IN_EXECUTION` shows which there are.',
  },
  FILES_UNLISTED: {
    means:
      'The policy `commits` is listed, and the commit changes files that the record does not name under Files Affected. Entries of the list that name no file in backticks are shown, and count for nothing.',
    remedy:
      'Leave the files out, name the record that lists them, or record the deviation: `qms create VAR --parent ID --kind 2`.',
  },
  PUSH_REFUSED: {
    means:
      'The push would delete the branch that holds the documents, or put another history in its place: records that others have would be gone.',
    remedy: 'Fetch, see what the other side has, and push what follows from it.',
  },
  HOOK_IN_THE_WAY: {
    means:
      'A hook could not be installed or taken away without losing what somebody else wrote. No hook was changed.',
    remedy:
      'Do what the refusal proposes by hand, then run the command again. `qms hooks show` says what is there.',
  },
  PUSH_UNLAWFUL: {
    means:
      'An audit of the documents that the push changes finds errors that are not in what the other side has: a step that no rule allowed, or something changed by hand.',
    remedy:
      '`qms audit ID` shows them, `qms audit --explain CODE` says what to do. Mend the branch, and push again.',
  },
  PUSH_REWRITES: {
    means:
      'A commit of the push deletes, shortens or rewrites a trail. Trails only grow; whoever has the earlier record would see that it was changed.',
    remedy: 'Find the commit with `git show`, take it out of the branch, and push again.',
  },
  NOT_ALLOWED: {
    means: 'The action is for another role than yours.',
    remedy: 'The refusal names who may. `qms help roles` shows who may do what.',
  },
  USER_DISABLED: {
    means: 'The user was taken out of action and may not act.',
    remedy: 'An administrator can undo that: `qms user enable NAME`.',
  },
  CONFLICT: {
    means: 'Each time the decision was made, somebody else had written first. Nothing was written.',
    remedy: 'Run the same command again; programs may do so by themselves.',
  },
  LOCKED: {
    means: "Another program holds a lock of git's, and did not give it back in time.",
    remedy: 'Let it finish and run the command again. Remove the lock only if no git command is running.',
  },
  DAMAGED: {
    means:
      'The record does not prove itself: a trail, a digest or a settings file is not what it was when it was written.',
    remedy:
      'Nothing is guessed and nothing repaired. Find the last good commit with `git log`, restore the file from it, and find out who changed it.',
  },
  LINK_IN_STORE: {
    means:
      'Where a file of the store belongs, there is a link or a device. It is neither followed nor overwritten.',
    remedy: 'Remove the link yourself, once you know where it leads.',
  },
  HAND_EDIT: {
    means:
      'A file of the store was changed by hand and not committed. It would be overwritten, so nothing was done.',
    remedy: 'Throw the edit away with `git restore`, or make the change in a copy: `qms checkout ID`.',
  },
  RECORD_REWRITTEN: {
    means:
      'Records that this clone has seen were rewritten, shortened or dropped since (amend, rebase, reset, a forced push), or the commit that it saw is gone.',
    remedy:
      'See what is gone with `qms audit --since last`, and bring it back with git while the old commits are still there (`git reflog`). If it must stay so: `qms checkpoint --accept`.',
  },
  IO: {
    means: 'A file could not be read or written. Nothing was changed.',
    remedy: 'Check free space and permissions, then run the command again.',
  },
  GIT: {
    means: 'git refused, for the reason that is given.',
    remedy: 'Run the git command that is named by hand to see more.',
  },
  GIT_MISSING: {
    means: 'The program git was not found on the path.',
    remedy: 'Install git 2.34 or later and check with `git --version`.',
  },
  NOT_STARTED: {
    means:
      'The command that was to be run as evidence, or the program that runs an agent, is not there, or may not be run. Nothing was recorded. Programs of agents are looked for on PATH alone, and never in the project itself.',
    remedy:
      'Check its name and the path; a line of shell is run by `qms ei run ID EI-1 -- sh -c "LINE"`. For agents, `qms config backends` names the program.',
  },
  BAD_PACKAGE: {
    means:
      'The file or folder is not a package as `qms audit export` writes it, or holds what no package may: names that lead out of it, links, devices, the same name twice, or more than the limits allow.',
    remedy:
      'Nothing of it was unpacked. Ask for the package again from where it came, and compare the digest of the whole file.',
  },
  NEWER_STORE: {
    means:
      'The store says that it is of a later format than this program writes. It can be read as far as it is understood; nothing is written.',
    remedy: 'Use the version of qms that the store was last used with, or a later one.',
  },
  HISTORY_INCOMPLETE: {
    means:
      'The clone is shallow or partial. Numbers and records of the missing part cannot be seen, so nothing may be written from it.',
    remedy: 'Fetch the rest: `git fetch --unshallow`.',
  },
  INTERNAL: {
    means:
      'The program met a state that it was not made for. The trace is in the file that the message names; the store is changed by whole transitions or not at all.',
    remedy:
      'Look with `qms status` at what stands, and report the trace file with what `qms --version --json` prints.',
  },
}
