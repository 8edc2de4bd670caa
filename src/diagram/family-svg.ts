/** Documents and their children as a picture. */
import { kindOf, type Member, type Seat, seats } from './family.ts'
import { LINE, roomFor } from './layout.ts'
import { drawing, rectangle, words } from './svg.ts'
import { cut, plain, xml } from './words.ts'

/** Columns of a title; the whole of it is told where a pointer rests on its box. */
const TITLE = 34
const PAD = 8
const GAP = { across: 40, down: 12 }
const MARGIN = 16

const linesOf = ({ id, version, status, title }: Member): string[] => [
  id,
  `${version} ${status}`,
  cut(plain(title), TITLE),
]

/** @param name unlike that of any other picture of the same page. @param title what it is the picture of */
export const familySvg = (roots: readonly Member[], name: string, title: string): string => {
  const { all, rows } = seats(roots)
  const { height: tall } = roomFor(['', '', ''], PAD)
  const lefts = leftsOf(all)
  const places = all.map(({ member, column, row }) => ({
    member,
    left: lefts[column]?.left ?? 0,
    wide: lefts[column]?.wide ?? 0,
    middle: MARGIN + tall / 2 + row * (tall + GAP.down),
  }))
  const last = lefts.at(-1)
  return drawing({
    name,
    title,
    told: told(roots, all.length),
    width: (last ? last.left + last.wide : 0) + MARGIN,
    height: 2 * MARGIN + Math.max(0, rows * (tall + GAP.down) - GAP.down),
    parts: [
      ...all.flatMap(({ parent }, i) => {
        const [from, to] = [parent === null ? undefined : places[parent], places[i]]
        return from && to ? [elbow(from.left + from.wide, from.middle, to.left, to.middle)] : []
      }),
      ...places.flatMap((place) => card(place, tall)),
    ],
  })
}

/** Of each generation: where its boxes begin, and how wide they are. */
const leftsOf = (all: readonly Seat[]): { left: number; wide: number }[] => {
  const widths: number[] = []
  for (const { member, column } of all)
    widths[column] = Math.max(widths[column] ?? 0, roomFor(linesOf(member), PAD).width)
  let left = MARGIN
  return widths.map((wide) => {
    const at = { left, wide }
    left += wide + GAP.across
    return at
  })
}

/** A thick border where work is open; the box says so in words, too. */
const card = (
  { member, left, wide, middle }: { member: Member; left: number; wide: number; middle: number },
  tall: number,
): string[] => {
  const kind = kindOf(member)
  const [id = '', ...rest] = linesOf(member)
  const x = left + PAD
  return [
    `<g><title>${xml(`${member.id}: ${member.title}`)}</title>`,
    rectangle(kind === 'open' ? 'now' : kind, left + wide / 2, middle, wide, tall),
    ...words([id], x, middle - LINE, 'left strong'),
    ...words(rest, x, middle + LINE / 2, 'left'),
    '</g>',
  ]
}

const elbow = (x1: number, y1: number, x2: number, y2: number): string => {
  const half = (x1 + x2) / 2
  return `<path class="line" d="M${x1} ${y1} H${half} V${y2} H${x2}"/>`
}

/** So many are told by their names; of more, how many. */
const MOST_TOLD = 50

const told = (roots: readonly Member[], count: number): string => {
  if (count > MOST_TOLD) return `${count} documents, ${roots.length} of them without a parent.`
  const tell = ({ id, version, status, children }: Member): string[] => [
    `${id} is ${status}, version ${version}${children.length > 0 ? `, above ${children.map((c) => c.id).join(', ')}` : ''}.`,
    ...children.flatMap(tell),
  ]
  return roots.length > 0 ? roots.flatMap(tell).join(' ') : 'No documents.'
}
