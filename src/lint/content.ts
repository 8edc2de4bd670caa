/** Rules about what a text says, hides and carries with it, whatever its structure. */
import type { Rule } from './rule.ts'
import { encodedText } from './rules/encoded-text.ts'
import { imitatedOutput } from './rules/imitated-output.ts'
import { influenceOnReviewers } from './rules/influence-on-reviewers.ts'
import { ordersToReaders } from './rules/orders-to-readers.ts'
import { quotedOrders } from './rules/quoted-orders.ts'

export const CONTENT_RULES: readonly Rule[] = [
  ordersToReaders,
  quotedOrders,
  influenceOnReviewers,
  imitatedOutput,
  encodedText,
]
