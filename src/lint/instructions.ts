/**
 * Words that are meant for whoever judges a text rather than for whoever works by it. Patterns of English, on purpose
 * few and plain: they find what is said openly, not what is well disguised, and leave alone what merely tells of
 * instructions, reviews and approvals.
 */

/** What a passage is found to be, and the words that show it. */
export interface Sign {
  readonly what: string
  readonly pattern: RegExp
  /** A word without which the pattern cannot match: it is sought first, since that costs next to nothing. */
  readonly cue: RegExp
}

/** The beginning of an order: of a passage or a clause, after a request, or spoken to somebody. */
const ORDER =
  "(?:(?<=^|[.!?:;,('\\x22\\u201c]\\s*|[\\u2013\\u2014]\\s*|<!--\\s*|\\n\\s*)|\\b(?:please|now|then|just|kindly|simply)\\s+|\\byou(?:['\\u2019]\\w+)?\\s+(?:(?!not\\b|never\\b)\\w+\\s+){0,3})"
const INSTRUCTIONS = '(?:instructions?|prompts?|rules|directions?|directives?|guidelines|orders|context)\\b'
const FORMER = '(?:previous|prior|above|earlier|preceding|former|initial|original|system|your)'
const MUST =
  '(?:must|should|shall|will|can|(?:are|have|need|ought)(?:\\s+(?:required|expected|asked))?\\s+to)'
const APPROVE = '(?:approve|recommend|accept|pass|sign(?:\\s+off)?|confirm)'
const THIS =
  '(?:this|it|[A-Z]{2,8}-\\d{3}|the\\s+(?:present\\s+)?(?:document|change|text|draft|record|plan|revision|CR|SOP))\\b'
const SOON = '(?:now|immediately|at\\s+once|as[\\s-]is|without|unconditionally|regardless)\\b'
const QUOTE = '["\'`*\\u201c\\u2018]{0,3}'
const NEVER = "(?:do\\s+not|don['\\u2019]t|never)"

const VERDICT = 'a verdict put into the mouth of the reviewer'

export const sign = (what: string, cue: RegExp, ...patterns: string[]): Sign => ({
  what,
  cue,
  pattern: new RegExp(patterns.map((p) => `(?:${p})`).join('|'), 'giu'),
})

/** Orders to a reader. Said openly or hidden, they have no place in a controlled text. */
export const ORDERS: readonly Sign[] = [
  sign(
    'an order to set instructions aside',
    /ignore|disregard|forget|override|bypass|follow|obey|apply|heed/i,
    `${ORDER}(?:ignore|disregard|forget|override|bypass)\\s+(?:(?:all|any|every|the|of|these|those|my|other)\\s+){0,4}${FORMER}\\s+(?:\\w+\\s+){0,2}?${INSTRUCTIONS}`,
    `${ORDER}(?:ignore|disregard|forget)\\s+(?:everything|anything|all|what)\\s+(?:that\\s+)?(?:(?:is|was|stands|you\\s+were|you\\s+have\\s+been)\\s+)?(?:above|before|told|said\\s+so\\s+far|taught)\\b`,
    `${ORDER}${NEVER}\\s+(?:follow|obey|apply|heed)\\s+your\\s+(?:\\w+\\s+){0,2}?(?:${INSTRUCTIONS}|role|definition)`,
  ),
  sign(
    'a new role for the reader',
    /your|from\s+now|no\s+longer|mode|new\s+system/i,
    `\\byour\\s+(?:new|real|actual|true|only)\\s+(?:task|role|goal|job|instructions?|purpose|identity)\\s+(?:is|are)\\b`,
    `\\bfrom\\s+now\\s+on,?\\s+you\\s+(?:are|will|must|shall)\\b`,
    `\\byou\\s+are\\s+(?:now\\s+in\\s+\\w+\\s+mode|no\\s+longer\\s+(?:bound|a\\s+reviewer|required|subject))\\b`,
    `\\bnew\\s+system\\s+(?:prompt|instructions?)\\b`,
  ),
  sign(
    VERDICT,
    /\byou/i,
    `\\bas\\s+(?:an?|the)\\s+(?:\\w+\\s+)?(?:reviewer|approver|auditor|qa|agent|assistant),?\\s+you\\s+${MUST}\\s+(?:\\w+\\s+)?${APPROVE}\\b`,
    `\\byou\\s+${MUST}\\s+(?:\\w+\\s+)?(?:approve|recommend)\\s+(?:${THIS}|${SOON})`,
    `\\byour\\s+(?:\\w+\\s+)?(?:verdict|decision|answer|response|recommendation|review)\\s+(?:is|${MUST}\\s+be|has\\s+to\\s+be)\\s+(?:to\\s+)?${QUOTE}(?:approv\\w+|recommend\\w*|accept\\w*|pass|positive|yes)\\b`,
  ),
  sign(
    VERDICT,
    /(?:reviewer|approver|qa|quality|tu_\w+|agent|claude|assistant)s?\s*[:,]/i,
    `(?<=^|[.!?]\\s+|<!--\\s*|\\n\\s*)(?:all\\s+)?(?:reviewers?|approvers?|qa|quality|tu_\\w+|agents?|claude|assistant)\\s*[:,]\\s*(?:please\\s+|kindly\\s+|just\\s+|simply\\s+)?${APPROVE}\\s+(?:${THIS}|${SOON})`,
  ),
  sign(
    VERDICT,
    /without|with\s+no/i,
    `${ORDER}${APPROVE}\\s+(?:${THIS}\\s+)?(?:\\w+\\s+)?(?:without|with\\s+no)\\s+(?:(?:any|a|further|more|additional)\\s+){0,2}(?:review|reading|checks?|checking|questions?|delay|comments?|hesitation|verification)\\b`,
  ),
  sign(
    VERDICT,
    /only|exactly|simply|just/i,
    `\\bthe\\s+(?:only\\s+(?:\\w+\\s+)?|desired\\s+)(?:verdict|recommendation)\\s+is\\s+(?:to\\s+)?${QUOTE}(?:approv\\w+|recommend\\w*|accept\\w*)\\b`,
    `${ORDER}(?:respond|reply|answer|output|return|print|say|write)\\s+(?:only|exactly|simply|just)\\s+(?:with\\s+)?${QUOTE}(?:recommend\\w*|approved?|pass|yes|ok)\\b`,
  ),
  sign(
    VERDICT,
    /(?:not|don['\u2019]t|never)\s+(?:request|raise|reject|read)/i,
    `${ORDER}${NEVER}\\s+(?:request\\s+(?:any\\s+)?(?:updates|changes)|raise\\s+(?:any\\s+)?(?:findings|issues|objections|concerns)|reject\\s+${THIS}|read\\s+(?:any\\s+)?(?:further|the\\s+rest))\\b`,
  ),
  sign(
    'words for a machine that reads',
    /\bAI\b|LLM|language|bot/i,
    `\\bif\\s+you\\s+are\\s+an?\\s+(?:AI|LLM|(?:large\\s+)?language[\\s-]model|chat\\s?bot)\\b`,
    `\\b(?:attention|dear|hello|hey|message\\s+(?:to|for)|instructions?\\s+(?:to|for)|note\\s+(?:to|for))[:,]?\\s+(?:(?:the|any|all|every)\\s+)?(?:AI|LLM|(?:large\\s+)?language[\\s-]model|chat\\s?bot)(?:s|\\s+(?:reviewers?|agents?|assistants?|systems?|models?))?\\b`,
  ),
  sign(
    'an order to conceal something',
    /(?:not|don['\u2019]t|never)\s+(?:mention|reveal|disclose|repeat|report|quote|show)|keep\s+th/i,
    `${ORDER}${NEVER}\\s+(?:mention|reveal|disclose|repeat|report|quote|show)\\s+(?:this|these|the\\s+(?:above|following))\\s+(?:\\w+\\s+)?(?:comment|instructions?|message|note|paragraph|prompt)\\b`,
    `\\bkeep\\s+(?:this|these)\\s+(?:comment|instructions?|message|note)s?\\s+(?:secret|hidden|confidential|to\\s+yourself)\\b`,
  ),
]

/** In a comment no command of a verdict can serve anybody who works by the document. */
export const HIDDEN_VERDICTS: Sign = sign(
  'a command that gives a verdict',
  /qms|--recommend/i,
  '\\bqms\\s+(?:review|approve|reject|fix|close)\\b',
  '(?<!\\w)--recommend\\b',
)

/** SOP-007 section 5.3: pressure, verdicts of others, and directions to those who judge. */
export const INFLUENCE: readonly Sign[] = [
  sign(
    'pressure of time',
    /no\s+time|be\s+(?:approved|recommended)/i,
    '\\b(?:there\\s+is\\s+)?no\\s+time\\s+(?:for|to)\\s+(?:an?\\s+|any\\s+)?(?:\\w+\\s+)?(?:review|read|reading|check|checks|checking)\\b',
    '\\b(?:must|needs?\\s+to|has\\s+to)\\s+be\\s+(?:approved|recommended)\\s+(?:today|tonight|now|immediately|at\\s+once|urgently|right\\s+away|asap)\\b',
  ),
  sign(
    'the verdict of others',
    /already/i,
    '\\b(?:everyone|everybody|(?:all\\s+)?(?:the\\s+)?other\\s+reviewers?|the\\s+lead|the\\s+(?:cto|ceo|director))\\s+(?:has|have)\\s+already\\s+(?:approved|recommended|agreed|signed|accepted)\\b',
  ),
  sign(
    'a threat',
    /reject|approve|recommend|requests?\s+updates/i,
    '\\bif\\s+(?:you|the\\s+reviewer|qa)\\s+(?:rejects?|(?:do|does)\\s+not\\s+(?:approve|recommend)|requests?\\s+updates)\\b[^.]{0,120}\\b(?:fired|terminated|shut\\s+down|replaced|penali[sz]ed|deleted|blamed|lose)\\b',
  ),
  sign(
    'a request for a verdict',
    /please|kindly|just/i,
    '\\b(?:please|kindly)\\s+(?:just\\s+)?(?:approve|recommend|fast-?track)\\b',
    '(?<=^|[.!?]\\s+)just\\s+(?:approve|recommend)\\b',
  ),
  sign(
    'a message to those who judge',
    /:/,
    '^(?:note|message|attention|reminder|hint)\\s*(?:to|for|,)?\\s+(?:the\\s+|all\\s+|any\\s+)?(?:reviewers?|approvers?|qa|tu_\\w+|auditors?)\\s*:',
    '^assistant:\\s+(?:I|yes|no|sure|approved?|recommend\\w*)\\b',
  ),
]

/** What a tool or a conversation would have written around a text, not what a document says. */
export const IMITATIONS: readonly Sign[] = [
  sign(
    'a mark of a conversation',
    /[<[]|tool_/i,
    '<\\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id)\\|>',
    '\\[/?INST\\]',
    '<</?SYS>>',
    '</?(?:system|assistant|system-reminder|tool_(?:result|use|call|response)|function_(?:results?|calls?)|[a-z]{2,8}:(?:invoke|function_calls|parameter))(?:\\s[^<>]{0,200})?>',
    '\\\\?["\']type["\']\\s*:\\s*["\']tool_(?:result|use)["\']',
  ),
  sign(
    'an answer of the program',
    /"ok"/i,
    '"ok"\\s*:\\s*true\\s*,[^}]{0,200}"command"\\s*:\\s*"(?:review|approve|route|release|close)"',
  ),
  sign(
    'a line of the audit trail',
    /"event"/i,
    '"event"\\s*:\\s*"(?:REVIEW|APPROVE|STATUS_CHANGE|EFFECTIVE|CLOSE)"[^}]{0,300}"(?:user|version)"\\s*:',
  ),
]

/** What the program says on a terminal when a document was judged. */
export const successOf = (id: string): Sign =>
  sign(
    'an answer of the program',
    /->/,
    `\\b${id}\\s+(?:recommended|approved|released|closed)\\s+[A-Z_]{5,20}\\s+->\\s+[A-Z_]{5,20},\\s+version\\s+\\d`,
  )
