/** An investigation, the change that answers it, and what hangs below the change. Source: SOP-003, SOP-004. */
import { expect, it } from 'vitest'
import {
  act,
  agreed,
  answered,
  approved,
  checkin,
  closed,
  executed,
  executing,
  initialised,
  interviewed,
  type Project,
  Transcript,
} from '../support/cli.ts'

/** Takes a document that was just created to execution. */
const started = (project: Project, id: string) =>
  project.use(async (qms) => {
    project.edit('claude', id, answered)
    await checkin(qms, { user: 'claude' }, id)
    await approved(qms, id)
    await act(qms, { user: 'claude' }, id, { action: 'release' })
  })

const finished = (project: Project, id: string) => project.use((qms) => closed(project, qms, id))

it('children hold their parent back until they are done, and a verification closes with it', async () => {
  const project = await initialised()
  await project.use((qms) => executing(project, qms, 'INV'))
  const t = new Transcript(project)
  t.note('INV-001 is in execution')
  await t.$('qms create CR --source INV-001 --title "Verify the digest before release" -u claude')
  await started(project, 'CR-001')
  t.note('CR-001 was approved and released')
  await t.$('qms route INV-001 --review -u claude', 1)
  await t.$('qms create TP --parent CR-001 --title "Digest checks" -u claude')
  await t.$('qms create ER --parent CR-001-TP-001 --title "Wrong clock" -u claude')
  await t.$('qms create VAR --parent CR-001 --kind 1 --title "Old records are rejected" -u claude')
  await t.$('qms create VAR --parent CR-001 --kind 2 --title "Documentation follows later" -u claude')
  await t.$('qms create VR --parent CR-001 --title "A changed file is refused" -u claude')
  await t.$('qms create ADD --parent CR-001 --title "Too early" -u claude', 1)
  await t.$('qms create VAR --parent SOP-001 --title "Not here" -u claude', 2)
  await project.use((qms) => executed(project, qms, 'CR-001'))
  t.note('the record of CR-001 is complete, its children are not')
  await t.$('qms tree INV-001')
  await t.$('qms route CR-001 --review -u claude', 1)
  await t.$('qms next CR-001 route-review -u claude')

  t.note('TP, ER and the first VAR are carried out and closed; the second VAR is approved')
  await started(project, 'CR-001-TP-001')
  await t.$('qms checkout CR-001-TP-001 -u claude')
  await t.$('qms checkin CR-001-TP-001 --discard -u claude')
  await started(project, 'CR-001-TP-001-ER-001')
  await finished(project, 'CR-001-TP-001-ER-001')
  await finished(project, 'CR-001-TP-001')
  await started(project, 'CR-001-VAR-001')
  await finished(project, 'CR-001-VAR-001')
  await started(project, 'CR-001-VAR-002')
  await t.$('qms route CR-001 --review -u claude', 1)
  await interviewed(project, 'CR-001-VR-001')
  t.note('every prompt of the VR was answered')
  await t.$('qms checkin CR-001-VR-001 -u claude')
  await t.$('qms route CR-001-VR-001 --review -u claude', 1)
  await t.$('qms route CR-001 --review -u claude')
  await project.use((qms) => agreed(qms, 'CR-001'))
  await t.$('qms route CR-001 --approval -u claude')
  await project.use((qms) => agreed(qms, 'CR-001'))
  await t.$('qms close CR-001 -u claude')
  expect(project.git('log', '-1', '--name-only', '--format=%s').split('\n')).toEqual(
    expect.arrayContaining([
      'CR-001: close, POST_APPROVED -> CLOSED (claude)',
      'QMS/.audit/CR/CR-001.jsonl',
      'QMS/.audit/VR/CR-001-VR-001.jsonl',
    ]),
  )
  await t.$('qms status CR-001-VR-001')
  await t.$('qms create VAR --parent CR-001 --title "Too late" -u claude', 1)
  await t.$('qms create ADD --parent CR-001 --title "Missing index" -u claude')
  await project.use((qms) => executed(project, qms, 'INV-001'))
  await t.$('qms route INV-001 --review -u claude')
  await t.$('qms tree')
  await expect(t.toString()).toMatchFileSnapshot('transcripts/family.txt')
}, 180_000)
