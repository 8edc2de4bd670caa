/** `qms lint`: texts of the store, copies in a workspace, and files, by the same rules. */
import { decode, textProblem } from '../../documents/text.ts'
import { BUILT_IN_TYPES, findType } from '../../documents/types.ts'
import { refuse } from '../../errors.ts'
import type { Finding } from '../../lint/lint.ts'
import type { Known, Material } from '../../lint/subject.ts'
import type { Brought } from '../form.ts'
import type { Ask, Qms, Shipped } from '../qms.ts'
import { openRecords } from '../records.ts'
import { Kept } from './kept.ts'
import { isMendable, type Judged, type LintReport, type Mended, reportOf } from './report.ts'
import { idInName, idInText, inStore, type Surroundings, withoutStore } from './surroundings.ts'
import { copiesAndTexts, type Target } from './targets.ts'

export interface LintAsk {
  /** Documents; all of them where neither documents nor files are named. */
  readonly ids: readonly string[]
  readonly files: readonly Brought[]
  /** The type of files that do not tell it. */
  readonly as?: string | undefined
  readonly fix: boolean
  /** Of this program. */
  readonly version: string
  readonly agents: ReadonlyMap<string, string>
  /** Whether a file belongs to the store, where nothing is changed by hand. */
  readonly isStored: (path: string) => boolean
  /** Writes a file that was mended. */
  readonly save: (path: string, text: string) => Promise<void>
}

/** In a store. @throws NO_DOCUMENT, BAD_ID, NO_USER, BAD_TYPE */
export const lintStore = async (qms: Qms, ask: Ask, want: LintAsk): Promise<LintReport> => {
  const records = await openRecords(qms)
  const actor = records.reader(ask.user)
  const around = await inStore(qms, records, want)
  const whole = want.ids.length + want.files.length === 0
  const targets = [
    ...(whole || want.ids.length > 0
      ? await copiesAndTexts(qms, records, actor?.name ?? null, want.ids)
      : []),
    ...want.files.map((file) => fileTarget(file, want, around)),
  ]
  const kept = await Kept.open(qms, around.key, around.known ?? new Map())
  const done = await Promise.all(targets.map((target) => judged(target, around, kept, qms.digest, ask, want)))
  await kept.close(whole)
  return report(done, ask)
}

/** Files where there is no store: the forms that come with the program, and nothing else is known. */
export const lintFiles = async (shipped: Shipped, ask: Ask, want: LintAsk): Promise<LintReport> => {
  const around = withoutStore(shipped, want)
  const targets = want.files.map((file) => fileTarget(file, want, around))
  return report(
    await Promise.all(targets.map((target) => judged(target, around, null, null, ask, want))),
    ask,
  )
}

const report = (done: readonly Done[], ask: Ask): LintReport =>
  reportOf(
    done.map((one) => one.judged),
    done.flatMap((one) => one.mended ?? []),
    { dryRun: ask.dryRun ?? false, user: ask.user },
  )

/** The type of a file: named, else told by the id in its name or in its frontmatter. */
const fileTarget = ({ bytes, from }: Brought, want: LintAsk, around: Surroundings): Target => {
  const id = idInName(from, around.types) ?? idInText(bytes, around.types)
  const type = want.as === undefined ? (id?.type.name ?? null) : typeNamed(want.as, around)
  return {
    path: from,
    id: id?.id ?? null,
    type,
    stand: want.isStored(from) ? 'store' : 'file',
    content: null,
    read: async () => bytes,
    put: want.save,
  }
}

const typeNamed = (text: string, { types }: Surroundings): string => {
  const name = text.toUpperCase()
  const all = types ?? BUILT_IN_TYPES
  if (findType(all, name)) return name
  throw refuse('BAD_TYPE', { type: text.slice(0, 40), types: all.map((t) => t.name) })
}

interface Done {
  readonly judged: Judged
  readonly mended: Mended | null
}

const judged = async (
  target: Target,
  around: Surroundings,
  kept: Kept | null,
  digest: Qms['digest'] | null,
  ask: Ask,
  want: LintAsk,
): Promise<Done> => {
  const { path, id, stand } = target
  const content = target.content ?? (digest ? digest(await target.read()) : '')
  const name = [
    content,
    id,
    target.type,
    id && around.known?.get(id)?.status,
    around.formKey(target.type ?? ''),
  ].join(' ')
  const findings =
    kept?.recall(name) ??
    (kept
      ? await kept.making(name, (known) => found(target, around, known))
      : await found(target, around, around.known))
  const before: Judged = { path, document: id, stand, findings }
  const mendable = want.fix && isMendable(target) && findings.some((f) => f.fix)
  return mendable ? mend(target, before, around, ask) : { judged: before, mended: null }
}

const found = async (
  target: Target,
  around: Surroundings,
  known: ReadonlyMap<string, Known> | null,
  bytes?: Uint8Array,
): Promise<Finding[]> => {
  const [{ lint }, { subjectOf }] = await Promise.all([
    import('../../lint/lint.ts'),
    import('../../lint/read.ts'),
  ])
  return lint(
    subjectOf(await materialOf(target, around, known, bytes ?? (await target.read()))),
    around.levels,
  )
}

const materialOf = async (
  { path, id, type }: Target,
  around: Surroundings,
  known: ReadonlyMap<string, Known> | null,
  bytes: Uint8Array,
): Promise<Material> => ({
  text: decode(bytes) ?? new TextDecoder().decode(bytes),
  problem: textProblem(bytes),
  path,
  document: id === null ? null : await around.ownerOf(id),
  type,
  form: type === null ? null : await around.form(type),
  known,
  agents: around.agents,
})

/** Writes what can be mended without deciding anything, and looks at the text again. */
const mend = async (target: Target, before: Judged, around: Surroundings, { dryRun }: Ask): Promise<Done> => {
  const { mended } = await import('../../lint/mend.ts')
  const former = decode(await target.read()) ?? ''
  const mark = former.startsWith('\ufeff') ? '\ufeff' : ''
  const { text, fixed } = mended(former.slice(mark.length), before.findings)
  const later = mark + text
  if (dryRun) {
    const { unifiedDiff } = await import('../../documents/redline.ts')
    const diff = unifiedDiff([target.path, `${target.path} mended`], former, later)
    return { judged: before, mended: { path: target.path, fixes: fixed, diff } }
  }
  await target.put(target.path, later)
  const findings = await found(target, around, around.known, new TextEncoder().encode(later))
  return { judged: { ...before, findings }, mended: { path: target.path, fixes: fixed, diff: null } }
}
