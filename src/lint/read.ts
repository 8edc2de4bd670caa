/** Reads a text as the subject of rules. Apart, because to load the parser takes longer than most commands. */
import type { Nodes, Root } from 'mdast'
import { type Frontmatter, FrontmatterError, readFrontmatter } from '../documents/frontmatter.ts'
import { treeOf } from '../documents/markdown.ts'
import { withoutMark } from '../documents/text.ts'
import { ownForm } from './form.ts'
import { headingsOf, type Section } from './headings.ts'
import type { Kind, Material, Of, Subject } from './subject.ts'

/**
 * @param tree of the same text, where it has been parsed already; not for a template, whose form has a frontmatter of
 * its own, which Markdown would read as a heading
 */
export const subjectOf = (material: Material, tree?: Root): Subject => {
  const text = withoutMark(material.text)
  const problem = material.problem ?? null
  const root = problem
    ? NOTHING
    : (tree ?? treeOf(material.type === 'TEMPLATE' ? withoutFormHead(text) : text))
  let sorted: ReadonlyMap<Kind, readonly Nodes[]> | null = null
  return {
    ...material,
    text,
    hasMark: text.length < material.text.length,
    tree: root,
    frontmatter: problem ? null : frontmatterOf(text),
    problem,
    all: <K extends Kind>(kind: K) => {
      sorted ??= byKind(root)
      return (sorted.get(kind) ?? []) as readonly Of<K>[]
    },
    sections: () => below(root),
    formSections: () => (material.form === null ? [] : sectionsOfForm(material.form)),
  }
}

const NOTHING: Root = { type: 'root', children: [] }

const below = (tree: Root): Section[] => headingsOf(tree).filter(({ depth }) => depth > 1)

const forms = new Map<string, readonly Section[]>()

/** There are few forms and many texts: each form is parsed once. */
const sectionsOfForm = (form: string): readonly Section[] => {
  const kept = forms.get(form)
  if (kept) return kept
  const sections = below(treeOf(form))
  forms.set(form, sections)
  return sections
}

const byKind = (root: Root): ReadonlyMap<Kind, readonly Nodes[]> => {
  const kinds = new Map<Kind, Nodes[]>()
  const visit = (node: Nodes): void => {
    const same = kinds.get(node.type)
    if (same) same.push(node)
    else kinds.set(node.type, [node])
    if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(root)
  return kinds
}

const frontmatterOf = (text: string): Frontmatter | null => {
  try {
    return readFrontmatter(text)
  } catch (error) {
    if (error instanceof FrontmatterError) return null
    throw error
  }
}

/** The text with the frontmatter of its form blanked, every offset kept. */
const withoutFormHead = (text: string): string => {
  const head = ownForm(text)
  if (!head) return text
  return (
    text.slice(0, head.start) + text.slice(head.start, head.end).replace(/[^\n]/g, ' ') + text.slice(head.end)
  )
}
