/** `status --diagram` and `tree --format`: drawings on the screen, as text for others, and in files. */
import { XMLValidator } from 'fast-xml-parser'
import { beforeAll, describe, expect, it } from 'vitest'
import { act, claude, create, drafted, executing, initialised, type Project, route } from '../support/cli.ts'

const TITLE = 'Rotate "keys" <b>&</b> `x`; %% end'

let project: Project
beforeAll(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await executing(project, qms, 'CR', { with: { title: TITLE } })
    await create(qms, claude, { type: 'VAR', title: 'Late', parent: 'CR-001', kind: 1 })
    await create(qms, claude, { type: 'VR', title: 'Seen', parent: 'CR-001' })
    await drafted(project, qms, 'SOP')
    await route(qms, claude, 'SOP-008', {})
    await act(qms, claude, 'SOP-008', { action: 'withdraw' })
  })
})

describe('qms status ID --diagram', () => {
  it('draws the main line downwards, the ways off it beside it, in 80 columns', async () => {
    const out = await project.ok('status CR-001 --diagram')
    const lines = out.split('\n')
    for (const line of lines.filter((l) => !/ qms /.test(l))) expect(line.length).toBeLessThanOrEqual(80)
    expect(lines[0]).toBe(`CR-001  ${TITLE}`)
    const states = lines.flatMap((line) => /^([▶●○]) ([A-Z_]+)/.exec(line)?.slice(1, 3).join(' ') ?? [])
    expect(states.slice(0, 7)).toEqual([
      '● DRAFT',
      '● IN_PRE_REVIEW',
      '● PRE_REVIEWED',
      '● IN_PRE_APPROVAL',
      '● PRE_APPROVED',
      '▶ IN_EXECUTION',
      '○ IN_POST_REVIEW',
    ])
    expect(states.slice(-3)).toEqual(['○ CLOSED', '○ RETIRED', '○ CANCELLED'])
    expect(out).toMatch(/\n┃ release +route review --abandon -> IN_POST_REVIEW\n/)
    expect(out).toMatch(/\n│ route review\n/)
    expect(out).toContain('● passed   ▶ now   ○ not yet\n\nNext\n')
  })

  it('says of ways off the line that were gone that they were', async () => {
    const out = await project.ok('status SOP-008 --diagram')
    expect(out).toMatch(/\n● IN_REVIEW +withdraw -> DRAFT \(passed\)\n/)
    expect(out).toMatch(/\n▶ DRAFT +discard, withdraw -> EFFECTIVE\n/)
  })

  it('is of ASCII where the terminal has nothing else, and says the same', async () => {
    const out = await project.ok('status CR-001 --diagram', { env: { LC_ALL: 'C' } })
    expect(out).toMatch(/^[\n\x20-\x7e]*$/)
    expect(out).toMatch(/\nx PRE_APPROVED .*\n\| release .*\n> IN_EXECUTION\n: route review --abandon\n/)
  })

  it('gives nodes, edges and mermaid to programs, beside all that status gives', async () => {
    const { result } = await project.json('status CR-001 --diagram')
    const plain = await project.json('status CR-001')
    const { diagram, ...rest } = result
    expect(rest).toEqual(plain.result)
    expect(diagram).toMatchObject({ machine: 'executable', start: 'DRAFT', now: 'IN_EXECUTION' })
    const standing = Object.fromEntries(diagram.nodes.map((n: never) => Object.values(n)))
    expect(standing).toMatchObject({ DRAFT: 'passed', IN_EXECUTION: 'now', CLOSED: 'open' })
    expect(diagram.edges).toContainEqual({
      from: 'PRE_APPROVED',
      to: 'IN_EXECUTION',
      actions: ['release'],
      passed: true,
      main: true,
    })
    expect(await project.ok('status CR-001 --diagram --format mermaid')).toBe(`${diagram.mermaid}\n`)
  })

  it('prints SVG, or writes it to a new file, byte for byte the same', async () => {
    const svg = await project.ok('status CR-001 --diagram --format svg')
    expect(XMLValidator.validate(svg)).toBe(true)
    expect(svg).toMatch(/<rect class="now"[^>]*\/>\n<text class="strong"[^>]*>IN_EXECUTION</)
    const out = await project.ok('status CR-001 --diagram --format svg --out CR-001.svg')
    expect(out).toBe('The states of CR-001 written to CR-001.svg\n\nNext\n  qms status CR-001\n')
    expect(project.read('CR-001.svg')).toBe(svg)
    const { result } = await project.json('status CR-001 --diagram --format svg --out CR-001.svg --force')
    expect([result.out, 'svg' in result]).toEqual(['CR-001.svg', false])
    expect((await project.json('status CR-001 --diagram --format svg')).result.svg.trimEnd()).toBe(
      svg.trimEnd(),
    )
  })

  it('draws a verification record, and a procedure that came with the program', async () => {
    const record = await project.ok('status CR-001-VR-001 --diagram')
    expect(record).toMatch(/\n▶ IN_EXECUTION +cancel -> CANCELLED\n│ close of its parent\n○ CLOSED\n/)
    const out = await project.ok('status SOP-001 --diagram')
    expect(out).toMatch(/\n○ DRAFT .*\n/)
    expect(out).toMatch(/\n▶ EFFECTIVE +checkout -> DRAFT\n +route review --retire -> IN_REVIEW\n/)
  })
})

describe('qms tree --format', () => {
  it('leaves text as it was', async () => {
    const text = await project.ok('tree CR-001')
    expect(text).toBe(
      `CR-001 1.0 IN_EXECUTION  ${TITLE}\n    CR-001-VAR-001 0.1 DRAFT  Late\n    CR-001-VR-001 1.0 IN_EXECUTION  Seen\n`,
    )
    expect(await project.ok('tree CR-001 --format text')).toBe(text)
  })

  it('draws documents and their children, whatever their titles are', async () => {
    const mermaid = await project.ok('tree CR-001 --format mermaid')
    expect(mermaid.split('\n').slice(0, 6)).toEqual([
      'flowchart LR',
      '  d1["CR-001<br/>1.0 IN_EXECUTION<br/>Rotate #34;keys#34; #60;b#62;#38;#60;#47;b#62; #96;x#96;#59; #37;#37; end"]:::open',
      '  d2["CR-001-VAR-001<br/>0.1 DRAFT<br/>Late"]:::open',
      '  d3["CR-001-VR-001<br/>1.0 IN_EXECUTION<br/>Seen"]:::open',
      '  d1 --> d2',
      '  d1 --> d3',
    ])
    const svg = await project.ok('tree --format svg')
    expect(XMLValidator.validate(svg)).toBe(true)
    for (const id of ['CR-001', 'CR-001-VAR-001', 'SOP-001', 'TEMPLATE-CR'])
      expect(svg).toContain(`>${id}</text>`)
    const { result } = await project.json('tree CR-001 --format mermaid')
    expect(Object.keys(result)).toEqual(['roots', 'mermaid'])
  })
})

describe('a drawing', () => {
  it('never takes the place of a file unless it is told to', async () => {
    project.write('taken.svg', 'mine')
    const line = 'tree --format svg --out taken.svg'
    await project.refused(line, 'ALREADY_EXISTS')
    expect(project.read('taken.svg')).toBe('mine')
    await project.ok(`${line} --force`)
    expect(project.read('taken.svg')).toMatch(/^<svg /)
    await project.refused('tree --format svg --out QMS --force', 'ALREADY_EXISTS')
    await project.refused('tree --format svg --out no/such/place.svg', 'NO_FILE')
  })

  it.each([
    ['status --diagram', 'none is named'],
    ['tree --format text --out x.txt', 'text is for the screen'],
    ['status CR-001 --diagram --format text --out x.txt', 'text is for the screen'],
    ['tree --out x.svg', '--format'],
    ['tree --format png', 'png'],
    ['status CR-001 --format svg', '--diagram'],
    ['tree --force', '--out'],
  ])('is refused where it cannot be: qms %s', async (line, why) => {
    expect(await project.refused(line, 'USAGE')).toContain(why)
    expect(project.has('x.svg') || project.has('x.txt')).toBe(false)
  })

  it('is refused of what is not there', async () => {
    await project.refused('status CR-999 --diagram', 'NO_DOCUMENT')
    await project.refused('tree CR-999 --format svg --out x.svg', 'NO_DOCUMENT')
    expect(project.has('x.svg')).toBe(false)
  })
})
