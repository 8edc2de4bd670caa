/** node append.js ROOT NAME COUNT: appends COUNT lines `NAME n` to one file of the store, one commit each. */
import { GitStore } from '../../../src/store/git-store.ts'
import { openRepository } from '../../../src/store/repository.ts'

const [root = '', name = '', count = '1'] = process.argv.slice(2)
const store = new GitStore(await openRepository(root))
const author = { name, email: `${name}@qms` }

for (let at = 0; at < Number(count); at++)
  while (!(await store.exclusively(() => append(`${name} ${at}\n`))));
await store.close()

async function append(line: string): Promise<boolean> {
  const snapshot = await store.snapshot()
  const before = Buffer.from((await snapshot.read('QMS/log.md')) ?? '')
  const files = new Map([
    ['QMS/log.md', Buffer.concat([before, Buffer.from(line)])],
    [`QMS/own/${name}.md`, Buffer.from(line)],
  ])
  const outcome = await store.commit(snapshot.tip, {
    files,
    message: `log: ${line.trim()}`,
    author,
    at: 1_700_000_000_000,
  })
  if (outcome.won) process.stdout.write(line)
  return outcome.won
}
