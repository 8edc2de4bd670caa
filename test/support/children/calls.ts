/** node calls.js COMMON STATE DISPATCH INSTANCE: waits for a call, as long as nobody ends it. */
import { DiskCalls } from '../../../src/store/calls.ts'

const [, , common = '', state = '', dispatch = '', instance = ''] = process.argv
const calls = new DiskCalls(common, state)
await calls.wait(dispatch)
calls.met(dispatch, instance)
console.log('waits')
process.stdin.resume()
