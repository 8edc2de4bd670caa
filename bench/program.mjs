// What the benchmarks use of the program besides its command line: the one place that knows where it is compiled to.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const program = join(root, 'bin', 'qms.cjs')

export { act, route, verdict } from '../dist/app/act.js'
export { checkin, checkout } from '../dist/app/author.js'
export { create } from '../dist/app/create.js'
export { status } from '../dist/app/read.js'
export { initialise } from '../dist/app/setup.js'
export { inbox } from '../dist/app/tasks.js'
export { digest, shipped } from '../dist/compose.js'
export { fold } from '../dist/documents/evolve.js'
export { parseId } from '../dist/documents/id.js'
export { metadata } from '../dist/documents/placement.js'
export { appendEvents } from '../dist/documents/trail.js'
export * as layout from '../dist/store/layout.js'
export { MemoryStore } from '../dist/store/memory-store.js'
export { MemoryWorkspace } from '../dist/store/memory-workspace.js'
