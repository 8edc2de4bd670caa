// The shape of `--json` as JSON Schema 2020-12. Events come from the compiled program; the rest is written here, once.
import { z } from 'zod'

const text = { type: 'string' }
const textOrNull = { type: ['string', 'null'] }
const whole = { type: 'integer', minimum: 0 }
const yes = { type: 'boolean' }
const texts = { type: 'array', items: text }
const list = (items) => ({ type: 'array', items })
const ref = (name) => ({ $ref: `#/$defs/${name}` })
const orNull = (schema) => ({ anyOf: [schema, { type: 'null' }] })
/** Every key there; unknown ones are allowed, since keys may be added. */
const shape = (properties, optional = {}) => ({
  type: 'object',
  required: Object.keys(properties),
  properties: { ...properties, ...optional },
})

const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' }
const commit = { type: 'string', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' }
const version = { type: 'string', pattern: '^\\d+\\.\\d+$' }
const time = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }

const receipt = {
  document: orNull(ref('document')),
  events: list(ref('event')),
  commit: orNull(commit),
  dryRun: yes,
  replayed: yes,
  warnings: texts,
  notices: list(ref('notice')),
}
const common = { document: text, title: text, status: text, version, owner: textOrNull }

/** An event as it is written; an answer adds whose it is. Links are absent only where nothing was linked yet (init). */
const eventVariants = ({ union }) =>
  z.toJSONSchema(union()).oneOf.map((variant) => ({
    ...variant,
    properties: { document: text, record: text, ...variant.properties },
    required: variant.required.filter((key) => key !== 'seq' && key !== 'prev'),
  }))

const NOTICES = [
  'HAND_EDIT',
  'VIEW_BEHIND',
  'COPY_BEHIND',
  'FOREIGN_LOCK',
  'LOCK_LEFT',
  'RECORD_REWRITTEN',
  'RECORD_UNCOMPARED',
]

const definitions = (documentEvent, systemEvent, statuses, codes) => ({
  status: { enum: [...statuses] },
  event: { oneOf: [...eventVariants(documentEvent), ...eventVariants(systemEvent)] },
  document: shape({
    doc_id: text,
    doc_type: text,
    version,
    status: ref('status'),
    executable: yes,
    execution_phase: { enum: ['pre_release', 'post_release', null] },
    responsible_user: textOrNull,
    checked_out: yes,
    checked_out_date: textOrNull,
    effective_version: textOrNull,
    pending_assignees: texts,
    review_outcomes: { type: 'object', additionalProperties: text },
    completed_reviewers: texts,
    title: text,
    parent: textOrNull,
    source: textOrNull,
    kind: { enum: [1, 2, null] },
    checked_out_by: textOrNull,
    team: texts,
    round: { type: ['integer', 'null'] },
    round_opened: orNull(time),
    purpose: { enum: ['ordinary', 'retire', 'abandon'] },
    open_escalations: whole,
    outcome: { enum: ['abandoned', null] },
    content: orNull(digest),
    created: time,
    changed: time,
    events: whole,
  }),
  notice: shape({ kind: { enum: NOTICES }, path: text }, { reason: text, trails: whole }),
  step: shape({
    command: { type: 'string', pattern: '^qms ' },
    who: { ...texts, minItems: 1 },
    action: text,
  }),
  actor: shape({
    name: text,
    group: { enum: ['administrator', 'initiator', 'quality', 'reviewer'] },
    kind: { enum: ['human', 'agent'] },
    enabled: yes,
    since: time,
  }),
  task: shape({
    ...common,
    status: orNull(ref('status')),
    version: orNull(version),
    kind: { enum: ['review', 'approval', 'escalation', 'incidents'] },
    purpose: text,
    round: { type: ['integer', 'null'] },
    since: time,
    content: orNull(digest),
    commands: texts,
  }),
  textRef: shape({ version, content: digest }),
  node: shape({ id: text, title: text, status: ref('status'), version, children: list(ref('node')) }),
  refusal: shape({
    code: { enum: [...codes, 'INTERNAL'] },
    message: text,
    found: textOrNull,
    expected: textOrNull,
    next: texts,
    exit: { enum: [1, 2, 3, 4, 5, 7, 8, 9, 70] },
    retryable: yes,
    details: { type: 'object' },
  }),
  receipt: shape(receipt),
  transition: shape(
    {
      ...receipt,
      document: ref('document'),
      moved: orNull(shape({ from: ref('status'), to: ref('status') })),
      next: list(ref('step')),
    },
    { copy: textOrNull },
  ),
})

/** A list, or what `--fields` chose of each of its records. */
const listed = (key, items, rest = {}) => ({
  anyOf: [
    { ...shape({ ...rest, [key]: list(items) }), not: { required: ['fields'] } },
    shape({ ...rest, [key]: list({ type: 'object' }), fields: texts }),
  ],
})

const foresight = shape({
  document: ref('document'),
  status: ref('status'),
  action: textOrNull,
  prospects: list(
    shape({
      action: text,
      admitted: yes,
      who: texts,
      gates: list(shape({ gate: text, expected: text, found: text, holds: yes })),
      command: text,
      to: text,
      role: text,
      when: texts,
      possible: yes,
    }),
  ),
  next: list(ref('step')),
  possibleIn: texts,
})

const card = shape({
  name: text,
  summary: text,
  effects: { enum: ['reads', 'writes', 'shell'] },
  arguments: list(shape({ name: text, description: text, required: yes, options: orNull(texts) })),
  flags: list(
    shape({
      name: text,
      char: textOrNull,
      type: { enum: ['boolean', 'string'] },
      required: yes,
      multiple: yes,
      options: orNull(texts),
      description: text,
    }),
  ),
  examples: texts,
  exitCodes: list(whole),
  undo: textOrNull,
})

const TRANSITIONS =
  'create checkout checkin assign review approve reject withdraw release revert close cancel fix escalate resolve note summarise'
const ITEM_TRANSITIONS = ['ei start', 'ei pass', 'ei fail', 'ei note', 'ei add']
/** As an EI event holds it. */
const evidence = { type: 'object', required: ['kind'], properties: { kind: text } }
const exhibit = shape({
  number: whole,
  evidence,
  ts: time,
  user: text,
  aside: textOrNull,
  cited: yes,
})
const RECEIPTS = ['user add', 'user disable', 'user enable', 'namespace add', 'policy set']

const checkState = { enum: ['ok', 'warning', 'problem', 'unknown'] }
const setting = shape({ key: text, value: { type: ['string', 'number'] }, from: text, expected: text })
const hunk = shape({ to: whole, before: texts, after: texts, spans: list(shape({ kind: text, text })) })

/** A checkpoint in few words. */
const checkpoint = {
  digest,
  paper: text,
  store: digest,
  branch: text,
  tip: commit,
  taken: time,
  trails: whole,
  lines: whole,
  bytes: whole,
}
const verdict = { enum: ['clean', 'findings', 'damaged', 'incomplete'] }
const wholeOrNull = { type: ['integer', 'null'] }
const numberOrNull = { type: ['number', 'null'] }
/** Of `audit --sop SOP-007`: sessions, calls of agents, verdicts and incidents. */
const orchestration = shape({
  sessions: list(
    shape({
      session: text,
      orchestrator: text,
      started: time,
      ended: orNull(time),
      agents: list(shape({ agent: text, dispatches: whole, instances: texts })),
    }),
  ),
  dispatches: list(
    shape({
      dispatch: text,
      session: text,
      by: text,
      at: time,
      agent: text,
      document: text,
      version,
      task: { enum: ['review', 'approval'] },
      round: whole,
      backend: text,
      tool: textOrNull,
      mode: { enum: ['new', 'resumed', 'fresh'] },
      allowed: orNull(shape({ by: text, at: time, reason: text })),
      instance: textOrNull,
      told: text,
      words: whole,
      prompt: digest,
      template: digest,
      ended: orNull(time),
      until: time,
      outcome: textOrNull,
      problem: textOrNull,
      duration: wholeOrNull,
      turns: wholeOrNull,
      tokens: wholeOrNull,
      cost: numberOrNull,
      verdict: orNull(shape({ event: text, outcome: textOrNull, at: time })),
    }),
  ),
  verdicts: list(
    shape({
      document: text,
      line: whole,
      event: { enum: ['REVIEW', 'APPROVE', 'REJECT'] },
      outcome: textOrNull,
      user: text,
      kind: { enum: ['human', 'agent'] },
      at: time,
      dispatch: textOrNull,
      seconds: { type: 'number' },
      words: wholeOrNull,
    }),
  ),
  incidents: list(
    shape({
      line: whole,
      at: time,
      user: text,
      event: { enum: ['IDENTITY_MISMATCH', 'ATTEMPT'] },
      kind: text,
      claimed: textOrNull,
      what: text,
      done: text,
      document: textOrNull,
      session: textOrNull,
      classes: texts,
    }),
  ),
  attempts: shape({ prompt: whole, second_agent: whole, write: whole, spawn: whole }),
  escalations: list(shape({ document: text, path: text, line: whole, at: time, user: text, reason: text })),
  totals: shape({
    dispatches: whole,
    verdicts: whole,
    uncalled: whole,
    fresh: whole,
    mismatches: whole,
    cost: numberOrNull,
  }),
})
const lintRule = shape({
  name: text,
  severity: { enum: ['error', 'warning'] },
  warningIn: textOrNull,
  looksAt: text,
  summary: text,
  why: text,
  good: list(shape({ text })),
  bad: list(shape({ text, gives: list(shape({ at: text, found: text })) })),
})

const finding = shape({
  code: text,
  severity: { enum: ['error', 'warning', 'note'] },
  document: textOrNull,
  path: textOrNull,
  line: orNull(whole),
  commit: textOrNull,
  expected: text,
  found: text,
})
const buckets = list(shape({ label: text, count: whole }))
const round = shape({
  kind: { enum: ['review', 'approval'] },
  document: text,
  round: whole,
  from: time,
  to: orNull(time),
  end: { enum: ['answered', 'rejected', 'withdrawn', null] },
})
/** Milliseconds. */
const durations = shape({
  decided: whole,
  median: { type: ['number', 'null'] },
  longest: orNull(round),
  distribution: buckets,
})
const hookPlace = shape({
  kind: { enum: ['own', 'versioned', 'husky', 'lefthook', 'settings'] },
  folder: text,
  because: textOrNull,
})
/** A drawing: its text, or where it was written. */
const pictured = { mermaid: text, svg: text, out: text }
const stateDiagram = shape({
  machine: { enum: ['controlled', 'executable', 'covered'] },
  start: ref('status'),
  now: ref('status'),
  main: list(ref('status')),
  nodes: list(shape({ status: ref('status'), standing: { enum: ['now', 'passed', 'open'] }, final: yes })),
  edges: list(shape({ from: ref('status'), to: ref('status'), actions: texts, passed: yes, main: yes })),
  mermaid: text,
})
const pushChecked = shape({ refs: texts, documents: whole })

const traceSource = shape({
  id: text,
  version: orNull(version),
  status: orNull(ref('status')),
  place: { enum: ['effective', 'draft', 'archived', 'copy', null] },
  digest,
})
const proofOutcomes = ['pass', 'fail', 'skip', 'not run', 'unknown']
const traceGap = shape({
  code: text,
  severity: { enum: ['error', 'warning', 'note'] },
  requirement: textOrNull,
  file: textOrNull,
  line: orNull(whole),
  expected: text,
  found: text,
})

const session = shape({
  id: text,
  orchestrator: text,
  started: time,
  ended: orNull(shape({ at: time, by: text, reason: textOrNull })),
  allowed: list(shape({ agent: text, reason: text, by: text, at: time })),
})
const agentTask = { enum: ['review', 'approval'] }
const dispatchOutcome = { enum: ['verdict', 'no_verdict', 'denied', 'timed_out', 'failed', 'interrupted'] }
const amount = { type: ['number', 'null'], minimum: 0 }
const dispatch = shape({
  id: text,
  session: text,
  by: text,
  at: time,
  agent: text,
  document: text,
  version,
  status: ref('status'),
  task: agentTask,
  round: whole,
  content: digest,
  told: text,
  template: digest,
  backend: text,
  resumed: textOrNull,
  fresh: yes,
  until: time,
  end: orNull(
    shape({
      at: time,
      outcome: dispatchOutcome,
      problem: textOrNull,
      instance: textOrNull,
      tool: textOrNull,
      duration: amount,
      turns: amount,
      tokens: amount,
      cost: amount,
      denied: texts,
    }),
  ),
})
const agentSums = shape({
  agent: text,
  backend: text,
  dispatches: whole,
  resumed: whole,
  outcomes: { type: 'object', additionalProperties: whole },
  open: whole,
  duration: amount,
  turns: amount,
  tokens: amount,
  cost: amount,
})
const sessionReceipt = { allOf: [ref('receipt'), shape({ session: text }, { token: text })] }
/** What a definition file adds to a user. */
const description = shape({
  definition: textOrNull,
  description: textOrNull,
  domain: texts,
  backend: textOrNull,
})
const agentAccount = shape({
  name: text,
  group: { enum: ['administrator', 'initiator', 'quality', 'reviewer', null] },
  kind: { enum: ['human', 'agent', null] },
  enabled: { type: ['boolean', 'null'] },
  definition: orNull(
    shape({
      path: text,
      description: textOrNull,
      model: textOrNull,
      role: textOrNull,
      tools: orNull(texts),
      domain: texts,
    }),
  ),
  backend: textOrNull,
  findings: list(
    shape({
      code: text,
      weight: { enum: ['error', 'warning', 'note'] },
      path: textOrNull,
      line: orNull(whole),
      found: text,
      expected: text,
      advice: text,
      next: texts,
    }),
  ),
})

/** What each command gives where it succeeds. */
export const results = {
  ...Object.fromEntries(
    [...TRANSITIONS.split(' '), ...ITEM_TRANSITIONS].map((name) => [name, ref('transition')]),
  ),
  ...Object.fromEntries(RECEIPTS.map((name) => [name, ref('receipt')])),
  assign: {
    anyOf: [
      ref('transition'),
      shape({
        document: ref('document'),
        files: orNull(texts),
        unreadable: texts,
        domains: whole,
        suggestions: list(
          shape({
            name: text,
            group: text,
            kind: text,
            why: list(shape({ entry: text, domain: text })),
            standing: { enum: ['free', 'on the team', 'unable'] },
            because: textOrNull,
          }),
        ),
        next: list(ref('step')),
      }),
    ],
  },
  init: {
    anyOf: [
      shape({
        branch: text,
        commit: orNull(commit),
        users: list(shape({ name: text, group: text, kind: text })),
        documents: texts,
        files: texts,
        events: list(ref('event')),
        dryRun: yes,
      }),
      shape({
        branch: text,
        already: yes,
        imported: orNull(commit),
        commit: orNull(commit),
        users: list(shape({ name: text, group: text, kind: text })),
        namespaces: texts,
        documents: list(shape({ id: text, status: ref('status'), version })),
        files: whole,
        findings: list(
          shape({ document: textOrNull, code: text }, { file: text, expected: text, found: text }),
        ),
        events: list(ref('event')),
        dryRun: yes,
      }),
    ],
  },
  'session start': sessionReceipt,
  'session end': sessionReceipt,
  'session allow-fresh': sessionReceipt,
  'session show': shape({
    session: orNull(session),
    agents: list(shape({ agent: text, backend: text, instance: textOrNull, dispatches: whole, last: text })),
    dispatches: list(dispatch),
    open: texts,
    gone: texts,
    awaited: list(
      shape({ document: text, agent: text, task: agentTask, status: ref('status'), dispatch: textOrNull }),
    ),
    own: list(shape({ document: text, title: text, status: ref('status') })),
    sessions: list(session),
  }),
  'agent spawn': {
    anyOf: [
      {
        allOf: [
          ref('receipt'),
          shape({
            dispatch: text,
            session: text,
            agent: text,
            task: agentTask,
            backend: text,
            prompt: text,
            resumed: yes,
            command: texts,
            outcome: orNull(dispatchOutcome),
            verdict: { enum: ['RECOMMEND', 'UPDATES_REQUIRED', 'APPROVE', 'REJECT', null] },
            status: ref('status'),
            duration: amount,
            turns: amount,
            cost: amount,
            log: textOrNull,
          }),
        ],
      },
      shape({ dispatch: text, log: textOrNull }),
    ],
  },
  'agent stats': shape({ session: textOrNull, agents: list(agentSums), all: agentSums }),
  route: {
    anyOf: [
      ref('transition'),
      {
        allOf: [
          ref('transition'),
          shape({
            called: list(
              shape({
                agent: text,
                dispatch: textOrNull,
                backend: textOrNull,
                resumed: yes,
                outcome: orNull(dispatchOutcome),
                verdict: { enum: ['RECOMMEND', 'UPDATES_REQUIRED', 'APPROVE', 'REJECT', null] },
                duration: amount,
                refused: orNull(shape({ code: text, problem: text })),
              }),
            ),
            people: texts,
          }),
        ],
      },
    ],
  },
  config: { anyOf: [shape({ settings: list(setting) }), ref('receipt')] },
  'config trust': shape({
    commands: list(
      shape({
        name: text,
        start: orNull(texts),
        resume: orNull(texts),
        digest: orNull(digest),
        state: { enum: ['trusted', 'untrusted', 'changed', 'gone'] },
        since: orNull(time),
      }),
    ),
    changed: textOrNull,
    dryRun: yes,
  }),
  read: shape({
    id: text,
    title: text,
    version,
    status: ref('status'),
    place: { enum: ['effective', 'draft', 'archived'] },
    digest,
    evidence: whole,
    asked: yes,
    text,
  }),
  packet: shape({
    id: text,
    title: text,
    version,
    status: ref('status'),
    task: { enum: ['review', 'approval', null] },
    round: orNull(whole),
    asked: texts,
    owner: textOrNull,
    content: digest,
    commands: texts,
    digest,
    mark: { type: 'string', pattern: '^[0-9a-f]{32}$' },
    parts: list(
      shape({
        name: text,
        title: text,
        digest: orNull(digest),
        lines: orNull(shape({ from: whole, to: whole })),
        hidden: whole,
        comments: whole,
      }),
    ),
    text,
  }),
  diff: shape({ id: text, from: ref('textRef'), to: ref('textRef'), hunks: list(hunk), unified: text }),
  list: listed('documents', ref('document')),
  search: listed(
    'hits',
    shape({ document: text, place: text, version: textOrNull, path: text, line: whole, text }),
  ),
  tree: shape({ roots: list(ref('node')) }, pictured),
  status: {
    anyOf: [
      shape(
        {
          document: ref('document'),
          texts: list(shape({ version, digest, place: text, path: text })),
          escalations: list(shape({ ts: time, user: text, reason: text, decision: textOrNull })),
          next: list(ref('step')),
        },
        { diagram: stateDiagram, ...pictured },
      ),
      shape({
        branch: text,
        counts: { type: 'object', additionalProperties: whole },
        open: list(ref('document')),
        escalations: whole,
        tasks: { type: 'object', additionalProperties: whole },
      }),
    ],
  },
  next: {
    anyOf: [
      foresight,
      shape({
        user: text,
        tasks: list(ref('task')),
        own: list(shape({ document: ref('document'), next: list(ref('step')) })),
      }),
    ],
  },
  why: foresight,
  interact: shape(
    {
      document: text,
      title: text,
      template: shape({ id: text, version: text, form: text }),
      complete: yes,
      answered: whole,
      of: whole,
      unsaved: whole,
      held: yes,
      open: orNull(
        shape({
          prompt: text,
          kind: { enum: ['text', 'choice', 'yesno'] },
          guidance: text,
          default: textOrNull,
          choices: texts,
          snapshot: yes,
          changing: orNull(shape({ value: text, reason: textOrNull })),
        }),
      ),
      answers: list(
        shape({
          prompt: text,
          value: text,
          author: text,
          timestamp: time,
          reason: textOrNull,
          commit: orNull(commit),
          superseded: whole,
        }),
      ),
      loops: list(shape({ loop: text, passes: whole, closed: yes })),
      snapshots: list(shape({ prompt: text, commit, timestamp: time })),
      took: texts,
      dryRun: yes,
      replayed: yes,
      next: texts,
    },
    { text },
  ),
  inbox: listed('tasks', ref('task'), { user: text }),
  workspace: listed(
    'copies',
    shape({
      document: text,
      path: text,
      title: textOrNull,
      version: textOrNull,
      status: textOrNull,
      state: { enum: ['changed', 'unchanged', 'missing', 'not checked out'] },
      since: orNull(time),
    }),
  ),
  history: listed('events', ref('event'), {
    document: ref('document'),
    former: list(
      shape({
        file: textOrNull,
        line: whole,
        ts: textOrNull,
        event: textOrNull,
        user: textOrNull,
        version: textOrNull,
        comment: textOrNull,
        text,
      }),
    ),
  }),
  'ei run': {
    allOf: [ref('transition'), shape({ run: orNull(evidence), number: orNull(whole) })],
  },
  'ei show': shape(
    {
      document: ref('document'),
      item: { type: 'object', required: ['item', 'task', 'outcome'] },
      started: orNull(time),
      exhibits: list(exhibit),
      entries: list(ref('event')),
      next: list(ref('step')),
    },
    {
      output: shape({
        number: whole,
        digest,
        bytes: whole,
        encoding: { enum: ['utf8', 'base64'] },
        content: text,
      }),
    },
  ),
  'ei list': listed(
    'items',
    shape({
      item: text,
      task: text,
      summary: textOrNull,
      outcome: textOrNull,
      performer: textOrNull,
      date: textOrNull,
      assignee: textOrNull,
      expected: textOrNull,
      evidence: textOrNull,
      commit: textOrNull,
      vr: textOrNull,
      depends: textOrNull,
      other: { type: 'object', additionalProperties: text },
      line: whole,
      started: orNull(time),
      exhibits: whole,
    }),
    {
      document: ref('document'),
      unreadable: list(shape({ line: whole, found: text, expected: text })),
      next: list(ref('step')),
    },
  ),
  comments: listed(
    'comments',
    // Of an adopted document, as its old lines have them.
    shape({
      ts: text,
      user: text,
      event: text,
      outcome: textOrNull,
      comment: text,
      version: text,
      round: whole,
    }),
    { id: text, hidden: whole },
  ),
  'user list': listed('users', { allOf: [ref('actor'), description] }),
  'user show': {
    allOf: [ref('actor'), description, shape({ history: list(shape({ ts: time, event: text, by: text })) })],
  },
  'agent check': shape({ agents: list(agentAccount), errors: whole, warnings: whole }),
  'namespace list': shape({ namespaces: texts }),
  'policy show': shape({
    version,
    policy: { type: 'object' },
    keys: { type: 'object', additionalProperties: text },
  }),
  'template list': listed(
    'templates',
    shape({ type: text, id: text, title: text, version: textOrNull, status: text }),
  ),
  'template show': shape({ type: text, form: text }),
  audit: {
    anyOf: [
      shape(
        {
          tip: commit,
          scope: { anyOf: [{ const: 'store' }, texts] },
          continuedFrom: orNull(commit),
          verdict,
          checked: shape({ documents: whole, events: whole, commits: whole, texts: whole }),
          findings: list(finding),
        },
        {
          since: shape({
            checkpoint: orNull(shape(checkpoint)),
            grown: list({ type: 'object' }),
            added: list({ type: 'object' }),
          }),
          orchestration: orNull(orchestration),
        },
      ),
      shape({ code: text, title: text, means: text, happens: text, remedy: text }),
    ],
  },
  lint: {
    anyOf: [
      shape({
        texts: whole,
        findings: list(
          shape({
            path: text,
            document: textOrNull,
            rule: text,
            severity: { enum: ['error', 'warning'] },
            line: whole,
            column: whole,
            endLine: whole,
            endColumn: whole,
            found: text,
            expected: text,
            message: text,
            fixable: yes,
          }),
        ),
        errors: whole,
        warnings: whole,
        fixed: list(shape({ path: text, fixes: whole, diff: textOrNull })),
        dryRun: yes,
        next: texts,
      }),
      lintRule,
      shape({ items: list(lintRule) }),
    ],
  },
  'agent lint-prompt': shape({
    from: text,
    ok: yes,
    words: whole,
    named: orNull(
      shape({
        agent: textOrNull,
        document: textOrNull,
        task: { enum: ['review', 'approval', null] },
        version: textOrNull,
        status: textOrNull,
      }),
    ),
    violations: list(
      shape({
        class: { enum: ['summary', 'criteria', 'outcome', 'pressure', 'background', 'other'] },
        what: text,
        item: { type: ['integer', 'null'] },
        start: whole,
        end: whole,
        line: whole,
        column: whole,
        text,
      }),
    ),
    untrue: list(shape({ fact: { enum: ['version', 'status'] }, said: text, is: text })),
    suggestion: shape({
      prompt: text,
      blanks: texts,
      asked: { type: ['boolean', 'null'] },
      why: textOrNull,
    }),
    next: texts,
  }),
  checkpoint: shape({ ...checkpoint, kept: textOrNull, out: textOrNull }, { manifest: { type: 'object' } }),
  'audit export': shape({
    out: text,
    format: whole,
    qms: text,
    storeFormat: text,
    tip: commit,
    branch: text,
    recordsUntil: orNull(time),
    exported: orNull(time),
    documents: whole,
    unreadable: whole,
    events: whole,
    texts: whole,
    findings: whole,
    verdict,
    files: whole,
    bytes: whole,
    digest,
  }),
  'audit verify': shape({
    package: text,
    manifest: shape({ format: whole, qms: text, tip: commit, branch: text, exported: textOrNull }),
    verdict: { enum: ['clean', 'findings', 'damaged', 'incomplete'] },
    checked: shape({ files: whole, documents: whole, events: whole, texts: whole }),
    findings: list(
      shape({
        code: text,
        severity: { enum: ['error', 'warning', 'note'] },
        document: textOrNull,
        path: textOrNull,
        line: { type: ['integer', 'null'] },
        commit: textOrNull,
        expected: text,
        found: text,
      }),
    ),
  }),
  'audit report': shape(
    {
      period: shape({ since: orNull(time), until: orNull(time) }),
      asOf: time,
      documents: whole,
      adopted: whole,
      created: whole,
      events: whole,
      changed: list(shape({ id: text, title: text, status: ref('status'), version, events: whole })),
      byEvent: buckets,
      overTime: shape({ unit: { enum: ['day', 'week', 'month', 'year'] }, buckets }),
      rounds: shape({
        opened: whole,
        answered: whole,
        rejected: whole,
        withdrawn: whole,
        stillOpen: list(round),
      }),
      execution: shape({ passed: whole, failed: whole, amended: whole, runs: whole, failedRuns: whole }),
      reviews: durations,
      approvals: durations,
      notes: list(shape({ kind: text, ts: time, document: text, user: text, words: text })),
      byNote: buckets,
      governing: list(ref('event')),
      open: list(
        shape({ id: text, title: text, status: ref('status'), version, owner: textOrNull, days: whole }),
      ),
      openByStatus: buckets,
      people: list(
        shape({ name: text, group: text, kind: text, events: whole, reviews: whole, approvals: whole }),
      ),
      audit: orNull(shape({ verdict, findings: list(finding) })),
    },
    { out: text },
  ),
  trace: shape(
    {
      namespaces: list(
        shape({
          namespace: text,
          specification: traceSource,
          matrix: orNull({ allOf: [traceSource, shape({ covers: orNull(version), commit: textOrNull })] }),
          requirements: list(
            shape({
              id: text,
              text,
              verification: textOrNull,
              line: whole,
              proofs: list(
                shape({
                  kind: { enum: ['test', 'inspection', 'observation'] },
                  name: text,
                  file: textOrNull,
                  line: orNull(whole),
                  outcome: { enum: proofOutcomes },
                  from: { enum: ['comment', 'name', 'report', 'matrix', 'record'] },
                }),
              ),
              result: { enum: [...proofOutcomes, 'none'] },
            }),
          ),
          withdrawn: list(shape({ id: text, version: textOrNull, reason: textOrNull })),
          gaps: list(traceGap),
          written: orNull(
            shape({ document: text, path: text, added: texts, removed: texts, rows: whole, dryRun: yes }),
          ),
        }),
      ),
      files: shape({ searched: whole, tooLarge: texts }),
      reports: list(
        shape({
          file: text,
          format: { enum: ['junit', 'vitest', 'pytest'] },
          commit: textOrNull,
          tests: whole,
        }),
      ),
      gaps: list(traceGap),
      verdict: { enum: ['complete', 'gaps'] },
    },
    { out: text },
  ),
  commands: listed('commands', card),
  doctor: shape({
    root: textOrNull,
    branch: textOrNull,
    verdict: { enum: ['well', 'warnings', 'problems'] },
    checks: list(
      shape({
        name: text,
        group: { enum: ['machine', 'repository', 'store', 'people', 'agents'] },
        about: text,
        state: checkState,
        summary: text,
        findings: list(
          shape({
            state: checkState,
            about: textOrNull,
            found: text,
            expected: text,
            next: texts,
            fixable: yes,
            details: { type: 'object' },
            code: textOrNull,
          }),
        ),
      }),
    ),
    mended: list(shape({ check: text, does: text, refused: textOrNull })),
    dryRun: yes,
  }),
  completion: shape({ shell: text, script: text }),
  'agent-guide': shape({ markdown: text }),
  mcp: shape({
    tools: list(
      shape({
        name: { type: 'string', pattern: '^qms_' },
        title: text,
        description: text,
        inputSchema: { type: 'object' },
        annotations: shape({
          readOnlyHint: yes,
          destructiveHint: yes,
          idempotentHint: yes,
          openWorldHint: yes,
        }),
      }),
    ),
  }),
  help: shape({ lines: texts }),
  'hooks install': shape({
    place: hookPlace,
    hooks: list(shape({ hook: text, file: text, did: text, former: textOrNull })),
    dryRun: yes,
  }),
  'hooks show': shape({
    place: hookPlace,
    hooks: list(shape({ hook: text, file: text, state: text, former: textOrNull })),
    tools: list(shape({ tool: text, hook: text, file: text, state: text })),
  }),
  'hook pre-commit': shape({ branch: textOrNull }),
  'hook commit-msg': shape({ policy: textOrNull, records: texts, unlisted: texts, unreadable: texts }),
  'hook pre-push': pushChecked,
  'hook pre-receive': pushChecked,
  'hook pre-tool-use': shape({ decision: { enum: ['pass', 'deny', 'replace'] }, reason: textOrNull }),
  'hook user-prompt-submit': shape({ context: textOrNull }),
  'hook session-start': shape({ context: textOrNull }),
  'hook subagent-start': shape({ context: textOrNull }),
  'hook subagent-stop': shape({ held: textOrNull }),
  version: shape({
    qms: text,
    storeFormat: text,
    schemaVersion: whole,
    node: text,
    git: textOrNull,
    platform: text,
  }),
}

export const answerSchema = async () => {
  const { documentEvent, systemEvent } = await import('../dist/documents/event.js')
  const { STATUSES } = await import('../dist/documents/types.js')
  const { EXIT } = await import('../dist/errors.js')
  const amiss = { notices: list(ref('notice')) }
  const envelope = { schemaVersion: { const: 1 }, command: text }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://qms.invalid/schemas/answer.json',
    title: 'The one object that every qms command prints with --json',
    type: 'object',
    required: ['schemaVersion', 'ok', 'command'],
    oneOf: [
      {
        ...shape({ ...envelope, ok: { const: false }, error: ref('refusal') }, amiss),
        not: { required: ['result'] },
      },
      ...Object.entries(results).map(([name, result]) => ({
        title: name,
        ...shape({ ...envelope, ok: { const: true }, command: { const: name }, result }, amiss),
        not: { required: ['error'] },
      })),
    ],
    $defs: definitions(documentEvent, systemEvent, STATUSES, Object.keys(EXIT)),
  }
}
