/** The states of a document on a screen: the main line downwards, and beside each state the ways off it. */
import type { Drawn, StateDiagram, StateEdge, StateNode } from '../../app/diagram.ts'
import { visibleLine } from '../visible.ts'
import { isUnicode } from './display.ts'
import { bold, dim, folded, nextLines } from './screen.ts'
import { padTo } from './text.ts'

interface Signs {
  readonly now: string
  readonly passed: string
  readonly open: string
  /** Between two states of the line, where it was gone and where it was not. */
  readonly gone: string
  readonly ahead: string
}

const UNICODE: Signs = { now: '▶', passed: '●', open: '○', gone: '┃', ahead: '│' }
const ASCII: Signs = { now: '>', passed: 'x', open: 'o', gone: '|', ahead: ':' }

/** The words of the line stand left of this column, the ways off it right of it: all of it fits 80 columns. */
const LEFT = 26

export const drawnLines = ({ document: d, diagram, next }: Omit<Drawn, 'picture'>): string[] => {
  const signs = isUnicode() ? UNICODE : ASCII
  const beside = diagram.nodes.filter((node) => !diagram.main.includes(node.status))
  return [
    ...folded(`${bold(d.doc_id)}  ${visibleLine(d.title)}`, 2),
    `  ${d.status}, version ${d.version}${d.purpose === 'ordinary' ? '' : `, to ${d.purpose}`}`,
    '',
    ...diagram.main.flatMap((status) => stateLines(status, diagram, signs)),
    ...(beside.length > 0 ? ['', 'Beside the line'] : []),
    ...beside.flatMap(({ status }) => stateLines(status, diagram, signs)),
    '',
    dim(`${signs.passed} passed   ${signs.now} now   ${signs.open} not yet`),
    ...nextLines(next),
  ]
}

/** A state, the actions that lead on from it down the line, and beside them all other ways. */
const stateLines = (status: string, diagram: StateDiagram, signs: Signs): string[] => {
  const node = diagram.nodes.find((n) => n.status === status)
  const from = diagram.edges.filter((e) => e.from === status)
  const on = from.find((e) => e.main)
  const bar = on?.passed ? signs.gone : signs.ahead
  const left = [node ? headOf(node, signs) : status, ...(on?.actions.map((a) => `${bar} ${a}`) ?? [])]
  const right = from.filter((e) => !e.main).map(wayOf)
  const rows = Math.max(left.length, right.length)
  return Array.from({ length: rows }, (_, i) =>
    `${padTo(left[i] ?? (on ? bar : ''), LEFT)}${right[i] ?? ''}`.trimEnd(),
  )
}

const headOf = ({ status, standing }: StateNode, signs: Signs): string => {
  const words = `${signs[standing]} ${status}`
  return standing === 'now' ? bold(words) : standing === 'open' ? dim(words) : words
}

const wayOf = ({ actions, to, passed }: StateEdge): string => {
  const words = actions.length > 0 ? `${actions.join(', ')} -> ${to}` : `-> ${to}`
  return passed ? `${words} (passed)` : dim(words)
}
