/** Documents and tasks as resources: each is the answer of a command, so that a text is always a value in an object. */
import type { Resource, ResourceTemplateType } from '@modelcontextprotocol/server'

/** The command that answers, with what it is given. */
export interface Question {
  readonly tool: string
  readonly given: Readonly<Record<string, string>>
}

const MIME = 'application/json'
const TASKS = 'qms://tasks'
const DOCUMENTS = 'qms://documents/'

export const documentUri = (id: string): string => `${DOCUMENTS}${encodeURIComponent(id)}`

/** What a resource is read by; null where there is none of that address. */
export const questionOf = (uri: string): Question | null => {
  if (uri === TASKS) return { tool: 'qms_inbox', given: {} }
  const [, id = '', version] = /^qms:\/\/documents\/([^/?#]+)(?:\/versions\/([^/?#]+))?$/.exec(uri) ?? []
  if (id === '') return null
  try {
    const given = { id: decodeURIComponent(id) }
    return {
      tool: 'qms_read',
      given: version === undefined ? given : { ...given, version: decodeURIComponent(version) },
    }
  } catch {
    return null // no text is encoded like that
  }
}

export const TEMPLATES: readonly ResourceTemplateType[] = [
  {
    name: 'document',
    title: 'A document',
    uriTemplate: `${DOCUMENTS}{id}`,
    description: 'the text in force, else the draft, with its status, version and digest',
    mimeType: MIME,
  },
  {
    name: 'version',
    title: 'A version of a document',
    uriTemplate: `${DOCUMENTS}{id}/versions/{version}`,
    description: 'the text of this version, such as 1.0',
    mimeType: MIME,
  },
]

interface Listed {
  readonly doc_id: string
  readonly title: string
  readonly status: string
  readonly version: string
}

/** In the order of their addresses. */
export const resourcesOf = (documents: readonly Listed[]): Resource[] =>
  [
    { uri: TASKS, name: 'tasks', title: 'What is asked of you', mimeType: MIME },
    ...documents.map((m) => ({
      uri: documentUri(m.doc_id),
      name: m.doc_id,
      title: m.title,
      description: `${m.status}, version ${m.version}`,
      mimeType: MIME,
    })),
  ].sort((a, b) => (a.uri < b.uri ? -1 : 1))

export const contentOf = (uri: string, text: string) => ({ uri, mimeType: MIME, text })
