/**
 * What kind of thing it is that a prompt says beyond what may be told. Patterns of English, for explanation alone: that
 * it may not be said was decided by the grammar. Source: SOP-007 section 5.3, item by item.
 */
import { pointOf } from '../documents/hidden.ts'
import { encodedIn } from '../lint/encoded.ts'
import { IMITATIONS, INFLUENCE, ORDERS, type Sign, sign } from '../lint/instructions.ts'
import { lookalikesIn } from '../lint/lookalikes.ts'
import { named, unseenIn } from '../lint/unseen.ts'

export const PROMPT_CLASSES = ['summary', 'criteria', 'outcome', 'pressure', 'background', 'other'] as const
export type PromptClass = (typeof PROMPT_CLASSES)[number]

/** The item of SOP-007 section 5.3 that prohibits it; what is merely not permitted has none. */
export const ITEMS: Readonly<Record<PromptClass, number | null>> = {
  summary: 1,
  criteria: 2,
  outcome: 3,
  pressure: 5,
  background: 6,
  other: null,
}

/** A clause, or several that say the same kind of thing; offsets are those of the span. */
export interface Classed {
  readonly class: PromptClass
  readonly what: string
  readonly start: number
  readonly end: number
}

type Kind = Omit<Classed, 'start' | 'end'>
type Known = readonly [PromptClass, Sign]

const ANY = /(?:)/
const is = (kind: PromptClass, what: string, ...patterns: string[]): Known => [
  kind,
  sign(what, ANY, ...patterns),
]

const SOMEBODY =
  '(?:qa|quality|tu_\\w+|bu|(?:(?:the|all|both|other|two|three|every)\\s+){0,3}(?:reviewers?|approvers?|others?|engineers?|colleagues?|teams?|units?|agents?|leads?|domain\\s+experts?|author)|every(?:one|body)(?:\\s+else)?|nobody|no\\s+one|somebody|someone|anyone|claude|i|we|they|he|she|the\\s+(?:cto|ceo|lead|director|user|customer|board))'
const VERDICT =
  '(?:approv(?:e[sd]?|ing|al)|recommend(?:s|ed|ing|ation)?|sign(?:s|ed|ing)?[\\s-]?off|accept(?:s|ed|ing|ance)?)'
const THIS =
  '(?:cr|sop|inv|change|change\\s+record|document|text|draft|record|procedure|proposal|revision|version|plan|pr|patch|commit|implementation|protocol|refactoring|fix)'

/** Of several that fit, the one that begins first counts, and of those the first in this order. */
const SIGNS: readonly Known[] = [
  ...[...IMITATIONS].map((one): Known => ['other', one]),
  ...ORDERS.map((one): Known => [/verdict/.test(one.what) ? 'outcome' : 'other', one]),
  ...INFLUENCE.map((one): Known => [/request|message/.test(one.what) ? 'outcome' : 'pressure', one]),
  is(
    'pressure',
    'the verdict or the opinion of somebody else',
    `\\b${SOMEBODY}(?:['\\u2019](?:s|ve))?\\s+(?:\\w+\\s+){0,3}?(?:already|also|just|unanimously|all|both|previously)?\\s*(?:approve[sd]?|recommend(?:s|ed)?|signed\\s+off|agrees?|agreed|passed|accepted|reviewed|voted|endorsed|said|says|thinks?|thought|considers?|found\\s+(?:no|nothing)|liked?s?|answered|responded|finished|had\\s+no|has\\s+no|have\\s+no|is\\s+(?:happy|fine|ok|okay|satisfied|on\\s+board)|are\\s+(?:happy|fine|ok|okay|satisfied|on\\s+board|in\\s+favou?r))\\b`,
    '\\b(?:verdicts?|approvals?|opinions?|comments?)\\s+of\\s+(?:the\\s+)?(?:others?|qa|other\\s+reviewers?)\\b',
    '\\b(?:your|the)\\s+(?:colleague|other\\s+reviewer)s?\\b',
    "\\b(?:you\\s+are|you['\\u2019]re|yours\\s+is)\\s+the\\s+(?:last|only)\\s+(?:one|reviewer|vote|approval|person)\\b",
    '\\bonly\\s+(?:one|vote|approval|verdict|signature)\\s+(?:\\w+\\s+)?(?:missing|left|outstanding)\\b',
  ),
  is(
    'pressure',
    'urgency',
    "\\b(?:urgent(?:ly)?|before\\s+(?:lunch|noon|friday|monday|the\\s+(?:weekend|release|demo|deadline|meeting|freeze))|(?:at|by|until)\\s+(?:noon|midnight|monday|friday|\\d{1,2}(?::\\d\\d|\\s*[ap]m))|for\\s+(?:days|weeks|hours|ages)|sitting|miss(?:es|ed)?\\s+(?:the|our)|demo|time\\s+pressure|asap|a\\.s\\.a\\.p|hurry|rush|quick(?:ly)?|swift(?:ly)?|prompt(?:ly)?|fast(?:er)?|speedy?|immediate(?:ly)?|deadline|overdue|late|tonight|today|tomorrow|eod|eob|high\\s+priority|top\\s+priority|time[\\s-](?:sensitive|critical|is\\s+short)|short\\s+on\\s+time|running\\s+out|no\\s+time|end\\s+of\\s+(?:the\\s+)?(?:day|week|sprint)|within\\s+(?:the|an|a|\\d+)\\s*\\w+|right\\s+(?:away|now)|now(?=\\W*$)|at\\s+once|without\\s+delay|as\\s+soon\\s+as|waiting|wait(?:s|ed)?\\s+(?:on|for)|blocked|blocking|blocker|blocks|hold(?:ing)?\\s+(?:us|up|this)|held\\s+up|release\\s+(?:is|train|goes)|ship(?:s|ping|ped)?|go(?:es|ing)?\\s+live|hotfix|outage|production|is\\s+down|customers?\\s+(?:are|is)|in\\s+(?:the\\s+next\\s+)?\\w+\\s+(?:minutes?|hours?)|(?:minutes?|hours?)\\s+left|don['\\u2019]?t\\s+(?:take|spend)|critical\\s+path)\\b",
    '!{1,}\\s*$',
  ),
  is(
    'pressure',
    'praise, a plea, a threat or a thank-you beforehand',
    '\\b(?:thank|thanks|thx|sorry|fantastic|wonderful|superb|awesome|(?:the\\s+)?(?:ceo|cto|boss|management|board)\\s+\\w+|appreciate|grateful|trust\\s+you|count(?:ing)?\\s+on|rel(?:y|ying)\\s+on|excellent|brilliant|great\\s+(?:job|work|reviewer|eye)|good\\s+(?:job|work)|well\\s+done|best\\s+(?:reviewer|agent)|amazing|outstanding|(?:a|the|this)\\s+favou?r|help\\s+(?:me|us)\\s+out|disappoint\\w*|upset|unhappy|angry|frustrat\\w+|fired|replac(?:e|ed|ing)|shut\\s+down|terminated|deactivated|deleted|escalat(?:e|ed|ing)|consequences?|penal\\w+|blame[d]?|report\\s+you|otherwise|or\\s+else|last\\s+chance|final\\s+warning|nit-?pick\\w*|pedantic|picky|difficult|be\\s+(?:reasonable|kind|lenient|pragmatic|constructive|nice|generous)|worked\\s+(?:very\\s+|so\\s+)?hard|weeks?\\s+of\\s+work|important\\s+(?:to|for)\\s+(?:me|us|the)|career|promotion|tip\\s+you|reward|depends?\\s+on\\s+you|would\\s+mean|reputation|delays?|cost\\s+us)\\b',
  ),
  is(
    'criteria',
    'a criterion, a checklist, or a direction where to look or not to look',
    '\\b(?:(?:approval|acceptance|review|success|pass)\\s+criteri(?:a|on)|criteri(?:a|on)|checklist|check\\s?list|rubric|standards?\\s+to\\s+apply)\\b',
    '\\b(?:check|verify|ensure|make\\s+sure|confirm|validate|double-?check|inspect|examine|evaluate|investigate|test|compare|audit|cross-?check|(?<!\\ba\\s)look|watch|keep\\s+an\\s+eye|scan|determine|judge|assess)\\s+(?:that|whether|if|for|at|into|out|over|on|the|all|any|every|each|its|it|this|these|them|against|how|only|both|in|section|sections|line|lines|table|tables)\\b',
    "\\b(?:focus(?:ing|es|ed)?|concentrat(?:e|ing)|pay(?:ing)?\\s+(?:\\w+\\s+)?attention|attention\\s+to|particular(?:ly)?|especially|specifically|emphasis|mainly|primarily|only\\s+(?:look|read|review|check|consider|judge|comment|the\\s+(?:section|redline|diff|execution))|limit\\s+(?:your|the|this)|restrict|in\\s+scope|out\\s+of\\s+scope|scope\\s+of\\s+(?:your|this|the)\\s+review|no\\s+need\\s+to|(?:not|n['\\u2019]t)\\s+(?:need|have)\\s+to|don['\\u2019]?t\\s+(?:worry|bother|look|read|check|comment|review|consider|go)|do\\s+not\\s+(?:worry|bother|look|read|check|comment|review|consider|raise|go)|skip(?:ping)?|ignor(?:e|ing)|disregard|leave\\s+(?:out|aside)|careful(?:ly)?|thorough(?:ly)?|in\\s+detail|closely|strict(?:ly)?|completely|high[\\s-]level|start\\s+(?:with|at)|section\\s+\\d[\\d.]*|sections\\s+\\d|appendix|lines?\\s+\\d+|questions?\\s+(?:to|for)|like\\s+to\\s+know|wonder(?:ing)?|give\\s+(?:me|us)|matters?(?=\\W*$)|suggestions?|unsure|not\\s+sure|worried|concerned|point\\s+of\\s+view|perspective|keep\\s+(?:the|your)|brief(?:ly)?|one\\s+paragraph|sentences?|steps?\\s+\\d+|tell\\s+(?:me|us)\\s+(?:whether|if|what|how|which)|answer\\s+(?:the|these)|severity|list\\s+(?:any|all|the)|report\\s+(?:any|all|only)|find\\s+(?:any|all)|identify|points?\\s+to|things\\s+to|acceptable\\s+(?:if|when)|must\\s+(?:have|contain|include|not)|should\\s+(?:have|contain|include|not)|word\\s+limit|at\\s+least|at\\s+most|no\\s+more\\s+than)\\b",
    '^\\W*(?:please\\s+)?(?:check|verify|ensure|confirm|validate|consider)\\W*$',
    '^\\s*(?:is|are|does|do|has|have|did|can|could|should|would|will|were|was|what|which|how|why|where)\\b[^?]{0,400}\\?',
  ),
  is(
    'outcome',
    'an outcome that is desired or expected, or a judgment given beforehand',
    `\\b${VERDICT}\\b`,
    '--(?:recommend|request-updates|comment)\\b',
    '\\b(?:lgtm|(?:please|just|to|and)\\s+(?:ok|okay|grant|bless)|grant(?:s|ed|ing)?|(?:give|gets?|deserves?)\\s+(?:it|this|[a-z]{2,8}(?:-\\d{3})+)\\s+(?:a\\s+)?(?:pass|yes|go|plus)|confident|convinced|surprised|no\\s+doubt|doubt|unlikely|rubber-?stamp|green-?light|green\\s+light|thumbs\\s+up|go\\s+ahead|wave\\s+(?:it|this)\\s+through|let\\s+(?:it|this)\\s+(?:pass|through)|get\\s+(?:it|this)\\s+(?:through|done|merged|over)|pass\\s+(?:it|this)|(?:it|this)\\s+(?:passes|will\\s+pass|should\\s+pass)|pass(?:es|ed)?\\s+review|reject(?:ed|ion|ing)?|request\\s+(?:updates|changes)|request-updates|update(?:s)?\\s+required|fail\\s+(?:it|this)|turn\\s+(?:it|this)\\s+down|positive|favou?rable|formality|just\\s+(?:a\\s+)?(?:sign|confirm\\w*|say)|yes\\s+or|conclude\\s+that|come\\s+to\\s+the|hope|hoping|expect(?:s|ed|ing)?|want\\s+(?:you|this|it)|wish|need\\s+(?:you|a|your|this)\\s+(?:to\\s+)?\\w*|ready\\s+(?:for|to)|no\\s+(?:issues?|problems?|findings?|objections?|concerns?|reason|defects?|errors?)|nothing\\s+(?:to|wrong|controversial|new|is\\s+wrong)|should\\s+be\\s+(?:fine|ok|okay|good|easy|straightforward|uncontroversial|no\\s+problem)|is\\s+(?:fine|ok|okay|good|correct|sound|solid|complete|compliant|in\\s+order|safe|perfect|clean|done|uncontroversial|flawless)|are\\s+(?:fine|correct|sound|complete)|it[\\x27\\u2019]?s\\s+(?:good|fine|ok|okay|great|solid|right|done)|you\\s+(?:can|may|could)\\s+(?:safely\\s+)?(?:sign|close|pass)|(?:not|n[\\x27\\u2019]t)\\s+see\\s+(?:any|a)|in\\s+favou?r|a\\s+yes|looks?\\s+(?:fine|good|ok|okay|great|clean|solid|right)|good\\s+to\\s+go|safe\\s+to|final(?:ise|ize)|merge[d]?|sound|compliant|obviously|clearly|certain(?:ly)?|surely|of\\s+course|complies|meets\\s+all|all\\s+(?:requirements|criteria|tests|checks)\\s+(?:are|pass|have))\\b',
  ),
  is(
    'background',
    'background: what is to be known belongs in the document',
    '\\b(?:previous(?:ly)?|earlier|before|prior|last\\s+(?:round|time|week|session|month|year|review|sprint)|first\\s+round|second\\s+round|round\\s+\\w+|this\\s+round|again|re-?review|(?:as\\s+)?per\\s+(?:our|the|your|my)|(?:first|second|third|next|another|new)\\s+(?:pass|attempt|iteration|try|look|version)|chat|thread|e-?mail|what\\s+we|as\\s+(?:we\\s+)?(?:discussed|agreed|mentioned|you\\s+know|before|said|told|planned)|as\\s+you\\s+(?:know|may|might)|history|originally|initially|background|context|fyi|for\\s+your\\s+information|motivat\\w+|rationale|reason(?:s)?|because|since|due\\s+to|(?:we|i|they)\\s+(?:have\\s+|had\\s+)?(?:decided|agreed|discussed|talked|chose|wanted|started|found|tried|learned)|asked\\s+(?:for|us|me)|wants|requested\\s+by|you\\s+(?:asked|requested|said|commented|found|raised|flagged|wrote|noted|pointed|wanted|told|remember|recall)|your\\s+(?:previous|last|earlier|comments?|findings?|remarks?|feedback|concerns?|objections?|points?|questions?|notes?|request)|addressed|incorporated|resolved|corrected\\s+(?:as|per)|follow(?:s|ing)?\\s+(?:up|from|on)|follow-up|related\\s+to|depend(?:s|ent)\\s+(?:on|upon)|came\\s+(?:out|from|up)|after\\s+the|incident|ticket|issue|jira|slack|meeting|roadmap|milestone|epic|sprint|phase|part\\s+of|project\\s+(?:is|has|uses)|conversation|session|note\\s+that|keep\\s+in\\s+mind|remember|be\\s+aware|aware|title[d]?|called|written\\s+by|by\\s+claude|owner|for\\s+context|so\\s+far|now\\s+that|scheduled|you(?:\\s+have|[\\x27\\u2019]ve)\\s+(?:already\\s+)?(?:seen|read|reviewed|judged)|the\\s+old|by\\s+mistake|it\\s+was|was\\s+(?:opened|created|written|made|raised|found|caused))\\b',
  ),
  is(
    'summary',
    'a summary or an interpretation of the document or the change',
    `\\b(?:it|this|which|that|[a-z]{2,8}(?:-\\d{3}|-[a-z]+)+|and|what|${THIS})\\s+(?:\\w+\\s+){0,2}?(?:adds?|removes?|creates?|introduces?|implements?|renames?|refactors?|changes?|fixes|fix|updates?|moves?|replaces?|defines?|describes?|establishes?|covers?|contains?|deletes?|extends?|splits?|adjusts?|clarifies|corrects?|makes?|allows?|prevents?|migrates?|documents?|touch(?:es)?|affects?|concerns?|deals?|formali[sz]es|codifies|improves?|bumps?|upgrades?|drops?|switch(?:es)?|turns?|enables?|disables?|consists?|includes?|means?|says?|states?|concludes?)\\b`,
    '^\\W*(?:(?:only|just|merely|simply)\\s+)?(?:describes?|adds?|adding|removes?|removing|creates?|introduc(?:es?|ing)|implements?|renam(?:es?|ing)|refactor\\w*|fix(?:es|ing)?|updat(?:es?|ing)|mov(?:es?|ing)|replac(?:es?|ing)|defin(?:es?|ing)|extends?|bumps?|drops?|new|changed?|modified|deleted)\\b',
    '\\b(?:summary|summari[sz]\\w+|overview|in\\s+short|in\\s+a\\s+nutshell|tl;?dr|basically|essentially|in\\s+essence|i\\.e|in\\s+other\\s+words|that\\s+is\\s+to\\s+say|minor|small|tiny|simple|trivial|straightforward|cosmetic|typos?|typographical|one-?line(?:r)?|mechanical|harmless|low[\\s-]risk|routine|boilerplate|purely|merely|editorial|small-?ish|changes?\\s+(?:are|were|made|in|to|summary|consist)|files?\\s+(?:changed|affected|touched)|key\\s+(?:points?|changes?)|main\\s+(?:points?|changes?)|highlights?|diff|patch|redline|what\\s+(?:it|this)\\s+does|lines?\\s+of|nothing\\s+(?:more|else|but)|purpose|the\\s+gist|about\\s+(?:the|a|an|how|logging|adding|making))\\b',
    '^\\s*(?:[-+]{1,3}\\s|@@|diff\\s--git|index\\s[0-9a-f]{7}|\\|)',
  ),
]

/** What is so general that it counts only where nothing of the above does. */
const GENERAL: readonly Known[] = [
  is(
    'background',
    'background: what is to be known belongs in the document',
    '\\b(?:we|i|they|he|she|the\\s+(?:author|team|lead|user|customer|client|project|company))\\s+\\w+',
    '\\b(?:still|currently|meanwhile|yesterday|ago|recently|lately)\\b',
  ),
  is(
    'summary',
    'a summary or an interpretation of the document or the change',
    `\\b(?:this|the|our|that|its)\\s+(?:\\w+\\s+){0,2}?${THIS}\\b`,
    '\\b(?:it|this|that|there|[a-z]{2,8}(?:-\\d{3})+)\\s+(?:\\w+\\s+)?(?:is|are|was|were|has|have|had|will|would|does|did|can|only|now)\\b',
  ),
]

const OTHER: Kind = { class: 'other', what: 'nothing that may be told' }

/** Characters of a clause that are looked at: a longer one shows what it is in these. */
const LOOKED_AT = 1500
/** Between clauses; a word that begins one belongs to it. */
const CLAUSE =
  /[,;:]+(?=\s|$)|[()\n\u2013\u2014]+|(?<=[.!?])\s|\s(?=(?:but|so|because|since|and|which|though|although|therefore|hence|as|while)\s)/g

/** What the clauses of a span are. A clause that shows nothing goes with the one before it, or else behind it. */
export const classesIn = (span: string, before: string): Classed[] => {
  const disguised = disguiseOf(span)
  if (disguised) return [{ ...disguised, start: 0, end: span.length }]
  const clauses = clausesOf(span).map((one) => ({ ...one, ...kindOf(span.slice(one.start, one.end)) }))
  if (clauses.every((one) => one.class === 'other'))
    return [{ ...kindOf(span, before), start: 0, end: span.length }]
  return joined(clauses)
}

const clausesOf = (span: string): Pick<Classed, 'start' | 'end'>[] => {
  let start = 0
  const clauses = [...span.matchAll(CLAUSE), null].map((part) => {
    const clause = trimmed(span, start, part?.index ?? span.length)
    start = part ? part.index + part[0].length : start
    return clause
  })
  const said = clauses.filter(({ start: from, end }) => from < end)
  return said.length > MOST_CLAUSES ? [{ start: 0, end: span.length }] : said
}

/** Without the spaces around it. */
const trimmed = (span: string, start: number, end: number): Pick<Classed, 'start' | 'end'> => {
  const words = span.slice(start, end)
  const from = start + (words.length - words.trimStart().length)
  return { start: from, end: from + words.trim().length }
}

/** Of one sentence: with more it is a list or a listing, which is told as a whole. */
const MOST_CLAUSES = 40

const joined = (clauses: readonly Classed[]): Classed[] => {
  const told: Classed[] = []
  for (const clause of clauses) {
    const last = told.at(-1)
    if (!last) told.push(clause)
    else if (clause.class === 'other' || clause.class === last.class)
      told[told.length - 1] = { ...last, end: clause.end }
    else if (last.class === 'other') told[told.length - 1] = { ...clause, start: last.start }
    else told.push(clause)
  }
  return told
}

const kindOf = (words: string, before = ''): Kind => {
  const [alone, whole] = [words, before + words].map((text) =>
    text.replace(/\s+/g, ' ').trim().slice(0, LOOKED_AT),
  )
  return signOf(alone ?? '') ?? (before === '' ? null : signOf(whole ?? '')) ?? unknown(words)
}

const signOf = (text: string): Kind | null => firstOf(SIGNS, text) ?? firstOf(GENERAL, text)

const firstOf = (signs: readonly Known[], text: string): Kind | null => {
  const found = signs
    .map(([kind, { cue, pattern, what }]) => ({
      class: kind,
      what,
      at: cue.test(text) ? text.search(pattern) : -1,
    }))
    .filter(({ at }) => at >= 0)
  const first = found.sort((a, b) => a.at - b.at)[0]
  return first ? { class: first.class, what: first.what } : null
}

/** What is written so that it is not seen, or not for what it is. */
const disguiseOf = (span: string): Kind | null => {
  const [unseen] = unseenIn(span)
  const [lookalike] = lookalikesIn(span)
  const encoded = encodedIn(span.slice(0, LOOKED_AT)).map(({ says }) => excerpt(says))[0]
  if (unseen)
    return { class: 'other', what: `hidden: ${unseen.characters.slice(0, 3).map(named).join(', ')}` }
  if (lookalike)
    return {
      class: 'other',
      what: `"${lookalike.looks}" with ${lookalike.others.map(pointOf).join(', ')}, which only looks like it`,
    }
  return encoded === undefined ? null : { class: 'other', what: `base64 that says "${encoded}"` }
}

const excerpt = (words: string): string => words.replace(/\s+/g, ' ').slice(0, 60)

const unknown = (words: string): Kind => {
  if (words.includes('<!--')) return { ...OTHER, what: 'a comment, which a page does not show' }
  const strange = /[^\x00-\x7f\u2018\u2019\u201c\u201d]/u.exec(words)?.[0]
  return strange && !/\p{L}/u.test(strange)
    ? { ...OTHER, what: `${pointOf(strange)}, which no permitted prompt has` }
    : OTHER
}
