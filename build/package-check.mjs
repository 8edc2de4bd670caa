// Packs the package, installs the archive as a user would, and uses it in a new repository: what is shipped must be
// complete without this source tree, and must not hold more than it needs.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const place = mkdtempSync(join(tmpdir(), 'qms-package-'))
const at = (...parts) => join(place, ...parts)
const env = { ...process.env, HOME: at('home'), GIT_CONFIG_NOSYSTEM: '1', NO_COLOR: '1' }
for (const name of [
  'NODE_EXTRA_CA_CERTS',
  'QMS_USER',
  'XDG_STATE_HOME',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'FORCE_COLOR',
])
  delete env[name]
for (const folder of ['home', 'packed', 'prefix', 'repository']) mkdirSync(at(folder))
writeFileSync(at('home', '.gitconfig'), '[user]\n\tname = Package\n\temail = package@example.invalid\n')

const problems = []
const check = (what, holds, found = '') => {
  console.log(`${holds ? 'ok     ' : 'FAILED '} ${what}${holds || !found ? '' : `: ${found}`}`)
  if (!holds) problems.push(what)
}

/** npm with the caller's own home and certificates: its settings say where packages come from. */
const npm = (...args) =>
  execFileSync('npm', args, {
    cwd: root,
    env: process.env,
    timeout: 300_000,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })

const pack = () => {
  const [packed] = JSON.parse(npm('pack', '--json', '--silent', '--pack-destination', at('packed')))
  return { file: at('packed', readdirSync(at('packed'))[0]), paths: packed.files.map((f) => f.path), packed }
}

const MUST = [
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'bin/qms.cjs',
  'package.json',
  'dist/qms.cjs',
  'dist/licences.txt',
  'templates/sops/SOP-001.md',
  'templates/sops/SOP-007.md',
  'templates/documents/TEMPLATE-CR.md',
  'templates/agents/qa.md',
  'templates/prompts/review.md',
  'schemas/rules.json',
  'verifier/verify.py',
]
const MAY =
  /^(?:bin|dist|templates|schemas|verifier|docs)\/|^(?:LICENSE|README\.md|CHANGELOG\.md|package\.json)$/
const MUST_NOT = /(?:^|\/)(?:src|test|bench|demo|node_modules|\.[^/]+)(?:\/|$)|\.tsx?$|\.test\./

const checkList = ({ paths, packed }) => {
  const stray = paths.filter((path) => !MAY.test(path) || MUST_NOT.test(path))
  check(`${paths.length} files, ${Math.round(packed.unpackedSize / 1024)} KiB unpacked`, true)
  check('nothing is packed that is not needed', stray.length === 0, stray.join(', '))
  for (const path of MUST) check(`has ${path}`, paths.includes(path))
}

const qms = (...args) => {
  const program = process.platform === 'win32' ? at('prefix', 'qms.cmd') : at('prefix', 'bin', 'qms')
  const ran = spawnSync(program, args, { cwd: at('repository'), env, encoding: 'utf8' })
  return { code: ran.status, text: `${ran.stdout ?? ''}${ran.stderr ?? ''}${ran.error ?? ''}` }
}

const checkUse = () => {
  const expects = (words, pattern) => {
    const { code, text } = qms(...words)
    check(
      `qms ${words.join(' ')}`,
      code === 0 && pattern.test(text),
      `exit code ${code}: ${text.slice(0, 400)}`,
    )
  }
  expects(['--version'], /qms\/\d+\.\d+\.\d+/)
  expects(['help'], /Review and approve/)
  expects(['init', '--git'], /SOP-001.*SOP-007/)
  expects(['template', 'list'], /CR[\s\S]*VAR/)
  expects(['read', 'SOP-007'], /# SOP-007: Agent Orchestration/)
  expects(['create', 'CR', '--title', 'Try the package', '-u', 'claude'], /CR-001 created/)
  expects(['read', 'CR-001', '--draft'], /# CR-001: Try the package/)
  expects(['status', '--json'], /"ok": true/)
}

try {
  const packed = pack()
  checkList(packed)
  npm(
    'install',
    '--global',
    '--prefix',
    at('prefix'),
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--fetch-retries=1',
    '--silent',
    packed.file,
  )
  checkUse()
} catch (error) {
  check('pack and install', false, error.message)
} finally {
  rmSync(place, { recursive: true, force: true })
}
process.exitCode = problems.length > 0 ? 1 : 0
