/** The records as a package: complete, the same each time, harmless to whoever opens it, and of use without a repository. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digest } from '../../src/compose.ts'
import {
  checkin,
  checkout,
  claude,
  create,
  drafted,
  effective,
  executing,
  folder,
  inbox,
  initialised,
  lead,
  Project,
  route,
  setPolicy,
  verdict,
} from '../support/cli.ts'
import { csvRows, liveParts, tagsOf, wordsOf } from '../support/html.ts'
import { adopt, hasSample, sampleProject } from '../support/peer.ts'

const HOSTILE = `<script>alert(1)</script>
<img src="https://evil.example/x.png" onerror="alert(1)">
[click](javascript:alert(1)) ![remote](https://evil.example/y.png)
<!-- unseen by a rendered view -->
</pre></details><iframe src="//evil.example"></iframe> \u202eright to left\u202c \u200bzero \u0007bell
=HYPERLINK("https://evil.example")
`

/** Rules of the linter that stand in the way of it. */
const LET_THROUGH = ['active-html', 'hidden-characters', 'link-targets']

/** A store with a life behind it, and with words that would do harm where they were taken for more than words. */
const lived = async (): Promise<Project> => {
  const project = await initialised()
  await project.use(async (qms) => {
    // Else no such text would come as far as a package.
    await setPolicy(
      qms,
      lead,
      'lint',
      JSON.stringify(Object.fromEntries(LET_THROUGH.map((rule) => [rule, 'off']))),
    )
    const title = '=cmd|\' /C calc\'!A0, "quoted" <b>bold</b>'
    await effective(project, qms, 'SOP', { with: { title } })
    await checkout(qms, claude, 'SOP-008')
    project.edit('claude', 'SOP-008', (text) => `${text}\n${HOSTILE}`)
    await checkin(qms, claude, 'SOP-008')
    await route(qms, claude, 'SOP-008', {})
    await inbox(qms, { user: 'qa' })
    const comment = `-1+1 is a formula. ${HOSTILE}`
    await verdict(
      qms,
      { user: 'qa' },
      'SOP-008',
      { action: 'review', outcome: 'UPDATES_REQUIRED', comment },
      undefined,
    )
    await drafted(project, qms, 'CR')
  })
  return project
}

/** The same, made once, for tests that leave it as it is. */
let kept: Promise<Project> | undefined
const living = (): Promise<Project> => {
  kept ??= lived()
  return kept
}

const out = (name: string): string => join(folder('exports'), name)

const exported = async (project: Project, name = 'p', ...more: string[]): Promise<string> => {
  const path = out(name)
  await project.ok(['audit', 'export', '--out', path, ...more])
  return path
}

const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(root, path)).isFile())
    .sort()

const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8')

const pagesOf = (root: string): string[] => filesBelow(root).filter((path) => path.endsWith('.html'))

/** Every link of every page leads to a file of the package. */
const expectLinks = (root: string): number => {
  let links = 0
  for (const path of pagesOf(root))
    for (const { attributes } of tagsOf(read(root, path)))
      if (attributes.href !== undefined) {
        const target = join(root, dirname(path), decodeURIComponent(attributes.href))
        expect({ path, href: attributes.href, there: existsSync(target) }).toMatchObject({ there: true })
        links += 1
      }
  return links
}

describe('an exported package', () => {
  it('holds the store byte for byte, is checked by sha256sum, and tells each document', async () => {
    const project = await living()
    const root = await exported(project)
    execFileSync('sha256sum', ['--strict', '--quiet', '-c', 'SHA256SUMS'], { cwd: root })
    const sums = read(root, 'SHA256SUMS')
      .trim()
      .split('\n')
      .map((line) => line.slice(66))
    expect(sums.sort()).toEqual(filesBelow(root).filter((path) => path !== 'SHA256SUMS'))
    const tracked = project
      .git('ls-tree', '-r', '--name-only', 'main', 'QMS', 'qms.config.json', '.gitattributes')
      .split('\n')
    for (const path of tracked)
      expect([path, read(root, `store/${path}`)]).toEqual([path, project.read(path)])
    expect(filesBelow(join(root, 'store'))).toEqual(tracked.sort())
    const ids = tracked
      .filter((path) => /\.audit\/(?!_)/.test(path))
      .map((path) => path.replace(/.*\/|\.jsonl/g, ''))
    expect(pagesOf(root)).toEqual([...ids.map((id) => `documents/${id}.html`), 'index.html'].sort())
  })

  // Verifies: REQ-QMS-303
  it('opens without a network: well formed, nothing live, every link leads to a file of it', async () => {
    const root = await exported(await living())
    for (const path of pagesOf(root)) expect([path, liveParts(read(root, path))]).toEqual([path, []])
    expect(expectLinks(root)).toBeGreaterThan(60)
  })

  it('shows what hostile words are, and nothing that they would do', async () => {
    const root = await exported(await living())
    const html = read(root, 'documents/SOP-008.html')
    const seen = wordsOf(html)
    for (const words of [
      '<script>alert(1)</script>',
      '[click](javascript:alert(1))',
      '<!-- unseen by a rendered view -->',
    ])
      expect(seen).toContain(words)
    expect(seen).toContain('\\u202eright to left\\u202c \\u200bzero \\u0007bell')
    expect(html).not.toMatch(/[\u202a-\u202e\u200b\u0007]/)
    expect(read(root, 'records.json')).not.toMatch(/[\u202a-\u202e\u200b\u0007]/)
    expect(read(root, 'events.csv')).not.toMatch(/[\u202a-\u202e\u200b\u0007]/)
  })

  it('shows who did what and when, what was said, and what changed between two texts', async () => {
    const root = await exported(await living())
    const html = read(root, 'documents/SOP-008.html')
    for (const event of ['CREATE', 'CHECKIN', 'ROUTE_REVIEW', 'REVIEW', 'APPROVE', 'EFFECTIVE'])
      expect(html).toContain(`<td>${event}</td>`)
    expect(html).toMatch(/<td>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC<\/td><td>qa<\/td>/)
    expect(html).toMatch(/<summary>1\.0 to 1\.1: 1 place<\/summary>/)
    expect(html).toMatch(/<ins>[^<]*&lt;script&gt;alert\(1\)/)
    expect(wordsOf(html)).toContain('-1+1 is a formula.')
    expect(wordsOf(read(root, 'index.html'))).toContain('qms 0.1.0')
  })

  it('draws the states of each document, and the documents that belong together', async () => {
    const root = await exported(await living())
    const html = read(root, 'documents/SOP-008.html')
    expect(html.match(/<svg /g)).toHaveLength(1)
    expect(html).toMatch(/<rect class="now"[^>]*\/>\n<text class="strong"[^>]*>REVIEWED</)
    expect(wordsOf(html)).toContain('It is REVIEWED. It passed DRAFT, IN_REVIEW, IN_APPROVAL, EFFECTIVE.')
    expect(read(root, 'index.html')).not.toContain('<svg ')
    const family = await initialised()
    await family.use(async (qms) => {
      await executing(family, qms, 'CR')
      await create(qms, claude, { type: 'VR', title: HOSTILE.split('\n')[0] as string, parent: 'CR-001' })
    })
    const index = read(await exported(family, 'family'), 'index.html')
    expect(wordsOf(index)).toContain('CR-001, 2 documents')
    expect(wordsOf(index)).toContain('CR-001-VR-001 is IN_EXECUTION, version 1.0.')
    expect(index.match(/<svg /g)).toHaveLength(1)
    expect(liveParts(index)).toEqual([])
  })

  // Verifies: REQ-QMS-303
  it('has tables that add up, of which no cell is a formula', async () => {
    const project = await living()
    const root = await exported(project)
    const [head = [], ...events] = csvRows(read(root, 'events.csv'))
    const lines = filesBelow(join(root, 'store'))
      .filter((path) => path.endsWith('.jsonl'))
      .flatMap((path) => read(root, `store/${path}`).trim().split('\n'))
    expect(events.length).toBe(lines.length)
    expect(events.length).toBe(JSON.parse(read(root, 'manifest.json')).events)
    const documents = csvRows(read(root, 'documents.csv'))
    expect(documents.length - 1).toBe(JSON.parse(read(root, 'manifest.json')).documents)
    for (const row of [...events, ...documents]) {
      expect(row.length).toBe(events.includes(row) ? head.length : documents[0]?.length)
      for (const cell of row) expect(cell).not.toMatch(/^\s*[=+\-@]/)
    }
    expect(documents.flat()).toContain(`'=cmd|' /C calc'!A0, "quoted" <b>bold</b>`)
    expect(events.flat().some((cell) => cell.startsWith("'-1+1 is a formula."))).toBe(true)
  })

  it('has all of it as data: each document with its trail as it is', async () => {
    const project = await living()
    const root = await exported(project)
    const data = JSON.parse(read(root, 'records.json'))
    expect(data.tip).toBe(project.tip())
    const sop = data.documents.find((d: { metadata: { doc_id: string } }) => d.metadata.doc_id === 'SOP-008')
    expect(sop.events).toEqual(project.trail('SOP/SOP-008'))
    expect(sop.texts.map((t: { version: string }) => t.version)).toEqual(['0.1', '1.0', '1.1'])
    for (const { path, digest: expected } of sop.texts)
      expect(digest(readFileSync(join(root, 'store', path)))).toBe(expected)
    expect(data.actors.map((a: { name: string }) => a.name)).toEqual(['lead', 'claude', 'qa'])
  })
})

// Verifies: REQ-QMS-301
describe('one commit is one package', () => {
  it('whoever exports it, wherever, whenever, as a folder or as a tar', async () => {
    const project = await living()
    const one = await exported(project, 'one.tar')
    const clone = join(folder('clone'), 'elsewhere')
    execFileSync('git', ['clone', '-q', project.root, clone])
    const other = await exported(new Project(clone), 'other.tar')
    expect(digest(readFileSync(one))).toBe(digest(readFileSync(other)))
    const root = await exported(project)
    const unpacked = folder('unpacked')
    execFileSync('tar', ['-xf', one, '-C', unpacked])
    expect(read(join(unpacked, 'qms-package'), 'SHA256SUMS')).toBe(read(root, 'SHA256SUMS'))
    execFileSync('sha256sum', ['--strict', '--quiet', '-c', 'SHA256SUMS'], {
      cwd: join(unpacked, 'qms-package'),
    })
  })

  it('unless the time is to be noted: then it is in the manifest and on the first page', async () => {
    const project = await initialised()
    const at = '2031-05-06T07:08:09.000Z'
    const [plain, noted] = [
      await exported(project, 'p'),
      await exported(project, 'p', '--at', '2031-05-06T07:08:09Z'),
    ]
    const differing = filesBelow(noted).filter((path) => read(noted, path) !== read(plain, path))
    expect(differing).toEqual(['SHA256SUMS', 'index.html', 'manifest.json'])
    expect(JSON.parse(read(noted, 'manifest.json')).exported).toBe(at)
    expect(wordsOf(read(noted, 'index.html'))).toContain('2031-05-06 07:08:09 UTC')
    await project.refused(['audit', 'export', '--out', out('x'), '--at', 'yesterday'], 'BAD_VALUE')
  })
})

describe('an export that cannot be made', () => {
  it('is refused over what is there, and leaves nothing beside it', async () => {
    const project = await initialised()
    const tar = await exported(project, 'p.tar')
    await project.refused(['audit', 'export', '--out', tar], 'ALREADY_EXISTS')
    await project.ok(['audit', 'export', '--out', tar, '--force'])
    await project.refused(['audit', 'export', '--out', project.root, '--force'], 'ALREADY_EXISTS')
    await project.refused(['audit', 'export', '--out', join(dirname(tar), 'no', 'such')], 'NO_FILE')
    expect(readdirSync(dirname(tar))).toEqual(['p.tar'])
  })

  it('of a damaged document tells what is wrong with it, and everything else', async () => {
    const project = await lived()
    const path = 'QMS/.audit/CR/CR-001.jsonl'
    project.write(path, project.read(path).replace('About CR', 'About it'))
    const text = 'QMS/SOP/SOP-008.md'
    project.write(text, `${project.read(text)}more\n`)
    project.git('commit', '-qam', 'by hand')
    const root = out('p')
    expect((await project.json(['audit', 'export', '--out', root])).ok).toBe(true)
    expect(wordsOf(read(root, 'documents/CR-001.html'))).toContain('the chain is broken, line 2')
    expect(read(root, `store/${path}`)).toBe(project.read(path))
    const sop = wordsOf(read(root, 'documents/SOP-008.html'))
    expect(sop).toContain('the text is not the one that the trail names')
    expect(JSON.parse(read(root, 'manifest.json'))).toMatchObject({ unreadable: 1, verdict: 'damaged' })
    const [, ...findings] = csvRows(read(root, 'findings.csv'))
    const found = findings.map(([code, severity, document]) => [code, severity, document])
    expect(found).toContainEqual(['CHAIN_BROKEN', 'error', 'CR-001'])
    expect(found).toContainEqual(['TEXT_CHANGED_BY_HAND', 'error', 'SOP-008'])
    expect(wordsOf(read(root, 'index.html'))).toContain('CHAIN_BROKEN')
    expect(expectLinks(root)).toBeGreaterThan(60)
  })

  it('of a store with a link in it holds no link', async () => {
    const project = await initialised()
    execFileSync('ln', ['-s', '/etc/hostname', project.path('QMS/SOP/link.md')])
    project.git('add', '-A', '.')
    project.git('commit', '-qm', 'a link')
    const root = await exported(project)
    expect(existsSync(join(root, 'store/QMS/SOP/link.md'))).toBe(false)
  })
})

describe.skipIf(!hasSample)('the sample store', () => {
  it('is exported whole, former lines included', async () => {
    const project = sampleProject()
    await adopt(project)
    const root = await exported(project)
    expect(JSON.parse(read(root, 'manifest.json'))).toMatchObject({ documents: 67, unreadable: 0 })
    for (const path of pagesOf(root)) expect([path, liveParts(read(root, path))]).toEqual([path, []])
    expect(expectLinks(root)).toBeGreaterThan(300)
    expect(read(root, 'documents/SOP-001.html')).toContain('before the adoption')
    execFileSync('sha256sum', ['--strict', '--quiet', '-c', 'SHA256SUMS'], { cwd: root })
  })
})
