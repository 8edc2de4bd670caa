/** Guards of this port. Rules validate names; these hold even if a rule forgets. */
import { refuse } from '../errors.ts'

const SEGMENT = /^(?!\.{1,2}$)(?!\.git$)[^\u0000-\u001f\u007f/\\]+$/i

/** @throws BAD_NAME where `path` could leave the root, name git's folder, or break a line protocol. */
export function checkPath(path: string): void {
  const fine =
    path.length <= 4096 && path.split('/').every((segment) => segment.length <= 255 && SEGMENT.test(segment))
  if (!fine)
    throw refuse('BAD_NAME', {
      name: path,
      what: 'path in the store',
      expected: 'names joined by /, without .. or control characters',
    })
}

/** @throws BAD_NAME where `name` is not one plain name of a file. */
export function checkSegment(name: string, what: string): void {
  if (!SEGMENT.test(name) || name.length > 200 || name.startsWith('.'))
    throw refuse('BAD_NAME', { name, what, expected: 'one name without slashes or control characters' })
}

/** @throws BAD_VALUE where `text` cannot be searched for in lines. */
export function searchText(text: string): void {
  if (text === '' || /[\n\r\0]/.test(text))
    throw refuse('BAD_VALUE', { name: 'text', found: JSON.stringify(text), expected: 'one line of text' })
}
