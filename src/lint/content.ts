/** Rules about what a text says, hides and carries with it, whatever its structure. */
import type { Rule } from './rule.ts'
import { activeHtml } from './rules/active-html.ts'
import { byteOrderMark } from './rules/byte-order-mark.ts'
import { commentLines } from './rules/comment-lines.ts'
import { encodedText } from './rules/encoded-text.ts'
import { hiddenCharacters } from './rules/hidden-characters.ts'
import { hiddenText } from './rules/hidden-text.ts'
import { imitatedOutput } from './rules/imitated-output.ts'
import { influenceOnReviewers } from './rules/influence-on-reviewers.ts'
import { linkTargets } from './rules/link-targets.ts'
import { lookalikeLetters } from './rules/lookalike-letters.ts'
import { ordersToReaders } from './rules/orders-to-readers.ts'
import { quotedOrders } from './rules/quoted-orders.ts'
import { rawHtml } from './rules/raw-html.ts'
import { remoteImages } from './rules/remote-images.ts'
import { unusualSpaces } from './rules/unusual-spaces.ts'

export const CONTENT_RULES: readonly Rule[] = [
  ordersToReaders,
  quotedOrders,
  influenceOnReviewers,
  imitatedOutput,
  encodedText,
  hiddenCharacters,
  lookalikeLetters,
  unusualSpaces,
  byteOrderMark,
  activeHtml,
  rawHtml,
  linkTargets,
  remoteImages,
  hiddenText,
  commentLines,
]
