/** What each finding of an audit means: `qms audit --explain CODE` and docs/findings.md. A code without words does not compile. */
import { FINDINGS, type FindingCode } from '../audit/finding.ts'

export interface FindingWords {
  readonly title: string
  readonly means: string
  readonly happens: string
  /** What to do; commands stand between backticks. */
  readonly remedy: string
}

const PUT_BACK =
  'Compare with another clone or a backup: `git log -p -- PATH` shows what was there before. Put the former bytes back by a new commit, and open an investigation (`qms create INV`) that says what happened.'

const RESTORE =
  'If the text before was right, bring it back (`git restore --source COMMIT~ -- PATH`, then commit) and open an investigation. If the change is wanted, make it through the procedure: check the document out, or open a revision.'

const ASK_AGAIN =
  'Ask for the package again from where it came, and compare the digest of its `SHA256SUMS` by another way.'

const RE_ADOPTED = 'Nothing must be done. Where it matters, an investigation may say how it came about.'

const ANSWERS = 'Each check-in names the digest of the record of answers from which the text was compiled.'

export const FINDING_WORDS: Readonly<Record<FindingCode, FindingWords>> = {
  TRAIL_CUT: {
    title: 'A trail ends in the middle of a line',
    means: 'The last line of a trail does not end with a line feed, or the trail is empty.',
    happens:
      'A file was cut short by hand, by a disk that was full, or by a tool that drops the last line end.',
    remedy: PUT_BACK,
  },
  NOT_JSON: {
    title: 'A line of a trail is no JSON object',
    means: 'A line cannot be read as JSON in UTF-8. Everything from it on is unproven.',
    happens: 'A byte was changed, or something else was written into the trail.',
    remedy: PUT_BACK,
  },
  CONFLICT_MARKERS: {
    title: 'A trail holds the markers of a merge conflict',
    means: 'Two histories of the same trail were merged as text. Trails are never merged as text.',
    happens:
      'Two branches or clones both recorded events of one document, and a merge was committed as it was.',
    remedy:
      'Take one of the two histories whole (`git checkout --ours -- QMS` or `--theirs` during the merge) and repeat the deeds of the other with qms.',
  },
  KEY_TWICE: {
    title: 'A key stands twice in a line of a trail',
    means: 'Programs differ in which of the two values they take, so the line says two things.',
    happens: 'The line was written by hand, or by another program.',
    remedy: PUT_BACK,
  },
  CHAIN_BROKEN: {
    title: 'The chain of a trail is broken',
    means:
      'Each line holds the digest of the line before it, and its number. At this line they do not fit: the line before it was changed, or lines were taken out, put in or moved.',
    happens: 'The trail was edited, or put together from two.',
    remedy: PUT_BACK,
  },
  EVENT_UNKNOWN: {
    title: 'A line of a trail is no event of this format',
    means: 'The line is JSON, but its kind is unknown, or a key is missing, wrong or too many.',
    happens: 'It was written by hand, or by a later version of the program.',
    remedy: 'If the store is used with a later version, audit it with that one. Else as for a broken chain.',
  },
  ADOPTED_LINES_CHANGED: {
    title: 'The lines from before an adoption were changed',
    means: 'The ADOPT event holds the digest of all lines above it, and they have another one now.',
    happens: 'The old part of a trail was edited.',
    remedy: PUT_BACK,
  },
  TRAIL_MISSING: {
    title: 'A trail is gone',
    means: 'History holds the trail of this document or record, and the branch does not any more.',
    happens: 'The file was removed by a commit, for instance together with a whole document.',
    remedy: 'Bring it back: `git restore --source COMMIT~ -- QMS`, then commit; and open an investigation.',
  },
  OBJECT_UNREADABLE: {
    title: 'An object of the repository cannot be read',
    means:
      'Git names an object for this file, but it is missing, damaged, or holds other bytes than its name says.',
    happens:
      'A disk lost bits, a file below .git was deleted or altered, or a copy of the repository was not whole.',
    remedy:
      'Run `git fsck`. Another clone or the remote may hold the object: `git fetch --refetch` brings it, or copy its packs.',
  },
  NEWER_FORMAT: {
    title: 'Written by a later version',
    means:
      'The record follows rules or a format that this version does not know, so it cannot be judged here.',
    happens: 'The store is used with a later version of qms.',
    remedy: 'Audit with that version.',
  },
  ILLEGAL_EVENT: {
    title: 'An event that the rules do not allow',
    means:
      'The chain is sound, but at this point no rule led to this event: the actor was not registered, disabled, not asked, an author or of another group; the status was another; or a value is not the one that the rules give.',
    happens: 'Events were written by something else than qms, or by a changed copy of it.',
    remedy:
      'Find who wrote it (`git log -- PATH`), open an investigation, and decide whether what follows from it can stand.',
  },
  SELF_APPROVAL: {
    title: 'An author judged the own text',
    means: 'The policy of that time allowed it (selfApproval: allowed). Each use is named.',
    happens: 'A team of one, or one that was too small for a while.',
    remedy:
      'Have another person review the text, and set `qms policy set selfApproval forbidden` when you can.',
  },
  GATE_WAIVED: {
    title: 'A condition was waived for an adopted document',
    means:
      'The document was past this condition when it was taken over, and the former rules did not have it.',
    happens: 'Adopted documents finish what they had begun.',
    remedy: 'Nothing must be done.',
  },
  EARLIER_RULES: {
    title: 'A transition by earlier rules after later ones',
    means:
      'Each change of status names the edition of the tables that allowed it. This one names an earlier edition than a former event of the same trail, so what the later one asks was not asked here.',
    happens: 'Somebody works with an older version of the program, or an event was written by hand.',
    remedy:
      'See that all use the same version (`qms --version`), and check by hand what the later edition would have asked; docs/lifecycle.md shows it.',
  },
  METADATA_DIFFERS: {
    title: 'Metadata does not say what the trail says',
    means:
      'The metadata file is only a view of the trail; this one says something else. Listings would show it.',
    happens: 'The file was edited, or put back to an older text.',
    remedy:
      'Any transition of the document writes it anew. Or bring the former bytes back: `git restore --source COMMIT~ -- PATH`, then commit.',
  },
  METADATA_MISSING: {
    title: 'A document has no metadata',
    means: 'The trail is there and the metadata file is not, so listings do not show the document.',
    happens: 'The file was removed or renamed.',
    remedy:
      'Any transition of the document writes it anew; or bring it back with `git restore --source COMMIT~ -- PATH`.',
  },
  CONFIGURATION_DIFFERS: {
    title: 'The configuration was changed by hand',
    means:
      'Every change of qms.config.json is an event with the digest of the file. This file has another one.',
    happens: 'The file was edited and committed, or removed.',
    remedy: 'Set the value with `qms config KEY VALUE -u NAME`, which records the file as it is then.',
  },
  ATTRIBUTES_MISSING: {
    title: 'Git is not told to keep the bytes of the store',
    means:
      'The line `QMS/** -text` is missing in .gitattributes. Git may then convert line ends, and digests no longer fit.',
    happens: 'The file was replaced or removed.',
    remedy: 'Add the line again and commit it.',
  },
  TEXT_CHANGED_BY_HAND: {
    title: 'A controlled text was changed by hand',
    means: 'The trail names the digest of each text. The file has another one.',
    happens: 'The file was edited and committed, merged from a branch, or put back to an older version.',
    remedy: RESTORE,
  },
  TEXT_MISSING: {
    title: 'A controlled text is gone',
    means: 'The trail names a text, live, draft or archived, and the file is not there.',
    happens: 'The file was removed or renamed.',
    remedy: 'Bring it back: `git restore --source COMMIT~ -- PATH`, then commit; and open an investigation.',
  },
  EVIDENCE_CHANGED: {
    title: 'A file of evidence is not what was captured',
    means:
      'The output of a run, or a copied file, is named in the trail by its digest, and other bytes stand there now.',
    happens: 'The file was edited by hand, or converted by a tool.',
    remedy: RESTORE,
  },
  EVIDENCE_MISSING: {
    title: 'A file of evidence is gone',
    means: 'The trail names the output of a run, or a copied file, and it is not there.',
    happens: 'The file was removed, often to save space.',
    remedy: 'Bring it back: `git restore --source COMMIT~ -- PATH`, then commit; and open an investigation.',
  },
  UNKNOWN_FILE: {
    title: 'A file that no record explains',
    means: 'A file lies in the store that no event put there.',
    happens:
      'It was added by hand, left by an editor or a synchronised folder, or planted to look like a document.',
    remedy: 'Look at it, then remove it: `git rm -- PATH`. A document begins with `qms create`.',
  },
  ANSWERS_CHANGED_BY_HAND: {
    title: 'The answers from which a text was compiled were changed by hand',
    means: `${ANSWERS} This record has other bytes.`,
    happens: 'Somebody edited the file, or a merge mixed two of them.',
    remedy: PUT_BACK,
  },
  ANSWERS_MISSING: {
    title: 'The answers from which a text was compiled are gone',
    means: `${ANSWERS} There is no such file.`,
    happens: 'Somebody removed it, by hand or in a commit.',
    remedy: PUT_BACK,
  },
  NOT_A_FILE: {
    title: 'Something else than an ordinary file',
    means:
      'A path of the store is a symbolic link, a submodule, or an executable file. Links are never followed.',
    happens: 'It was replaced by hand.',
    remedy: RESTORE,
  },
  SEALED_TEXT_CHANGED: {
    title: 'Text was changed that had been approved for execution',
    means:
      'Approval before execution seals a text, but for the parts that its form leaves open. A later version differs from the approved one in a sealed part. The finding names the first version that does, and the sections.',
    happens: 'A text was taken in by something else than qms, or by a changed copy of it.',
    remedy:
      'Compare the two versions (`qms diff ID 1.0 1.2`), open an investigation, and have the change approved: by a variance, or in another document.',
  },
  APPROVED_TEXT_CHANGED: {
    title: 'Text changed after its approval, when no seal was kept',
    means:
      'The document was approved for execution by an earlier edition of the rules, or by another program, and neither kept approved text from being changed during execution. A later version differs from the approved one outside of what is open now.',
    happens: 'A plan was corrected while it was carried out, as the rules of that time allowed.',
    remedy: 'Look at what changed (`qms diff ID 1.0 1.2`). Where it matters, open an investigation.',
  },
  RECORDING_DISAGREES: {
    title: 'What was recorded of an execution and its text disagree',
    means:
      'A recording may write into the cells of its item, add a row, or write comments and the summary; by the owner or whom the item names; and what it replaces stays visible, with a reason. This one did something else, or its text says something else than the event.',
    happens: 'Events or texts were written by something else than qms, or by a changed copy of it.',
    remedy:
      'Compare the version with the one before (`qms diff ID`), open an investigation, and record the item again with `qms ei` and a reason.',
  },
  HISTORY_INCOMPLETE: {
    title: 'The history is not whole',
    means:
      'This clone lacks part of the history, so it cannot be proven that trails only grew. Nothing is said against it.',
    happens: 'A shallow or partial clone, as many build servers make.',
    remedy: 'Fetch the rest: `git fetch --unshallow`, or clone without `--depth` and `--filter`.',
  },
  COMMIT_UNEXPLAINED: {
    title: 'A commit changed more, or less, than its events explain',
    means: 'Each commit that touches the store must change exactly what the events that it appends explain.',
    happens: 'A file of the store was changed together with a transition, or without one.',
    remedy: RESTORE,
  },
  TRAIL_REWRITTEN: {
    title: 'A commit rewrote a trail',
    means: 'The parent held events that were replaced by others. The new chain may be sound in itself.',
    happens: 'A trail was forged, or two clones were joined by taking parts of both.',
    remedy: PUT_BACK,
  },
  EVENTS_DROPPED: {
    title: 'A commit took events back',
    means:
      'The parent held events that are gone. Events are never taken back; there are transitions for that.',
    happens: '`git revert` of a transition, or a trail put back to an older version.',
    remedy:
      'Revert that commit (`git revert COMMIT`), then undo what was to be undone with qms (`qms help undo`).',
  },
  HISTORIES_FORKED: {
    title: 'A merge dropped the events of one side',
    means:
      'Both sides of a merge had recorded events of the same document, or given the same number to two documents. One side is gone.',
    happens: 'Two branches or clones worked on the store at the same time and were merged as text.',
    remedy:
      'The lost side is still in history: look at it with `git show COMMIT^2 -- PATH`, and repeat its deeds with qms.',
  },
  EDITED_AND_PUT_BACK: {
    title: 'Changed by hand, and as it must be again',
    means: 'A commit changed a file in a way that no event explains; the present state is sound.',
    happens: 'A hand edit was committed and undone later, or overwritten by a transition.',
    remedy: 'Look at the two commits. What was read or decided between them may have been wrong.',
  },
  REPLACED_OBJECTS: {
    title: 'Git is told to show other objects',
    means:
      'Replacement references or grafts make git show another history. qms ignores them; your own git does not.',
    happens: 'Somebody ran `git replace` or wrote info/grafts.',
    remedy: 'Remove them: `git replace -d NAME`, or delete .git/info/grafts.',
  },
  FOREIGN_OBJECTS: {
    title: 'Objects are borrowed from another repository',
    means: 'This clone has objects of another one, by `objects/info/alternates`. If that goes, so do they.',
    happens: 'A clone with `--shared` or `--reference`.',
    remedy: 'Make the clone stand alone: `git repack -a -d`, then remove the alternates file.',
  },
  FAMILY_GATE: {
    title: 'Documents that belong together disagree',
    means: 'When this transition was made, another document was not in the state that the rule asks for.',
    happens: 'A record was closed over an open child, or a child was made under a parent that was not open.',
    remedy: 'Finish what is open, and open an investigation about the order.',
  },
  PARENT_UNKNOWN: {
    title: 'A document without its parent',
    means: 'The event names a parent that did not exist then.',
    happens: 'The parent was removed, or the document was written by something else than qms.',
    remedy: PUT_BACK,
  },
  NUMBER_GAP: {
    title: 'A number is missing',
    means: 'Numbers are given in order and never again, so there was a document of this number.',
    happens: 'A document was removed with all its files.',
    remedy: '`git log --diff-filter=D --name-only -- QMS` shows what was removed and by which commit.',
  },
  TIME_BACKWARDS: {
    title: 'Time runs backwards in a trail',
    means:
      'An event bears an earlier time than one before it. The order is by number, so nothing else is wrong with it.',
    happens: 'A clock was wrong, or two machines do not agree.',
    remedy: 'Set the clock of the machine. If it happens often, look at who wrote these events.',
  },
  TIME_IMPLAUSIBLE: {
    title: 'A time that cannot be',
    means: 'An event bears a time in the future, or from before git existed.',
    happens: 'A clock was wrong, here or there.',
    remedy: 'Set the clock of the machine.',
  },
  ADOPTED_OLD_RULE: {
    title: 'Adopted: made by another rule',
    means: 'The record was kept by other rules before it was taken over, and shows it.',
    happens: 'The program that kept the store before allowed it.',
    remedy: RE_ADOPTED,
  },
  ADOPTED_MISSING: {
    title: 'Adopted: something was missing',
    means:
      'A link, a file or a fact was missing when the record was taken over, and something was assumed instead.',
    happens: 'The old records were incomplete.',
    remedy: RE_ADOPTED,
  },
  ADOPTED_DISAGREEMENT: {
    title: 'Adopted: two records disagreed',
    means:
      'The old trail and the old metadata said different things. The ADOPT event says which was believed.',
    happens: 'One of them was written and the other not, or edited.',
    remedy: RE_ADOPTED,
  },
  ADOPTED_OPEN_CHILD: {
    title: 'Adopted: a child was left open',
    means: 'The parent is at rest, and a child of it is open.',
    happens: 'The former rules did not ask for it, or did not for this kind.',
    remedy: 'Finish the child, or abandon it: `qms next ID` shows the ways.',
  },
  ADOPTED_TEXT_DIFFERS: {
    title: 'Adopted: one version, two texts',
    means:
      'Two files bear the same version of a document and different bytes: one was edited after it was written.',
    happens: 'An archive or a live text was changed by hand under the former program.',
    remedy: 'Compare the two: `qms read ID --version N.M` and the file that is named.',
  },
  ADOPTED_UNREADABLE: {
    title: 'Adopted: something could not be read',
    means: 'Part of the old record could not be read when it was taken over. Its bytes are kept.',
    happens: 'It was damaged before.',
    remedy: RE_ADOPTED,
  },
  ADOPTED_STRAY: {
    title: 'Adopted: a file that belongs to nothing',
    means: 'The file lay in the store before it was founded here, and is part of no state. It is kept.',
    happens: 'Left by hand or by the former program.',
    remedy: 'Remove it if nobody needs it: `git rm -- PATH`.',
  },
  ADOPTED_HISTORY: {
    title: 'Adopted: history from before',
    means: 'Commits from before the adoption were made by other rules and are not judged.',
    happens: 'Every adopted store has such a past.',
    remedy: 'Nothing must be done.',
  },
  PROMPT_NOT_PERMITTED: {
    title: 'An agent was told more than it may be told, or something else',
    means:
      'A dispatch holds the whole prompt. This one says more than who is called to which task of which document in which state (SOP-007 section 5.2), or names another document, version, status or task than the dispatch does.',
    happens:
      'The templates of prompts were changed, or the agent was called by something else than `qms agent spawn`.',
    remedy:
      'Read the prompt (`qms audit --sop SOP-007 --all`) and what is wrong with it (`qms agent lint-prompt`). A verdict that was given by it may be biased: have the document reviewed again, and investigate (`qms create INV --from-finding PROMPT_NOT_PERMITTED`).',
  },
  VERDICT_MISCALLED: {
    title: 'A verdict names a dispatch that was not for it',
    means:
      'A dispatch is one call of one agent, to one document, in one round, for one text and until one time. This verdict names one that is not on record, or that was for something else, was not yet begun, or was over.',
    happens: 'The event was written by something else than qms, or with the token of another call.',
    remedy:
      'Have the document reviewed again by the agent that was asked, and open an investigation (`qms create INV --from-finding VERDICT_MISCALLED`): the verdict may not be the one of its reviewer.',
  },
  VERDICT_UNPROVEN: {
    title: 'A verdict of an agent that nobody called',
    means:
      'The policy of that time was identity: verified, by which a verdict of an agent counts only with the dispatch by which it was called. This one names none.',
    happens:
      'Somebody used the name of a reviewer, by a changed copy of the program or by writing the event.',
    remedy:
      'Have the document reviewed again (`qms agent spawn`), and open an investigation (`qms create INV --from-finding VERDICT_UNPROVEN`).',
  },
  VERDICT_WITHOUT_PACKET: {
    title: 'An agent judged without having been given the text',
    means:
      'A verdict by a dispatch names the digest of the packet (`qms packet`) that its reviewer fetched: text, what changed, and the procedures. This one names none.',
    happens: 'The event was written by something else than qms.',
    remedy: 'Have the document reviewed again, and find out who wrote the event (`git log -- PATH`).',
  },

  VERDICT_UNCALLED: {
    title: 'A verdict of an agent without a dispatch',
    means:
      'No call of this agent is on record for this verdict, so nobody can tell what it was told, nor that it was this agent. Named by `qms audit --sop SOP-007` only: the policy of that time was identity: declared, which asks for none.',
    happens: 'Agents are called by hand, or by a tool that does not go through `qms agent spawn`.',
    remedy:
      'Call agents by `qms agent spawn`, and set `qms policy set identity verified` once all are. Where it matters who judged, have the document reviewed again.',
  },
  VERDICT_OF_ORCHESTRATOR: {
    title: 'Who called the reviewers may have judged for them',
    means:
      'Either the orchestrator of a session gave a verdict on a document to which it had called others, or a verdict bears the name of an agent that served in an open session and names no dispatch: then the orchestrator, or whoever acts with its rights, may have spoken in its name.',
    happens:
      'An orchestrator runs `qms review -u qa` instead of calling qa; or an agent of the session was called in another way.',
    remedy:
      'Ask for the verdict again by `qms agent spawn`. `qms policy set identity verified` makes it impossible. Decide whether it is to be investigated: `qms create INV --from-finding VERDICT_OF_ORCHESTRATOR`.',
  },
  VERDICT_TOO_FAST: {
    title: 'A verdict faster than the text can be read',
    means:
      'From the call (or the routing, where there was none) to the verdict less time went by than it takes to read what this reviewer had not judged before: the text and what changed in it against the text in force, or, after an earlier verdict, what changed since. Taken is 1,500 words a minute for people and 15,000 for agents.',
    happens: 'The text was not read, or the reviewer had read it before it was asked.',
    remedy:
      'Read the verdict and its comment, and have the document reviewed again where they do not show that it was read.',
  },
  AGENT_TWICE: {
    title: 'Two agents of one name in one session',
    means:
      'In a session each agent serves as one and is resumed (SOP-007 section 4.4). Here the backend answered with another one than the one that had served, and no administrator had allowed a fresh one.',
    happens:
      'The backend lost its agents or began a new one by itself, or was told to by something else than qms.',
    remedy:
      'Ask the orchestrator what became of the first one. Before a fresh one is called on purpose: `qms session allow-fresh NAME --reason TEXT`.',
  },
  IDENTITY_MISMATCHED: {
    title: 'Somebody tried to act as another',
    means:
      'A token, the process that called, or the agent tool said who it was, and the name given was another. It was refused. Who is named first is who really called.',
    happens: 'An agent names another user with --user, or the environment of another was inherited.',
    remedy:
      'Find out why it was tried. A misunderstanding is cleared up in the agent definition; anything else is a deviation: `qms create INV --from-finding IDENTITY_MISMATCHED`.',
  },
  ATTEMPT_PAST_RULES: {
    title: 'Something was tried past the rules of orchestration',
    means:
      'A prompt that says more than it may, a second agent beside one that serves, a write to the record, or an agent called by one that was itself called. It was refused, or the prompt was replaced by the one that is permitted. What it said is kept only as a digest.',
    happens:
      'An orchestrator summarises, presses or repairs by hand; the hooks of `qms hooks install --agent` stop it.',
    remedy:
      'Look at what was tried and how often. Repeated ones call for another instruction of the orchestrator, or an investigation: `qms create INV --from-finding ATTEMPT_PAST_RULES`.',
  },
  DISPATCH_LEFT_OPEN: {
    title: 'A dispatch of which nobody said how it ended',
    means: 'Its time is over, and no end is on record.',
    happens: 'The program that called the agent was killed, or the machine stopped.',
    remedy:
      'Look for the verdict (`qms history ID`). Without one, call the agent again; `qms session show` tells where the session stands.',
  },
  SESSION_LEFT_OPEN: {
    title: 'A session that was never ended',
    means:
      'In this session nothing has happened for a day, and it is still open: its grants may still be good.',
    happens: 'The orchestrator stopped without `qms session end`.',
    remedy: 'End it: `qms session end` by its orchestrator or an administrator.',
  },
  ESCALATION_UNANSWERED: {
    title: 'An escalation without a decision',
    means: 'Somebody escalated to the Lead (SOP-007 section 7.2), and no decision is on record.',
    happens: 'The Lead has not come to it.',
    remedy: 'Decide: `qms resolve ID --decision TEXT`.',
  },

  EDITED_IN_WORK_TREE: {
    title: 'A file of the store was edited here',
    means: 'The file in the work tree holds bytes that were never committed. The record itself is sound.',
    happens: 'Somebody wrote to a controlled text instead of a checked-out copy.',
    remedy:
      '`git restore -- PATH` brings the committed bytes back. To change the text: `qms checkout ID -u NAME`.',
  },
  STAGED_BY_HAND: {
    title: 'A change of the store is staged',
    means: 'The index holds something else than the branch, and the next `git commit` would take it in.',
    happens: '`git add` after a hand edit, or a merge that is under way.',
    remedy: '`git restore --staged -- PATH`.',
  },
  MISSING_IN_WORK_TREE: {
    title: 'A file of the store is missing here',
    means: 'The branch holds the file, and the work tree does not.',
    happens: 'It was removed by hand.',
    remedy: '`git restore -- PATH`.',
  },
  UNKNOWN_IN_WORK_TREE: {
    title: 'A file that does not belong in the store',
    means: 'A file lies in the folder of the store that the branch does not hold.',
    happens: 'An editor, a synchronised folder (conflicted copies) or somebody put it there.',
    remedy: 'Look at it, then remove it. A document begins with `qms create`.',
  },
  VIEW_BEHIND: {
    title: 'A file shows an earlier text',
    means: 'The work tree shows a text that was committed before; the record itself is sound.',
    happens: 'The file could not be written when the branch moved, or an older one was put back.',
    remedy: 'The next qms command brings it up to date; or `git restore -- PATH`.',
  },
  CHECKPOINT_UNREADABLE: {
    title: 'A checkpoint cannot be used',
    means: 'The file is none that `qms checkpoint` wrote, or its digest is not that of what it says.',
    happens: 'Another file was given, or the checkpoint was cut short or altered.',
    remedy:
      'Take another copy of it, or an older checkpoint. If its digest was written on paper, compare: `qms audit --since DIGEST` finds it in your own state folder.',
  },
  CHECKPOINT_OTHER_STORE: {
    title: 'The checkpoint is of another store',
    means: 'The first event of the registry is another than the one that the checkpoint names.',
    happens: 'The wrong file was given, or the store was founded anew.',
    remedy:
      'Give the checkpoint of this store. If there is no doubt that it is, the whole record was replaced.',
  },
  CHECKPOINT_TRAIL_MISSING: {
    title: 'A trail that a checkpoint saw is gone',
    means: 'The checkpoint names a trail that the branch does not have any more, whatever history says.',
    happens: 'History was rewritten: amend, rebase, reset or force-push.',
    remedy: 'Find the former tip in another clone or in `git reflog`, and bring it back.',
  },
  CHECKPOINT_TRAIL_SHORTER: {
    title: 'A trail has fewer events than a checkpoint saw',
    means: 'Events that were there at the checkpoint are gone.',
    happens: 'History was rewritten: amend, rebase that drops, reset or force-push.',
    remedy: 'Find the former tip in another clone or in `git reflog`, and bring it back.',
  },
  CHECKPOINT_TRAIL_CHANGED: {
    title: 'A trail is another than a checkpoint saw',
    means: 'The events that the checkpoint saw were replaced by others.',
    happens: 'History was rewritten, and with it the record.',
    remedy: 'Find the former tip in another clone or in `git reflog`, and compare.',
  },

  PACKAGE_FILE_CHANGED: {
    title: 'A file of the package is not the one that was exported',
    means: 'Its digest is not that in SHA256SUMS.',
    happens: 'It was edited, or damaged on its way.',
    remedy: ASK_AGAIN,
  },
  PACKAGE_FILE_MISSING: {
    title: 'A file of the package is missing',
    means: 'SHA256SUMS lists it, and it is not there.',
    happens: 'It was taken out, or the package was copied only in part.',
    remedy: ASK_AGAIN,
  },
  PACKAGE_FILE_UNKNOWN: {
    title: 'A file that was not exported lies in the package',
    means: 'SHA256SUMS does not list it.',
    happens: 'It was put there afterwards: by hand, or by a program that looked into the folder.',
    remedy: 'Do not rely on it. Without it, verify the package again.',
  },
  PACKAGE_PAGE_DIFFERS: {
    title: 'A page or table tells something else than the records',
    means: 'Made again from the store in the package, it comes out with other bytes.',
    happens: 'It was edited, and its checksum with it.',
    remedy: `Believe the records, not the page. ${ASK_AGAIN}`,
  },
  PACKAGE_PAGES_UNCHECKED: {
    title: 'The pages and tables were not compared with the records',
    means: 'Only the version that made them makes the same again, and only from records that can be read.',
    happens: 'The package was exported by another version of `qms`, or its records are damaged.',
    remedy: 'Verify it with the version that `manifest.json` names, or rely on the records alone.',
  },
}

export const isFindingCode = (text: string): text is FindingCode => Object.hasOwn(FINDINGS, text)

export const titleOf = (code: string): string => (isFindingCode(code) ? FINDING_WORDS[code].title : '')
