// What a hook of an agent tool makes each tool call wait for, beside bare node. Nothing is written by these calls.
import { storeOf } from './generate.mjs'
import { BARE, compare, node, run } from './harness.mjs'
import { program } from './program.mjs'

export const title = 'A hook of an agent tool'

export const columns = ['documents', 'command', 'runs', 'ms', 'cpu', 'ratio', 'more']

const call = (tool_name, tool_input) => ({ session_id: 's', tool_name, tool_input })

const INPUTS = {
  'pre-tool-use, a shell command': ['pre-tool-use', call('Bash', { command: 'npm test && git status -s' })],
  'pre-tool-use, an edit': [
    'pre-tool-use',
    call('Edit', { file_path: 'src/a.ts', old_string: 'a', new_string: 'b' }),
  ],
  'pre-tool-use, refused': ['pre-tool-use', call('Bash', { command: 'rm -rf QMS' })],
  'pre-tool-use, a search by an agent': [
    'pre-tool-use',
    call('Agent', { subagent_type: 'Explore', prompt: 'Find it.' }),
  ],
  'user-prompt-submit': ['user-prompt-submit', { session_id: 's', prompt: 'Go on.' }],
}

export const measure = async ({ documents, rounds }) => {
  const rows = []
  for (const count of documents) {
    const { folder, env } = await storeOf({ documents: count })
    const where = { cwd: folder, env }
    const subjects = { 'node -e 0': { run: () => node(BARE, where) } }
    subjects['qms --version'] = { run: () => node([program, '--version'], where) }
    for (const [name, [hook, told]] of Object.entries(INPUTS)) {
      const input = JSON.stringify({ cwd: folder, ...told })
      subjects[name] = { run: () => run(process.execPath, [program, 'hook', hook], { ...where, input }) }
    }
    const found = compare(subjects, 'node -e 0', rounds)
    rows.push(...found.map(({ name, ...row }) => ({ documents: count, command: name, ...row })))
  }
  return rows
}
