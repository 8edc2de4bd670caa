/** One piece of evidence in words: what it is, and the facts that were recorded of it. */
import type { Evidence, Run } from '../documents/evidence.ts'
import { endingOf } from './history.ts'

export type Fact = readonly [name: string, value: string]

/** `npm test: exit 0, 3.2 s, at 1a2b3c4d5e6f` */
export const toldBriefly = (e: Evidence): string => {
  switch (e.kind) {
    case 'run':
      return `${e.command.join(' ')}: ${endOf(e)}, ${seconds(e.duration)}, at ${stateOf(e, 12)}`
    case 'commit':
      return `commit ${e.commit}`
    case 'doc':
      return `${e.document} version ${e.version}, ${e.status}`
    case 'file':
      return `file ${e.path}, ${e.bytes} bytes`
    case 'url':
      return `${e.url} (not verified)`
    case 'text':
      return e.text
  }
}

export const factsOf = (e: Evidence): Fact[] => {
  if (e.kind === 'run') return runFacts(e)
  return e.kind === 'file' ? [['SHA-256', e.content]] : []
}

const runFacts = (run: Run): Fact[] => [
  [
    'command',
    run.command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' '),
  ],
  ['ended', endOf(run)],
  ['started', `${run.started}, for ${seconds(run.duration)}`],
  ['commit', stateOf(run, 64)],
  ['output', `${run.bytes} bytes${run.cut ? ', the middle cut out' : ''}${maskedOf(run)}`],
  ['SHA-256', run.output],
]

const maskedOf = ({ masked }: Run): string =>
  masked ? `, ${masked} ${masked === 1 ? 'place' : 'places'} masked` : ''

const endOf = (run: Run): string =>
  run.timeout === undefined ? endingOf(run) : `${endingOf(run)} after ${run.timeout} s`

const seconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`)

const stateOf = ({ commit, clean }: Run, digits: number): string =>
  commit === null ? 'no commit' : `${commit.slice(0, digits)}${clean ? '' : ', work tree changed'}`
