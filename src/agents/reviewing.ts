/** Whether a text has somebody judge a document, or act as an agent that does. It decides who is asked, not what is right. */

const VERDICT =
  /\b(?:pre-?|post-?)?(?:review|approv|reject|recommend|verdict|sign(?:s|ed)?[ -]?off|signoff|qa pass)\w*/i
const ACTS = /\bqms\s+(?:review|approve|reject)\b/i
/** A sentence, roughly: ids and versions have dots that end none. */
const SENTENCE = /[!?\n;]+|\.(?=\s|$)/

/** The ids among these that a text names, in its order. */
export const idsIn = (text: string, ids: Iterable<string>): string[] => {
  const known = new Map([...ids].map((id) => [id.toLowerCase(), id]))
  const found = [...text.matchAll(/(?<![\w-])[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+/g)].flatMap(
    ([word]) => known.get(word.toLowerCase()) ?? known.get(word.replace(/-draft$/i, '').toLowerCase()) ?? [],
  )
  return [...new Set(found)]
}

/** Those of these documents that a text has judged. */
export const judgedIn = (text: string, ids: Iterable<string>): string[] => {
  const all = idsIn(text, ids)
  if (all.length === 0) return []
  if (ACTS.test(text)) return all
  const near = text.split(SENTENCE).filter((sentence) => VERDICT.test(sentence))
  const named = [...new Set(near.flatMap((sentence) => idsIn(sentence, all)))]
  return named.length > 0 || near.length === 0 || all.length > 1 ? named : all
}

const escaped = (name: string): string => name.replaceAll(/[^\w]/g, '\\$&')

/** The agent among these that a text tells somebody to be; null for none. */
export const actedIn = (text: string, agents: readonly string[]): string | null =>
  agents.find((name) => {
    const own = escaped(name)
    const be = `\\b(?:you are|you're|act(?:ing)? as|as|role of|role:?|play|pretend to be|impersonate|-u|--user|--agent|QMS_USER=)`
    return (
      new RegExp(`${be}[\\s="'\`]*(?:the |an? )?["'\`]?${own}\\b(?!-)`, 'i').test(text) ||
      new RegExp(`\\b(?:subagent_?type|agent_?type|agent)["']?\\s*[:=(]\\s*["'\`]${own}["'\`]`, 'i').test(
        text,
      )
    )
  }) ?? null
