// Writes schemas/answer.json: the shape of `--json`, with the event formats taken from the program's own schemas.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answerSchema } from './answer-schema.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
writeFileSync(join(root, 'schemas', 'answer.json'), `${JSON.stringify(await answerSchema(), null, 2)}\n`)
