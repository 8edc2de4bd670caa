/** A bug leaves its trace in a file, not on the screen. */
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Refusal } from '../present.ts'

/** The same refusal; that of a bug also says where its trace is. Values of flags are not written: they are the user's. */
export const traced = (refusal: Refusal, error: Error, command: string): Refusal => {
  if (refusal.code !== 'INTERNAL') return refusal
  const file = join(tmpdir(), `qms-trace-${Date.now()}-${process.pid}.txt`)
  const versions = `node ${process.version}, ${process.platform} ${process.arch}`
  try {
    writeFileSync(file, `qms ${command}\n${versions}\n\n${error.stack ?? error}\n`, {
      flag: 'wx',
      mode: 0o600,
    })
  } catch {
    return refusal // a full disk may be what went wrong in the first place
  }
  return {
    ...refusal,
    found: `trace written to ${file}`,
    next: ['qms --version --json', ...refusal.next],
    details: { trace: file },
  }
}
