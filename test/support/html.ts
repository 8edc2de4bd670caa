/** HTML as a careful reader takes it: every tag with its attributes, in order; whatever is not well formed is an error. */

export interface Tag {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

const VOID = new Set(['meta', 'br', 'hr', 'line', 'rect', 'img', 'link', 'input', 'path', 'circle'])

const plain = (text: string): string =>
  text
    .replace(/&(lt|gt|quot|#39);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"' })[name] ?? "'")
    .replaceAll('&amp;', '&')

/** @throws Error where a tag is not closed, or text holds a sign of markup that is not escaped */
export const tagsOf = (html: string): Tag[] => {
  const tags: Tag[] = []
  const open: string[] = []
  const body = html.replace(/^<!DOCTYPE html>\n/, '').replace(/<style>[^<]*<\/style>/g, '')
  let at = 0
  for (const match of body.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z0-9:-]+(?:="[^"<]*")?)*)\s*\/?>/g)) {
    textOf(body.slice(at, match.index))
    at = match.index + match[0].length
    const [, close, name = '', own = ''] = match
    if (close) {
      if (open.pop() !== name) throw new Error(`</${name}> closes another: ${body.slice(at - 60, at)}`)
      continue
    }
    if (!VOID.has(name)) open.push(name)
    const pairs = [...own.matchAll(/([a-zA-Z0-9:-]+)(?:="([^"]*)")?/g)]
    tags.push({ name, attributes: Object.fromEntries(pairs.map(([, k = '', v = '']) => [k, plain(v)])) })
  }
  textOf(body.slice(at))
  if (open.length > 0) throw new Error(`not closed: ${open.join(' ')}`)
  return tags
}

/** What a reader sees between two tags. */
const textOf = (text: string): void => {
  if (/[<>]/.test(text)) throw new Error(`markup in text: ${text.slice(0, 200)}`)
  const odd = /&(?!(?:amp|lt|gt|quot|#39);)/.exec(text)
  if (odd) throw new Error(`an entity that is none: ${text.slice(odd.index, odd.index + 40)}`)
}

/** All words of a page, without its markup. */
export const wordsOf = (html: string): string =>
  plain(html.replace(/<style>[^<]*<\/style>/g, '').replace(/<[^>]*>/g, ''))

/** Why a page would ask for something elsewhere, or run something; empty where it would not. */
export const liveParts = (html: string): string[] =>
  tagsOf(html).flatMap(({ name, attributes }) => {
    const loading = ['script', 'img', 'link', 'iframe', 'object', 'embed', 'form', 'base', 'input'].includes(
      name,
    )
    const handlers = Object.keys(attributes).filter((key) => /^on/i.test(key))
    const away = ['href', 'src', 'action', 'srcset', 'xlink:href'].filter((key) =>
      /^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(attributes[key] ?? ''),
    )
    return [...(loading ? [name] : []), ...handlers, ...away.map((key) => `${key}=${attributes[key]}`)]
  })

/** RFC 4180, strictly. @throws Error */
export const csvRows = (text: string): string[][] => {
  if (!text.endsWith('\r\n')) throw new Error('the last row is not ended')
  const rows: string[][] = [[]]
  for (let at = 0; at < text.length; ) {
    const match = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y
    match.lastIndex = at
    const found = match.exec(text)
    if (!found) throw new Error(`no cell at ${at}: ${text.slice(at, at + 40)}`)
    rows.at(-1)?.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '')
    at = match.lastIndex
    if (found[3] === '\r\n' && at < text.length) rows.push([])
  }
  return rows
}
