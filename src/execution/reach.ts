/**
 * HTML in an open part that does not end there, or that is meant for a page as a whole: what is sealed behind it would
 * not be shown as it stands, although not a character of it differs.
 */
import type { Html, Nodes } from 'mdast'
import { endOf, type Outline, startOf } from './outline.ts'

/** As a browser ends them: `<!-->` is a whole comment. */
const UNSEEN = /<!--(?:-?>|[\s\S]*?--!?>)|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?>|<![A-Za-z][^>]*>/g
const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/g

export type OpenPart = 'section' | 'cell'

/** They say how all of a page looks, or take what follows for words of their own. */
const WHOLE: ReadonlySet<string> = new Set(
  'base body frameset head html link meta noembed noframes plaintext script style title xmp'.split(' '),
)
const VOID: ReadonlySet<string> = new Set('area br col embed hr img input source track wbr'.split(' '))
/** What stands behind one of them that is left open looks the same. */
const HARMLESS: ReadonlySet<string> = new Set(['p', 'li', 'dt', 'dd'])
/** Any other word in angle brackets is shown as nothing, and changes nothing behind it. */
const KNOWN: ReadonlySet<string> = new Set(
  'a abbr acronym address applet article aside audio b bdi bdo big blink blockquote button canvas caption center cite code colgroup data datalist del details dfn dialog dir div dl em fieldset figcaption figure font footer form frame h1 h2 h3 h4 h5 h6 header hgroup i iframe ins kbd label legend main map mark marquee math menu meter nav nobr noscript object ol optgroup option output picture pre progress q rp rt ruby s samp search section select slot small span strike strong sub summary sup svg table tbody td template textarea tfoot th thead time tr tt u ul var video'.split(
    ' ',
  ),
)

export interface Range {
  readonly start: number
  readonly end: number
}

export const holds = ({ start, end }: Range, node: Nodes, shift: number): boolean =>
  startOf(node) + shift >= start && endOf(node) + shift <= end

/** The same of several open parts of a text. */
export const reachingFrom = ({ root, shift }: Outline, parts: readonly Range[], part: OpenPart): string[] => {
  const html: Html[] = []
  const visit = (node: Nodes): void => {
    if (node.type === 'html') html.push(node)
    if ('children' in node) (node.children as Nodes[]).forEach(visit)
  }
  visit(root)
  if (html.length === 0) return []
  return parts.flatMap((range) =>
    reaching(
      html.filter((node) => holds(range, node, shift)).map(({ value }) => value),
      part,
    ),
  )
}

/** The end of a cell ends any other element that was begun in it. */
const BEYOND_CELLS: ReadonlySet<string> = new Set(['iframe', 'noscript', 'template', 'textarea'])

/** What of the HTML of one open part reaches beyond it, as it stands there. @param html its pieces, in order */
const reaching = (html: readonly string[], part: OpenPart): string[] => {
  const source = html.join('\n').replaceAll(UNSEEN, '')
  const open: { readonly name: string; readonly tag: string }[] = []
  const found: string[] = []
  for (const [tag, slash, written = '', rest = ''] of source.matchAll(TAG)) {
    const name = written.toLowerCase()
    if (WHOLE.has(name)) found.push(tag)
    else if (slash === '') {
      if (isElement(name, rest)) open.push({ name, tag })
    } else if (!closed(open, name) && KNOWN.has(name)) found.push(tag)
  }
  const left = part === 'cell' ? open.filter(({ name }) => BEYOND_CELLS.has(name)) : open
  return [...found, ...left.map(({ tag }) => tag), ...unended(source)]
}

const isElement = (name: string, rest: string): boolean =>
  !VOID.has(name) && (/[^\s/]/.test(rest) || (KNOWN.has(name) && !HARMLESS.has(name)))

/** Takes away what an end tag ends: the last of its name. */
const closed = (open: { readonly name: string }[], name: string): boolean => {
  const at = open.findLastIndex((element) => element.name === name)
  if (at < 0) return false
  open.splice(at, 1)
  return true
}

/** A comment or a tag that is begun and not ended takes in whatever comes next. */
const unended = (source: string): string[] => {
  const rest = source.replaceAll(TAG, ' ')
  const at = rest.search(/<[A-Za-z/!?]/)
  return at < 0 ? [] : [rest.slice(at).split('\n')[0]!.slice(0, 80)]
}
