/** Where statuses, arrows and their words stand: a layered layout, computed once for each shape of graph. */
import type { EdgeLabel, GraphLabel, graphlib, NodeLabel } from '@dagrejs/dagre'
import type { StateDiagram } from './states.ts'
import { columns } from './words.ts'

/** In units of the drawing. A font of fixed width takes 0.6 of its size a column; a little more is left for others. */
export const FONT = 12
export const COLUMN = 7.5
export const LINE = 16

export interface Box {
  /** Of the middle. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export type Point = Pick<Box, 'x' | 'y'>

export interface Placed {
  readonly width: number
  readonly height: number
  /** By status; `START` is the point from which everything begins. */
  readonly boxes: ReadonlyMap<string, Box>
  readonly arrows: readonly Arrow[]
}

export interface Arrow {
  readonly from: string
  readonly to: string
  readonly points: readonly Point[]
  readonly words: Box & { readonly lines: readonly string[] }
}

export const START = '*'
const DOT = 14
const MARGIN = 16

/** Room for lines of text, with a border of `pad` around them. */
export const roomFor = (lines: readonly string[], pad: number): Pick<Box, 'width' | 'height'> => ({
  width: Math.ceil(Math.max(0, ...lines.map(columns)) * COLUMN) + 2 * pad,
  height: lines.length * LINE + 2 * pad,
})

/** An edge of the graph, from `START` too. */
interface Line {
  readonly from: string
  readonly to: string
  readonly actions: readonly string[]
  readonly main: boolean
}

const kept = new Map<string, Promise<Placed>>()

/** The same for every document of a machine that has no ways of its own, so that many are drawn at the cost of one. */
export const placed = (diagram: StateDiagram): Promise<Placed> => {
  const names = diagram.nodes.map(({ status }) => status)
  const lines: Line[] = [
    { from: START, to: diagram.start, actions: ['create'], main: true },
    ...diagram.edges.map(({ from, to, actions, main }) => ({ from, to, actions, main })),
  ]
  const shape = JSON.stringify([names, lines])
  const known = kept.get(shape) ?? place(names, lines)
  kept.set(shape, known)
  return known
}

/** @param names statuses in the order in which they are passed: the layout is given no arrow that leads back */
const place = async (names: readonly string[], lines: readonly Line[]): Promise<Placed> => {
  const { Graph, layout } = await import('@dagrejs/dagre')
  const graph: Laid = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 36, edgesep: 20, ranksep: 26, marginx: MARGIN, marginy: MARGIN })
  graph.setNode(START, { width: DOT, height: DOT })
  for (const name of names) graph.setNode(name, roomFor([name], 10))
  for (const line of lines) {
    const { tail, head, name } = downwards(line, names)
    const label = { ...roomFor(line.actions, 4), labelpos: 'c' as const, weight: line.main ? 12 : 1 }
    graph.setEdge(tail, head, label, name)
  }
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    boxes: new Map([START, ...names].map((name) => [name, boxOf(graph.node(name))])),
    arrows: lines.map((line) => arrowOf(line, names, graph)),
  }
}

type Laid = graphlib.Graph<GraphLabel, NodeLabel, EdgeLabel>

const downwards = ({ from, to }: Line, names: readonly string[]) =>
  names.indexOf(from) < names.indexOf(to)
    ? { tail: from, head: to, name: 'down' }
    : { tail: to, head: from, name: 'back' }

const arrowOf = (line: Line, names: readonly string[], graph: Laid): Arrow => {
  const { tail, head, name } = downwards(line, names)
  const laid = graph.edge(tail, head, name)
  const points = (laid.points ?? []).map(({ x, y }: Point) => ({ x: round(x), y: round(y) }))
  return {
    from: line.from,
    to: line.to,
    points: name === 'down' ? points : points.reverse(),
    words: { ...boxOf(laid), lines: line.actions },
  }
}

const round = (n: number): number => Math.round(n * 10) / 10

const boxOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box => ({
  x: round(x),
  y: round(y),
  width,
  height,
})
