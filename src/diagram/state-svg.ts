/** The states of a document as a picture: what it passed, where it is, and where it may go. */
import { type Arrow, type Box, LINE, type Placed, type Point, placed, START } from './layout.ts'
import type { Standing, StateDiagram, StateNode } from './states.ts'
import { drawing, rectangle, words } from './svg.ts'

const LEGEND = 'solid: passed   thick: now   dashed: not yet   double: final'

/** @param name unlike that of any other picture of the same page. @param title what it is the picture of */
export const stateSvg = async (diagram: StateDiagram, name: string, title: string): Promise<string> => {
  const layout = await placed(diagram)
  const legend = diagram.now === null ? 0 : LINE + 10
  return drawing({
    name,
    title,
    told: told(diagram),
    width: Math.max(layout.width, 480),
    height: layout.height + legend,
    parts: [
      ...layout.arrows.map((arrow) => line(arrow, diagram)),
      ...layout.arrows.flatMap(({ words: { x, y, width, height, lines } }) =>
        lines.length > 0 ? [rectangle('paper', x, y, width - 4, height - 4), ...words(lines, x, y)] : [],
      ),
      ...dot(layout),
      ...diagram.nodes.flatMap((node) => box(node, layout.boxes.get(node.status))),
      ...(legend > 0 ? words([LEGEND], 16, layout.height + 4, 'left') : []),
    ],
  })
}

const dot = ({ boxes }: Placed): string[] => {
  const { x, y, width } = boxes.get(START) ?? { x: 0, y: 0, width: 0 }
  return [`<circle class="tip" cx="${x}" cy="${y}" r="${width / 2}"/>`]
}

/** Not by colour alone: what lies ahead is dashed, what is now has a thick border and bold words. */
const LOOKS: Readonly<Record<Standing, string>> = { now: 'now', passed: 'passed', open: 'open dashed' }

const box = ({ status, standing, final }: StateNode, at: Box | undefined): string[] => {
  if (!at) return []
  const { x, y, width, height } = at
  const look = LOOKS[standing]
  return [
    rectangle(look, x, y, width, height),
    ...(final ? [rectangle(look, x, y, width - 8, height - 8)] : []),
    ...words([status], x, y, standing === 'now' ? 'strong' : ''),
  ]
}

const line = ({ from, to, points }: Arrow, { edges, now, start, nodes }: StateDiagram): string => {
  const passed = edges.some((e) => e.from === from && e.to === to && e.passed)
  const created =
    from === START && now !== null && nodes.some((n) => n.status === start && n.standing !== 'open')
  const gone = passed || created ? ' gone' : ''
  return `<path class="line${gone}" d="${curve(points)}"/>\n<path class="tip${gone}" d="${tip(points)}"/>`
}

/** Straight from point to point, with round corners: so it meets its words, which stand on one of the points. */
const curve = (points: readonly Point[]): string => {
  const [first, ...rest] = points
  const last = rest.at(-1)
  if (!first || !last) return ''
  const bends = rest.slice(0, -1).map((corner, i) => {
    const [before, after] = [points[i] ?? first, rest[i + 1] ?? last]
    return `L${short(near(corner, before))} Q${short(corner)} ${short(near(corner, after))}`
  })
  return [`M${short(first)}`, ...bends, `L${short(last)}`].join(' ')
}

const CORNER = 14

/** On the way from `corner` to `other`, a little off, at most in the middle. */
const near = (corner: Point, other: Point): Point => {
  const far = Math.hypot(other.x - corner.x, other.y - corner.y) || 1
  const part = Math.min(CORNER / far, 0.5)
  return { x: corner.x + (other.x - corner.x) * part, y: corner.y + (other.y - corner.y) * part }
}

const short = ({ x, y }: Point): string => `${tenth(x)} ${tenth(y)}`
const tenth = (n: number): number => Math.round(n * 10) / 10

const TIP = { length: 8, half: 3.5 }

/** A triangle at the end, in the direction of the last stretch. */
const tip = (points: readonly Point[]): string => {
  const end = points.at(-1)
  const before = points.at(-2)
  if (!end || !before) return ''
  const far = Math.hypot(end.x - before.x, end.y - before.y) || 1
  const [ux, uy] = [(end.x - before.x) / far, (end.y - before.y) / far]
  const foot = { x: end.x - ux * TIP.length, y: end.y - uy * TIP.length }
  const side = (way: 1 | -1): Point => ({ x: foot.x - way * uy * TIP.half, y: foot.y + way * ux * TIP.half })
  return `M${short(end)} L${short(side(1))} L${short(side(-1))} Z`
}

/** The same in words: what a reader sees at a glance. */
const told = ({ start, now, nodes, edges }: StateDiagram): string => {
  const passed = nodes.filter((n) => n.standing === 'passed').map((n) => n.status)
  const from = now ?? start
  const ways = edges
    .filter((e) => e.from === from)
    .map(({ to, actions }) => (actions.length > 0 ? `${to} by ${actions.join(' or ')}` : to))
  return [
    now === null ? `It begins as ${start}.` : `It is ${now}.`,
    ...(passed.length > 0 ? [`It passed ${passed.join(', ')}.`] : []),
    ways.length > 0 ? `From ${from} it may go to ${ways.join('; ')}.` : `Nothing leads on from ${from}.`,
  ].join(' ')
}
