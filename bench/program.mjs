// What the benchmarks use of the program besides its command line: the one place that knows where it is compiled to.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const program = join(root, 'bin', 'qms.cjs')

export { act, escalate, resolve, route, verdict } from '../dist/app/act.js'
export { checkin, checkout, discard } from '../dist/app/author.js'
export { create } from '../dist/app/create.js'
export { fix } from '../dist/app/fix.js'
export { addNamespace, addUser } from '../dist/app/govern.js'
export { interact } from '../dist/app/interact.js'
export { status } from '../dist/app/read.js'
export { initialise } from '../dist/app/setup.js'
export { inbox } from '../dist/app/tasks.js'
export { digest, shipped } from '../dist/compose.js'
export { fold } from '../dist/documents/evolve.js'
export { parseId } from '../dist/documents/id.js'
export { metadataFile } from '../dist/documents/metadata-file.js'
export { foldPolicy } from '../dist/documents/policy.js'
export { foldNamespaces, foldRegistry } from '../dist/documents/registry.js'
export { appendEvents } from '../dist/documents/trail.js'
export {
  decideNamespaceAdd,
  decidePolicySet,
  decideUserAdd,
  decideUserDisable,
  decideUserEnable,
} from '../dist/lifecycle/govern.js'
export * as layout from '../dist/store/layout.js'
export { MemoryStore } from '../dist/store/memory-store.js'
export { MemoryWorkspace } from '../dist/store/memory-workspace.js'
