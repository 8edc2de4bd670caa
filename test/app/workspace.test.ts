/** Copies: handed out, fetched again, never overwritten, kept on refusal. Source: store design, "One transaction", 6. */
import { existsSync, readdirSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  checkin,
  checkout,
  claude,
  create,
  discard,
  drafted,
  initialised,
  lead,
  type Project,
  setConfiguration,
  status,
  workspace,
} from '../support/cli.ts'

let project: Project
const COPY = '.qms/workspace/claude/CR-001.md'

beforeEach(async () => {
  project = await initialised()
  await project.use((qms) => drafted(project, qms, 'CR'))
})

const draft = (): string => project.git('show', 'main:QMS/CR/CR-001/CR-001-draft.md')

describe('a workspace copy', () => {
  it('is gone once it is checked in, since its bytes are committed', () => {
    expect(existsSync(project.path(COPY))).toBe(false)
    expect(draft()).toContain('as agreed')
  })

  it('that was lost is given to its holder again, without an event', async () => {
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    const [tip, text] = [project.tip(), project.read(COPY)]
    unlinkSync(project.path(COPY))
    const again = await project.use((qms) => checkout(qms, claude, 'CR-001'))
    expect(again).toMatchObject({ events: [], commit: null })
    expect(project.read(COPY)).toBe(text)
    expect(project.tip()).toBe(tip)
  })

  it('that is being worked on is not overwritten by fetching it again', async () => {
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    project.edit('claude', 'CR-001', () => 'my work\n')
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    expect(project.read(COPY)).toBe('my work\n')
  })

  it('of bytes that nobody committed is not overwritten by a checkout', async () => {
    project.write(COPY, 'notes\n')
    const before = project.everything()
    await project.denied('COPY_CHANGED', (qms) => checkout(qms, claude, 'CR-001'))
    expect(project.everything()).toEqual(before)
  })

  it('planted before a create is put aside, not lost', async () => {
    project.write('.qms/workspace/claude/CR-002.md', 'notes\n')
    await project.use((qms) => create(qms, claude, { type: 'CR', title: 'Second' }))
    const aside = readdirSync(project.path('.qms/discarded/claude'))
    expect(aside.map((name) => project.read(`.qms/discarded/claude/${name}`))).toEqual(['notes\n'])
    expect(project.read('.qms/workspace/claude/CR-002.md')).toContain('Second')
  })

  it('with changes is put aside by --discard, and the document is as it was', async () => {
    const text = draft()
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    project.edit('claude', 'CR-001', () => 'a bad idea\n')
    const { copy } = await project.use((qms) => discard(qms, claude, 'CR-001'))
    expect(project.read(copy ?? '')).toBe('a bad idea\n')
    expect(existsSync(project.path(COPY))).toBe(false)
    expect(draft()).toBe(text)
    const { document } = await project.use((qms) => status(qms, {}, 'CR-001'))
    expect(document).toMatchObject({ status: 'DRAFT', version: '0.1', checked_out: false })
  })

  it('H42. of another text than the one that is checked out is refused with base, theirs and yours, and kept', async () => {
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    const old = project.read(COPY)
    const base = project.read('.qms/workspace/claude/.base/CR-001')
    project.edit('claude', 'CR-001', (text) => text.replace('as agreed', 'second'))
    await project.use((qms) => checkin(qms, claude, 'CR-001'))
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    project.write(COPY, `${old}an afterthought\n`)
    project.write('.qms/workspace/claude/.base/CR-001', base)
    const before = project.everything()
    const error = await project.denied('STALE_COPY', (qms) => checkin(qms, claude, 'CR-001'))
    const { base: from, diff } = error.facts as { base: string; diff: string }
    expect(from).toBe(base.trim())
    expect(diff).toMatch(/^--- base\n\+\+\+ theirs\n[\s\S]*\n\+.*second/)
    expect(diff).toMatch(/\n--- base\n\+\+\+ yours\n[\s\S]*\n\+an afterthought/)
    expect(diff.slice(diff.indexOf('+++ yours'))).not.toContain('second')
    const screen = await project.run('checkin CR-001 -u claude')
    expect({ code: screen.code, out: screen.out }).toEqual({ code: 5, out: '' })
    expect(screen.err).toMatch(/\n {4}\+\+\+ theirs\n[\s\S]*\n {4}\+\+\+ yours\n/)
    expect(project.everything()).toEqual(before)
  })

  it('that is a link is neither read nor followed', async () => {
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    project.write('secret.txt', 'secret\n')
    unlinkSync(project.path(COPY))
    symlinkSync(project.path('secret.txt'), project.path(COPY))
    const tip = project.tip()
    await project.denied('LINK_IN_STORE', (qms) => checkin(qms, claude, 'CR-001'))
    await project.denied('LINK_IN_STORE', (qms) => checkout(qms, claude, 'CR-001'))
    expect(project.tip()).toBe(tip)
    expect(project.read('secret.txt')).toBe('secret\n')
  })

  it('in a workspace folder that is a link to elsewhere is refused', async () => {
    const outside = await initialised()
    rmSync(project.path('.qms/workspace'), { recursive: true })
    symlinkSync(outside.root, project.path('.qms/workspace'))
    await project.denied('LINK_IN_STORE', (qms) => checkout(qms, claude, 'CR-001'))
    expect(outside.has('claude')).toBe(false)
  })

  it.each([
    [
      'frontmatter in JavaScript',
      '---js\n{ title: require("fs").writeFileSync("ran", "") }\n---\n',
      'only YAML',
    ],
    ['YAML that cannot be read', '---\ntitle: [\n---\n', 'frontmatter'],
    ['no UTF-8', new Uint8Array([0x2d, 0xff, 0xfe]), 'UTF-8'],
    ['a NUL byte', 'a\0b', 'NUL'],
    ['merge conflict markers', '<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n', 'conflict'],
    ['two titles', "---\ntitle: 'a'\ntitle: 'b'\n---\n", 'frontmatter'],
  ])('with %s is refused, named, never run, and kept', async (_, bytes, says) => {
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    project.write(COPY, bytes)
    const before = project.everything()
    const error = await project.denied('TEXT_UNREADABLE', (qms) => checkin(qms, claude, 'CR-001'))
    expect(error.facts).toMatchObject({ file: COPY, problem: expect.stringContaining(says) })
    expect(project.everything()).toEqual(before)
    expect(project.has('ran') || existsSync('ran')).toBe(false)
  })

  it('that is too large is refused before it is read', async () => {
    await project.use(async (qms) => {
      await setConfiguration(qms, lead, 'documentLimit', '1024')
      await checkout(qms, claude, 'CR-001')
    })
    project.write(COPY, 'x'.repeat(1025))
    await project.denied('TEXT_TOO_LARGE', (qms) => checkin(qms, claude, 'CR-001'))
    expect(project.read(COPY)).toHaveLength(1025)
  })

  it('keeps every byte: CRLF, a missing last line feed, a byte order mark, unknown keys', async () => {
    const text = "\ufeff---\r\ntitle: 'About CR'\r\nanything: 1.10 # kept\r\n---\r\n\r\nText\r\n\r\nend"
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    project.write(COPY, text)
    await project.use((qms) => checkin(qms, claude, 'CR-001'))
    expect(project.read('QMS/CR/CR-001/CR-001-draft.md')).toBe(text)
    expect(await project.ok('read CR-001')).toBe(text)
  })

  it('that was not changed ends the checkout and nothing else', async () => {
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    const { document } = await project.use((qms) => checkin(qms, claude, 'CR-001'))
    expect(document).toMatchObject({ version: '0.1', checked_out: false })
    expect(project.trail('CR/CR-001').at(-1)).toMatchObject({ event: 'CHECKIN', changed: false })
  })

  it('is listed with how it stands: unchanged, changed, missing, not checked out', async () => {
    const state = async () =>
      (await project.use((qms) => workspace(qms, claude))).map((c) => `${c.document} ${c.state}`)
    project.write('.qms/workspace/claude/SOP-001.md', 'stray\n')
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    expect(await state()).toEqual(['CR-001 unchanged', 'SOP-001 not checked out'])
    project.edit('claude', 'CR-001', (text) => `${text}\n`)
    expect(await state()).toEqual(['CR-001 changed', 'SOP-001 not checked out'])
    unlinkSync(project.path(COPY))
    expect(await state()).toEqual(['CR-001 missing', 'SOP-001 not checked out'])
  })
})
