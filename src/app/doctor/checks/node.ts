import { type Check, problem } from '../check.ts'
import { isOlder } from './git.ts'

const FLOOR = '20.19'

/** What to say of a Node of this version. */
export const judged = (version: string) =>
  isOlder(version, FLOOR)
    ? [problem('node', { found: `Node ${version}`, expected: `Node ${FLOOR} or later` })]
    : []

export const node: Check = {
  name: 'node',
  group: 'machine',
  about: 'Node is not too old',
  examine: async ({ machine }) => ({ summary: `Node ${machine.node}`, findings: judged(machine.node) }),
}
