/** A change record from its first draft to CLOSED, as its owner and two reviewers see it. Source: SOP-002, SOP-004. */
import { expect, it } from 'vitest'
import { answered, initialised, Transcript } from '../support/cli.ts'

it('a change record is planned, reviewed twice, executed and closed', async () => {
  const project = await initialised()
  const t = new Transcript(project)
  await t.$('qms user add tu_api --group reviewer --kind agent -u lead')
  await t.$('qms create CR --title "Limit login attempts" -u claude')
  await t.$('qms route CR-001 --review -u claude', 1)
  t.note('claude fills every blank but one, and checks in')
  project.edit('claude', 'CR-001', (text) => {
    const blank = /\{\{PURPOSE[^}]*\}\}/.exec(text)?.[0] ?? ''
    return answered(text).replace('as agreed', blank)
  })
  await t.$('qms checkin CR-001 -u claude')
  await t.$('qms route CR-001 --review --assign tu_api -u claude', 1)
  await t.$('qms checkout CR-001 -u claude')
  project.edit('claude', 'CR-001', answered)
  await t.$('qms checkin CR-001 -u claude')
  await t.$('qms route CR-001 --review --assign tu_api -u claude')

  t.note('two reviewers work from their inboxes')
  await t.$('qms inbox -u qa')
  await t.$('qms review CR-001 --recommend --comment "Complete and consistent." -u qa')
  await t.$('qms comments CR-001 -u tu_api')
  await t.$('qms inbox -u tu_api')
  await t.$('qms review CR-001 --request-updates --comment "Section 8 names no acceptance limit." -u tu_api')
  await t.$('qms comments CR-001 -u claude')
  await t.$('qms route CR-001 --approval -u claude', 1)

  t.note('the owner answers the request')
  await t.$('qms checkout CR-001 -u claude')
  project.edit('claude', 'CR-001', (text) =>
    text.replace(
      '## 8. Testing Summary\n\n- as agreed',
      '## 8. Testing Summary\n\n- six attempts in a minute are refused',
    ),
  )
  await t.$('qms checkin CR-001 -u claude')
  await t.$('qms diff CR-001 -u claude')
  await t.$('qms route CR-001 -u claude')
  await t.$('qms inbox -u tu_api')
  await t.$('qms review CR-001 --recommend --comment "Now it can be tested." -u tu_api')
  await t.$('qms inbox -u qa')
  await t.$('qms review CR-001 --recommend --comment "Unchanged otherwise." -u qa')
  await t.$('qms next -u claude')
  await t.$('qms route CR-001 -u claude')
  await t.$('qms approve CR-001 -u tu_api')
  await t.$('qms approve CR-001 -u qa')
  await t.$('qms status CR-001 -u claude')
  await t.$('qms release CR-001 -u claude')

  t.note('execution: what was done is recorded item by item')
  await t.$('qms ei list CR-001 -u claude')
  await t.$('qms ei start CR-001 EI-1 -u claude')
  await t.$('qms ei pass CR-001 EI-1 --summary "Limit added; the seventh attempt gives 429" -u claude')
  await t.$('qms route CR-001 --review -u claude', 1)
  await t.$('qms ei fail CR-001 EI-2 --summary "The limit is not told to the user" -u claude', 1)
  await t.$('qms ei pass CR-001 EI-2 --summary "Tests are green" -u claude')
  await t.$('qms ei pass CR-001 EI-2 --summary "Tests are green on Node 20 and 22" -u claude', 1)
  await t.$(
    'qms ei pass CR-001 EI-2 --summary "Tests are green on Node 20 and 22" --reason "Node 22 was missing" -u claude',
  )
  await t.$('qms ei pass CR-001 EI-9 --summary "No such item" -u claude', 3)

  t.note('claude tries to change the approved plan in the copy')
  await t.$('qms checkout CR-001 -u claude')
  project.edit('claude', 'CR-001', (text) => text.replace('six attempts', 'sixty attempts'))
  await t.$('qms checkin CR-001 -u claude', 1)
  await t.$('qms checkin CR-001 --discard -u claude')
  await t.$('qms note CR-001 --text "Work was done on one day" -u claude')
  await t.$('qms summarise CR-001 --text "The limit is in force." -u claude')
  await t.$('qms ei list CR-001 -u claude')
  await t.$('qms route CR-001 -u claude')
  await t.$('qms inbox -u qa')
  await t.$('qms review CR-001 --recommend --comment "Evidence examined." -u qa')
  await t.$('qms inbox -u tu_api')
  await t.$('qms review CR-001 --recommend --comment "Tests repeated." -u tu_api')
  await t.$('qms route CR-001 -u claude')
  await t.$('qms approve CR-001 -u qa')
  await t.$('qms inbox -u tu_api')
  await t.$('qms approve CR-001 -u tu_api')
  await t.$('qms close CR-001 -u claude')
  await t.$('qms checkout CR-001 -u claude', 1)
  await t.$('qms history CR-001')
  await t.$('qms status')
  await expect(t.toString()).toMatchFileSnapshot('transcripts/change-record.txt')
  expect(project.git('status', '--porcelain')).toBe('')
}, 180_000)
