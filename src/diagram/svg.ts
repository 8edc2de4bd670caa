/**
 * Pictures as SVG that need nothing else: no script, no reference to anything elsewhere, no page inside. They bring
 * their own paper, so that they can be read on any, and say in words what they show.
 */
import { FONT, LINE } from './layout.ts'
import { xml } from './words.ts'

/** Fill, border and words; of each kind of box, in light and in dark. */
interface Colours {
  readonly paper: string
  readonly ink: string
  readonly line: string
  readonly boxes: Readonly<Record<string, readonly [fill: string, border: string]>>
}

export const LIGHT: Colours = {
  paper: '#ffffff',
  ink: '#1f2328',
  line: '#57606a',
  boxes: {
    open: ['#ffffff', '#57606a'],
    passed: ['#dafbe1', '#1a7f37'],
    now: ['#ddf4ff', '#0969da'],
    force: ['#dafbe1', '#1a7f37'],
    done: ['#eaeef2', '#57606a'],
  },
}

export const DARK: Colours = {
  paper: '#0d1117',
  ink: '#e6edf3',
  line: '#8b949e',
  boxes: {
    open: ['#0d1117', '#8b949e'],
    passed: ['#12361f', '#3fb950'],
    now: ['#0c2d6b', '#58a6ff'],
    force: ['#12361f', '#3fb950'],
    done: ['#21262d', '#8b949e'],
  },
}

const rules = ({ paper, ink, line, boxes }: Colours): string[] => [
  `.qms-drawing .paper{fill:${paper};stroke:none}`,
  `.qms-drawing text{fill:${ink}}`,
  `.qms-drawing .line{fill:none;stroke:${line}}`,
  `.qms-drawing .tip{fill:${line};stroke:none}`,
  `.qms-drawing .line.gone{stroke:${boxes.passed?.[1]};stroke-width:2.5}`,
  `.qms-drawing .tip.gone{fill:${boxes.passed?.[1]}}`,
  ...Object.entries(boxes).map(
    ([kind, [fill, border]]) => `.qms-drawing .${kind}{fill:${fill};stroke:${border}}`,
  ),
]

const CSS = [
  `.qms-drawing text{font:${FONT}px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;text-anchor:middle}`,
  '.qms-drawing .left{text-anchor:start}',
  '.qms-drawing .strong{font-weight:700}',
  ...rules(LIGHT),
  '.qms-drawing .now{stroke-width:3}',
  '.qms-drawing .dashed{stroke-dasharray:4 3}',
  `@media (prefers-color-scheme:dark){${rules(DARK).join('')}}`,
].join('\n')

export interface Drawing {
  /** Unlike that of any other drawing of the same page. */
  readonly name: string
  readonly title: string
  /** What the picture shows, for those who hear it. */
  readonly told: string
  readonly width: number
  readonly height: number
  readonly parts: readonly string[]
}

export const drawing = ({ name, title, told, width, height, parts }: Drawing): string => {
  const id = xml(name.replace(/[^A-Za-z0-9-]/g, '-'))
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" class="qms-drawing" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-told">`,
    `<title id="${id}-title">${xml(title)}</title>`,
    `<desc id="${id}-told">${xml(told)}</desc>`,
    `<style>\n${CSS}\n</style>`,
    `<rect class="paper" x="0" y="0" width="${width}" height="${height}"/>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`
}

/** Lines of words around a middle, or from the left. */
export const words = (lines: readonly string[], x: number, y: number, kind = ''): string[] =>
  lines.map((line, i) => {
    const at = y + (i - (lines.length - 1) / 2) * LINE + FONT / 3
    return `<text${kind === '' ? '' : ` class="${kind}"`} x="${x}" y="${at}">${xml(line)}</text>`
  })

/** @param x, y of the middle */
export const rectangle = (kind: string, x: number, y: number, width: number, height: number): string =>
  `<rect class="${kind}" x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="6"/>`
