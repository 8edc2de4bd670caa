/**
 * What stands in a hook's file: parts between marks, each with the digest of what it held when it was written, so that
 * exactly this is taken away again, and nothing that somebody changed. Shell as POSIX has it; git brings one everywhere.
 */
import { createHash } from 'node:crypto'

export type HookName = 'pre-commit' | 'pre-merge-commit' | 'commit-msg' | 'pre-push' | 'pre-receive'

export const CLIENT_HOOKS: readonly HookName[] = ['pre-commit', 'pre-merge-commit', 'commit-msg', 'pre-push']
export const SERVER_HOOKS: readonly HookName[] = ['pre-receive']

/** The program to run, where the file is this machine's own. */
export interface Program {
  readonly node: string
  readonly file: string
}

/** `hook` calls the program, `former` the hook that stood there before. */
type Kind = 'hook' | 'former'

export interface Part {
  readonly kind: Kind
  /** The whole file was made for it; else it was put into one that was there. */
  readonly whole: boolean
  /** The lines between the marks are those that were written. */
  readonly intact: boolean
  readonly start: number
  readonly end: number
}

export const SHEBANG = '#!/bin/sh\n'
/** Of the former hook, beside ours: it finds what stands beside it, and git runs only plain names. */
export const FORMER_SUFFIX = '.before-qms'

const marked = (kind: Kind, name: string, whole: boolean, body: string): string =>
  `# >>> qms ${kind} ${name} ${digestOf(body)} ${whole ? 'file' : 'part'}\n${body}# <<< qms ${kind} ${name}\n`

const digestOf = (body: string): string => createHash('sha256').update(body).digest('hex').slice(0, 8)

const PART = /^# >>> qms (hook|former) ([a-z-]+) ([0-9a-f]{8}) (file|part)\n([\s\S]*?)^# <<< qms \1 \2\n/gm

export const partsOf = (text: string): Part[] =>
  [...text.matchAll(PART)].map((m) => ({
    kind: m[1] as Kind,
    whole: m[4] === 'file',
    intact: digestOf(m[5]!) === m[3],
    start: m.index,
    end: m.index + m[0].length,
  }))

/** The text with these parts taken out, or others in their place. */
export const without = (text: string, parts: readonly Part[], instead = ''): string =>
  parts
    .toSorted((a, b) => b.start - a.start)
    .reduce((left, { start, end }) => left.slice(0, start) + instead + left.slice(end), text)

/** Behind the first line, if that says who reads the rest: nothing that follows can end the script before us. */
export const inserted = (text: string, part: string): string => {
  const first = /^#!.*(?:\n|$)/.exec(text)?.[0] ?? ''
  const head = first === '' || first.endsWith('\n') ? first : `${first}\n`
  return head + part + text.slice(first.length)
}

/** Whether a shell reads the file: any of those that understand what we put in. */
export const isShell = (text: string): boolean =>
  /^#!\s*\S*(?:\/|env\s+(?:-S\s+)?)(?:ba|da|k|z)?sh\b/.test(text) || !/^#!|\0/.test(text)

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Hooks that git gives references on standard input: whoever comes after us shall read them, too. */
const READS_REFS: ReadonlySet<HookName> = new Set(['pre-push', 'pre-receive'])

const AGAIN = `if [ -n "$qms_refs" ]; then
exec <<QMS_REFS
$qms_refs
QMS_REFS
else exec </dev/null
fi
`

const withRefs = (name: HookName, call: string): string =>
  READS_REFS.has(name)
    ? `qms_refs=$(cat)\n{ [ -z "$qms_refs" ] || printf '%s\\n' "$qms_refs" 2>/dev/null; } | ${call} || exit $?\n${AGAIN}`
    : `${call} || exit $?\n`

/** A pre-merge-commit asks what a pre-commit asks. */
const verbOf = (name: HookName): string => (name === 'pre-merge-commit' ? 'pre-commit' : name)

/** Where programs are put that a graphical git client, which has no shell's PATH, would not find. */
const ELSEWHERE = [
  '/usr/bin/qms',
  '/usr/local/bin/qms',
  '/opt/homebrew/bin/qms',
  '"$HOME"/.npm-global/bin/qms',
  '"$HOME"/.local/bin/qms',
  '"$HOME"/.volta/bin/qms',
  `"\${NVM_DIR:-$HOME/.nvm}"/versions/node/*/bin/qms`,
  '"$PWD"/node_modules/.bin/qms',
]

/** The call of this program: by its path where that is known, else wherever it is found; never what git tracks. */
export const hookPart = (name: HookName, whole: boolean, program: Program | null): string =>
  marked(
    'hook',
    name,
    whole,
    `qms_fit() { # a file with an absolute path, and no content of this repository
  case $1 in /*|[A-Za-z]:*) [ -f "$1" ] || return 1 ;; *) return 1 ;; esac
  case $1 in "$PWD"/*) qms_top=\${1#"$PWD"/}; [ -z "$(git ls-files -- "\${qms_top%%/*}" 2>/dev/null | head -n 1)" ] ;; esac
}
qms_hook() {
  qms_node=${quoted(program?.node ?? '')} qms_file=${quoted(program?.file ?? '')}
  if [ -x "$qms_node" ] && qms_fit "$qms_file"; then
    "$qms_node" "$qms_file" hook "$@" >/dev/null
    return
  fi
  qms_found=
  for qms_try in ${ELSEWHERE.join(' ')} "$(command -v qms 2>/dev/null)"; do
    if qms_fit "$qms_try" && [ -x "$qms_try" ]; then qms_found=$qms_try; fi
  done
  if [ -z "$qms_found" ]; then
    echo "qms guards this repository, and was not found: nothing was done (${name})." >&2
    echo "  install qms; or take the lines between the qms marks out of $0" >&2
    return 1
  fi
  PATH="$(dirname "$qms_found"):$PATH" "$qms_found" hook "$@" >/dev/null
}
${withRefs(name, `qms_hook ${verbOf(name)} "$@"`)}`,
  )

/** The call of the hook that stood there before, if git would have run it. It comes first: it may change what is committed. */
export const formerPart = (name: HookName): string =>
  marked(
    'former',
    name,
    false,
    `qms_former="$(dirname "$0")/${name}${FORMER_SUFFIX}"
qms_before() { if [ -x "$qms_former" ]; then "$qms_former" "$@"; fi; }
${withRefs(name, 'qms_before "$@"')}`,
  )

/** For lefthook, which makes the files in git's folder itself: a file of settings beside the team's. */
export const lefthookPart = (program: Program | null): string => {
  const call = program ? `${quoted(program.node)} ${quoted(program.file)}` : 'qms'
  const entry = (name: HookName, more: string, rest = ''): string =>
    `${name}:\n  commands:\n    qms:\n      run: ${JSON.stringify(`${call} hook ${verbOf(name)}${more}`)}\n${rest}`
  return marked(
    'hook',
    'lefthook',
    true,
    [
      entry('pre-commit', ''),
      entry('pre-merge-commit', ''),
      entry('commit-msg', ' {1}'),
      entry('pre-push', '', '      use_stdin: true\n'),
    ].join(''),
  )
}
