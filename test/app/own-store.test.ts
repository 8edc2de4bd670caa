/** This project's own controlled documents, in its own store: they must load, and hold the texts that their trails name. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { history, read } from '../../src/app/read.ts'
import { list } from '../../src/app/survey.ts'
import { type Opened, openQms } from '../../src/compose.ts'

const root = join(import.meta.dirname, '../..')
const inClone = existsSync(join(root, '.git'))
if (!inClone) console.log('own store: skipped, this is not a clone of the project')

describe.skipIf(!inClone)("this project's own store", () => {
  let opened: Opened
  beforeAll(async () => {
    opened = await openQms(root)
  })
  afterAll(() => opened.close())

  it('holds the seven procedures, in force', async () => {
    const procedures = await list(opened.qms, { type: 'SOP', status: 'EFFECTIVE' })
    expect(procedures.map((m) => m.doc_id).slice(0, 7)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((n) => `SOP-00${n}`),
    )
  })

  it('has for every document an unbroken trail and the text that it names', async () => {
    for (const { doc_id: id, status, version, events } of await list(opened.qms, {})) {
      const trail = await history(opened.qms, {}, id)
      expect(trail.events.length).toBe(events)
      expect(['INSTALL', 'CREATE']).toContain(trail.events[0]?.event)
      if (status === 'EFFECTIVE')
        expect(await read(opened.qms, {}, id, {})).toMatchObject({ version, place: 'effective' })
    }
  })
})
