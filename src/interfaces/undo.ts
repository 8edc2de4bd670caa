/** How each command that writes is taken back. Nothing is deleted: the way back is another event. */

/** By command; commands stand between backticks. */
export const UNDO: Readonly<Record<string, string>> = {
  init: 'not by qms; until anything else is recorded it is one commit, which git can take back',
  'user add': '`qms user disable NAME`; the name stays known',
  'user disable': '`qms user enable NAME`',
  'user enable': '`qms user disable NAME`',
  'namespace add': 'a namespace stays registered; one without documents does no harm',
  'policy set': '`qms policy set KEY VALUE` with the former value, which `qms policy show` gives',
  config: '`qms config KEY VALUE` with the former value',
  'config trust': '`qms config trust NAME --remove`',
  lint: 'not needed but after --fix, which changes copies and files alone: `qms lint --fix --dry-run` shows what it would change',
  doctor:
    'not needed: nothing is recorded, and what --fix mends is only what follows from the record, or was left behind',
  'hooks install': '`qms hooks install --git --uninstall`, or with `--server DIR` or `--agent TOOL`',
  create:
    '`qms checkin ID --discard`, then `qms cancel ID --confirm --reason TEXT`; the number is not used again',
  checkout: '`qms checkin ID --discard`; the copy is put aside',
  checkin:
    '`qms checkout ID`, and check in the former text again; every text that was checked in stays in the record',
  interact:
    '`qms interact ID --goto PROMPT --reason TEXT` changes an answer, at any time; until they are checked in, `qms checkin ID --discard` puts all of them aside',
  route: '`qms withdraw ID`',
  assign: '`qms assign ID --remove NAME`, or another `--owner`',
  review:
    'not at all: a verdict stands. The owner may `qms withdraw ID` while the round is open, and route again',
  approve: 'not at all: an approval stands. While others have yet to answer, the owner may `qms withdraw ID`',
  reject: 'not at all: the text is reviewed again, `qms route ID --review`',
  withdraw: '`qms route ID` sends it again',
  release:
    'not at all; an execution that must not go on is ended with `qms route ID --review --abandon --reason TEXT`',
  revert: '`qms route ID --review` sends it to post-review again',
  close: 'not at all; what is missing is added by an addendum: `qms create ADD --parent ID --title TEXT`',
  cancel: 'not at all; create the document anew: `qms create TYPE --title TEXT`',
  fix: 'another `qms fix` with the former text; both are recorded',
  'ei start': 'not needed: it only says when the work began',
  'ei run':
    'not at all: what was captured stays. `qms ei note ID EI-1 --set-aside E1 --summary TEXT --reason TEXT` says why it no longer speaks',
  'ei pass':
    'another outcome with a reason: `qms ei fail ID EI-1 --reason TEXT`; the former one stays visible',
  'ei fail':
    'another outcome with a reason: `qms ei pass ID EI-1 --reason TEXT`; the former one stays visible',
  'ei note': 'not at all; another `qms ei note` says what was wrong',
  'ei add': 'not at all: items are never removed; give it an outcome that says why it was not needed',
  note: 'not at all; another `qms note` says what was wrong',
  summarise: '`qms summarise ID --reason TEXT` writes it anew; the former one stays in the record',
  trace:
    'not needed without --write. The rows are in your copy alone: `qms checkin ID --discard` puts it aside, and nothing was recorded',
  'session start': '`qms session end`',
  'session end': '`qms session start` opens another, in which agents begin anew',
  'session allow-fresh': 'not at all; while nobody uses it, it changes nothing',
  'agent spawn':
    'not at all: who was called was told. A dispatch under way is ended by Ctrl-C where it is waited for, or by its time',
  escalate: '`qms resolve ID --decision TEXT`, by a human administrator',
  resolve: '`qms escalate ID --reason TEXT` puts it before the Lead again',
}
