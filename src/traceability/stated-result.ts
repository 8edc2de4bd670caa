/** What a verification record says of itself: `**Result:** Pass` in a paragraph of its own. */
import type { Root } from 'mdast'
import { treeOf } from '../documents/markdown.ts'
import { wordsOf } from './words.ts'

const SAID = /^Result: (Pass|Fail)\b/i

/**
 * Only in the voice of the record: what is quoted in it, such as observed output, states nothing. Of several that
 * disagree one failure fails it; null where it says none.
 */
export const statedResult = (text: string): 'pass' | 'fail' | null => {
  const said = new Set(paragraphsOf(treeOf(text)).map((words) => SAID.exec(words)?.[1]?.toLowerCase()))
  return said.has('fail') ? 'fail' : said.has('pass') ? 'pass' : null
}

/** Those that begin with words in bold and stand at the top of the text. */
const paragraphsOf = ({ children }: Root): string[] =>
  children
    .filter((node) => node.type === 'paragraph' && node.children[0]?.type === 'strong')
    .map((node) => wordsOf(node))
