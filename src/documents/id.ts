/** Document ids: parse, format, parents. One expression admits them, before any path is made of one. */
import { refuse } from '../errors.ts'
import { BUILT_IN_TYPES, type DocType, findType } from './types.ts'

/** ASCII, upper case, no dots, slashes or leading dashes; at most 120 characters. */
const ID = /^(?=.{3,120}$)[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+$/
const NUMBER = /^(?:(?!000)\d{3}|[1-9]\d{3,8})$/
const NAMESPACE = /^[A-Z][A-Z0-9]{0,15}$/
const TEMPLATE_NAME = /^[A-Z][A-Z0-9]{0,15}(?:-[A-Z0-9]{1,16}){0,3}$/
const USER = /^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$/
const USER_LENGTH = 32
/** Device names of other systems, and names of our own. */
const NO_USER = /^(?:con|prn|aux|nul|com\d|lpt\d|system|qms)$/

/** What ids and names are made of, for whoever reads a store without this program. */
export const ID_FORMS = {
  id: ID.source,
  number: NUMBER.source,
  namespace: NAMESPACE.source,
  template: TEMPLATE_NAME.source,
  user: USER.source,
  userLength: USER_LENGTH,
  noUser: NO_USER.source,
} as const

export interface DocId {
  readonly id: string
  readonly type: DocType
  /** The type's name in metadata and trail paths: `CR`, or `QMS-RS` for a namespaced document. */
  readonly pathType: string
  /** Its folder below `QMS/`: the root ancestor's for a child. */
  readonly folder: string
  readonly parent: string | null
  readonly number: number | null
  readonly namespace: string | null
}

/** Reads an id, or returns null where it is none. Lower case is accepted and raised. */
export const parseId = (text: string, types: readonly DocType[] = BUILT_IN_TYPES): DocId | null => {
  const id = text.replace(/[a-z]/g, (c) => c.toUpperCase())
  if (!ID.test(id)) return null
  const parts = id.split('-')
  if (parts[0] === 'TEMPLATE') return parseNamed(id, types)
  if (parts[0] === 'SDLC') return parseNamespaced(id, parts, types)
  return parseNumbered(id, parts, types)
}

const parseNamed = (id: string, types: readonly DocType[]): DocId | null => {
  const type = findType(types, 'TEMPLATE')
  if (!type || !TEMPLATE_NAME.test(id.slice('TEMPLATE-'.length))) return null
  return { id, type, pathType: type.name, folder: 'TEMPLATE', parent: null, number: null, namespace: null }
}

const parseNamespaced = (id: string, parts: readonly string[], types: readonly DocType[]): DocId | null => {
  const [, namespace, name, ...rest] = parts
  const type = name === undefined ? undefined : findType(types, name)
  if (!namespace || rest.length > 0 || type?.numbering !== 'namespaced' || !NAMESPACE.test(namespace))
    return null
  const pathType = `${namespace}-${type.name}`
  return { id, type, pathType, folder: `SDLC-${namespace}`, parent: null, number: null, namespace }
}

const parseNumbered = (id: string, parts: readonly string[], types: readonly DocType[]): DocId | null => {
  let type: DocType | undefined
  for (let i = 0; i < parts.length; i += 2) {
    const next = findType(types, parts[i] ?? '')
    const numbering = i === 0 ? 'numbered' : 'child'
    if (next?.numbering !== numbering || !NUMBER.test(parts[i + 1] ?? '')) return null
    if (type && !next.parents.includes(type.name)) return null
    type = next
  }
  if (!type) return null
  return {
    id,
    type,
    pathType: type.name,
    folder: rootFolder(parts, types),
    parent: parts.length > 2 ? parts.slice(0, -2).join('-') : null,
    number: Number(parts.at(-1)),
    namespace: null,
  }
}

const rootFolder = (parts: readonly string[], types: readonly DocType[]): string => {
  const root = findType(types, parts[0] ?? '')
  return root && root.machine !== 'controlled' ? `${parts[0]}/${parts[0]}-${parts[1]}` : `${parts[0]}`
}

/** As `parseId`. @throws BAD_ID with nothing suggested: what exists is not known here. */
export const requireId = (text: string, types: readonly DocType[] = BUILT_IN_TYPES): DocId => {
  const id = parseId(text, types)
  if (!id) throw refuse('BAD_ID', { id: text.slice(0, 120), suggestions: [] })
  return id
}

export const formatNumber = (number: number): string => String(number).padStart(3, '0')

export const isNamespace = (text: string): boolean => NAMESPACE.test(text)
export const isTemplateName = (text: string): boolean => TEMPLATE_NAME.test(text)
/** Lower-case ASCII, at most 32 characters, no device names of other systems. */
export const isUserName = (text: string): boolean =>
  USER.test(text) && text.length <= USER_LENGTH && !NO_USER.test(text)

/** Ancestors from the parent up to the root, nearest first: `CR-001-VAR-001` has `CR-001`. */
export const ancestors = (id: DocId): string[] => {
  const parts = id.id.split('-')
  const up: string[] = []
  if (!id.parent) return up
  for (let n = parts.length - 2; n >= 2; n -= 2) up.push(parts.slice(0, n).join('-'))
  return up
}
