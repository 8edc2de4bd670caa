/** What findings depend on besides the text: forms, other documents, agents, and what the project made of the rules. */
import { readFrontmatter } from '../../documents/frontmatter.ts'
import { parseId } from '../../documents/id.ts'
import type { Metadata } from '../../documents/placement.ts'
import { readForm } from '../../documents/template.ts'
import { decode, textProblem } from '../../documents/text.ts'
import type { DocType, Status } from '../../documents/types.ts'
import type { Levels } from '../../lint/lint.ts'
import { RULES } from '../../lint/rules.ts'
import type { Known, Owner } from '../../lint/subject.ts'
import { CONFIG_FILE } from '../../store/layout.ts'
import { parseConfiguration } from '../configuration.ts'
import { listing } from '../listing.ts'
import type { Qms, Shipped } from '../qms.ts'
import type { Records } from '../records.ts'

export interface Surroundings {
  readonly types: readonly DocType[] | undefined
  readonly levels: Levels
  readonly known: ReadonlyMap<string, Known> | null
  readonly agents: ReadonlyMap<string, string>
  /** The form of a type, blanks untouched; null where there is none that can be read. */
  form(type: string): Promise<string | null>
  /** What the form depends on, without reading it. */
  formKey(type: string): string
  ownerOf(id: string): Promise<Owner>
  /** Digest of what every text depends on. */
  readonly key: string
}

interface Around {
  /** Of this program: other rules may find other things. */
  readonly version: string
  readonly agents: ReadonlyMap<string, string>
}

/** In a store. Forms are those in force there. */
export const inStore = async (qms: Qms, records: Records, around: Around): Promise<Surroundings> => {
  const all = await listing(qms, records)
  const byId = new Map(all.map((m) => [m.doc_id, m]))
  const forms = new Map<string, Promise<string | null>>()
  const adopting = await wasAdopted(records)
  const { lint: levels } = records.system.policy
  return {
    types: records.system.types,
    levels,
    known: new Map(all.map((m) => [m.doc_id, { status: m.status as Status, title: m.title }])),
    agents: around.agents,
    form: (type) => kept(forms, type, async () => formIn(await records.template(type))),
    formKey: (type) => templateKey(byId.get(`TEMPLATE-${type}`)),
    ownerOf: async (id) => ({
      id,
      status: (byId.get(id)?.status as Status | undefined) ?? null,
      adopted: adopting && byId.has(id) && (await records.load(id)).d.adopted !== null,
    }),
    key: keyOf(qms.digest, around, levels),
  }
}

/** Without a store: the forms that come with the program, and nothing known of documents. */
export const withoutStore = (shipped: Shipped, around: Around): Surroundings => {
  const forms = new Map<string, Promise<string | null>>()
  return {
    types: undefined,
    levels: {},
    known: null,
    agents: around.agents,
    form: (type) => kept(forms, type, () => shippedForm(shipped, type)),
    formKey: () => '',
    ownerOf: async (id) => ({ id, status: null, adopted: false }),
    key: '',
  }
}

const shippedForm = async (shipped: Shipped, type: string): Promise<string | null> => {
  const files = await shipped.files('documents')
  return formIn(files.find(({ name }) => name === `TEMPLATE-${type}.md`)?.bytes ?? null)
}

const formIn = (template: Uint8Array | null): string | null => {
  const text = template && decode(template)
  return text ? readForm(text) : null
}

const kept = <T>(all: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> => {
  const value = all.get(name) ?? make()
  all.set(name, value)
  return value
}

/** A form changes when its template does, or is put in force or out of it. */
const templateKey = (m: Metadata | undefined): string =>
  m ? [m.content, m.status, m.effective_version].join(' ') : ''

/** Nothing needs to be asked of each document where the store was never another program's. */
const wasAdopted = async (records: Records): Promise<boolean> =>
  'adopted' in parseConfiguration(await records.snapshot.read(CONFIG_FILE)).raw

const keyOf = (digest: Qms['digest'], { version, agents }: Around, levels: Levels): string => {
  const rules = RULES.map(({ name, severity, summary }) => [name, severity, summary])
  return digest(new TextEncoder().encode(JSON.stringify([version, rules, levels, [...agents]])))
}

/** `QMS/CR/CR-001/CR-001-draft.md`, `CR-001-v0.1.md` and `CR-001.md` are of `CR-001`. */
export const idInName = (path: string, types: readonly DocType[] | undefined) => {
  const name = /([^/\\]+?)(?:-draft|-v\d+\.\d+)?\.md$/i.exec(path)?.[1] ?? ''
  return /^[A-Z]/.test(name) ? parseId(name, types) : null
}

/** The id that a frontmatter names; programs that keep their state in the text write `doc_id`. */
export const idInText = (bytes: Uint8Array, types: readonly DocType[] | undefined) => {
  if (textProblem(bytes)) return null
  const { fields } = readFrontmatter(decode(bytes) ?? '')
  const named = fields.get('doc_id') ?? fields.get('id')
  return typeof named === 'string' ? parseId(named, types) : null
}
