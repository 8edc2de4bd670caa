/** node show.js ROOT: what a reader gets, and the codes of its attempts to write, as JSON. */
import { QmsError } from '../../../src/errors.ts'
import { GitStore } from '../../../src/store/git-store.ts'
import { openRepository } from '../../../src/store/repository.ts'

const code = (error: unknown): string => (error instanceof QmsError ? error.code : String(error))

try {
  const store = new GitStore(await openRepository(process.argv[2] ?? '.'))
  const snapshot = await store.snapshot()
  const bytes = await snapshot.read('QMS/log.md')
  const change = { files: new Map(), message: 'x', author: { name: 'a', email: 'a@a' }, at: 0 }
  const answers = {
    text: bytes && Buffer.from(bytes).toString('utf8'),
    notices: await store.refresh(),
    commit: await store.commit(snapshot.tip, change).then(() => 'won', code),
    exclusively: await store.exclusively(async () => 'done').catch(code),
  }
  console.log(JSON.stringify(answers))
  await store.close()
} catch (error) {
  console.log(JSON.stringify({ open: code(error), facts: error instanceof QmsError ? error.facts : null }))
}
