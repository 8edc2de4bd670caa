// Who may import whom. docs/architecture.md says why; this file is where it is enforced.

/** A folder or module of src that sees nothing of src but what `may` names. */
const sees = (name, from, may) => ({
  name,
  severity: 'error',
  comment: `${name}: imports within src are limited to ${may.join(', ')}`,
  from: { path: from },
  to: { path: '^src/', pathNot: may },
})

const onlyIn = (name, what, where, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: '^src/', pathNot: where },
  to: { path: what },
})

const ERRORS = '^src/errors\\.ts$'
const DOCUMENTS = '^src/documents/'
const LIFECYCLE = '^src/lifecycle/'
const ADOPTION = '^src/adoption/'
const AUDIT = '^src/audit/'
const PACKAGE = '^src/package/'
const REPORT = '^src/report/'
const EXECUTION = '^src/execution/'
const LINT = '^src/lint/'
const AUTHORING = '^src/authoring/'
const TRACEABILITY = '^src/traceability/'
const DIAGRAM = '^src/diagram/'
const AGENTS = '^src/agents/'
const BACKENDS = '^src/backends/'
/** How words of influence and disguises are told, in documents as in prompts. */
const SIGNS = '^src/lint/(?:encoded|instructions|lookalikes|unseen)\\.ts$'
const LAYOUT = '^src/store/layout\\.ts$'
/** What the use cases may know of the memory: its port, those of local files, audits, probes, packages and of commits and pushes to come, and the paths. */
const PORTS = '^src/store/(?:store|local|evidence|package|layout|probe|proposed)\\.ts$'

/** What the use cases may know of the project around the store: its files, its commits, its commands. */
const PROJECT_PORTS = '^src/project/(?:work-state|commands|agent-runs|files|snapshots|surroundings)\\.ts$'

/** The packages that the program is made of. */
const CHOSEN = [
  '@dagrejs/dagre',
  '@modelcontextprotocol/server',
  '@oclif/core',
  'diff',
  'fast-xml-parser',
  'fastest-levenshtein',
  'gray-matter',
  'picocolors',
  'remark-frontmatter',
  'remark-gfm',
  'remark-lint-heading-increment',
  'remark-lint-no-duplicate-definitions',
  'remark-lint-no-empty-url',
  'remark-parse',
  'simple-git',
  'tar-stream',
  'unified',
  'unbash',
  'unified-lint-rule',
  'vfile',
  'yaml',
  'zod',
]

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'a circle of modules has no bottom to start reading from',
      from: { path: '^src/' },
      to: { circular: true },
    },
    sees('errors-see-nothing', ERRORS, ['^$']),
    sees('documents-see-errors', DOCUMENTS, [DOCUMENTS, ERRORS]),
    sees('lifecycle-sees-documents', LIFECYCLE, [LIFECYCLE, DOCUMENTS, ERRORS]),
    sees('agents-see-rules', AGENTS, [AGENTS, SIGNS, LIFECYCLE, EXECUTION, DOCUMENTS, ERRORS]),
    sees('backends-see-their-port', BACKENDS, [BACKENDS, '^src/agents/backend\\.ts$', ERRORS]),
    sees('adoption-sees-rules-and-paths', ADOPTION, [ADOPTION, LIFECYCLE, DOCUMENTS, ERRORS, LAYOUT]),
    sees('audit-sees-rules-and-paths', AUDIT, [AUDIT, AGENTS, ADOPTION, EXECUTION, LIFECYCLE, DOCUMENTS, ERRORS, LAYOUT]),
    sees('package-sees-documents', PACKAGE, [PACKAGE, DOCUMENTS, ERRORS]),
    sees('report-sees-documents', REPORT, [REPORT, PACKAGE, DOCUMENTS, ERRORS]),
    sees('execution-sees-documents', EXECUTION, [EXECUTION, DOCUMENTS, ERRORS]),
    sees('lint-sees-documents', LINT, [LINT, EXECUTION, DOCUMENTS, ERRORS]),
    sees('authoring-sees-documents', AUTHORING, [AUTHORING, EXECUTION, DOCUMENTS, ERRORS]),
    sees('traceability-sees-documents', TRACEABILITY, [TRACEABILITY, PACKAGE, DOCUMENTS, ERRORS]),
    sees('diagram-sees-rules', DIAGRAM, [DIAGRAM, LIFECYCLE, DOCUMENTS, ERRORS]),
    sees('project-sees-plumbing', '^src/project/', ['^src/project/', '^src/store/', ERRORS]),
    sees('store-sees-no-rules', '^src/store/', ['^src/store/', ERRORS]),
    sees('app-sees-ports', '^src/app/', [
      '^src/app/',
      REPORT,
      PACKAGE,
      AUDIT,
      AGENTS,
      EXECUTION,
      LINT,
      AUTHORING,
      TRACEABILITY,
      DIAGRAM,
      PROJECT_PORTS,
      ADOPTION,
      LIFECYCLE,
      DOCUMENTS,
      ERRORS,
      PORTS,
    ]),
    sees('interfaces-see-app', '^src/interfaces/', [
      '^src/interfaces/',
      '^src/app/',
      '^src/audit/finding\\.ts$',
      '^src/compose(?:-agents|-hooks|-server)?\\.ts$',
      DOCUMENTS,
      ERRORS,
    ]),
    {
      name: 'ports-stand-alone',
      severity: 'error',
      comment: 'a port is a description: it knows none of its implementations',
      from: { path: PORTS },
      to: { path: '^src/', pathNot: `${ERRORS}|${PORTS}` },
    },
    {
      name: 'interfaces-take-types-of-documents',
      severity: 'error',
      comment:
        'a door decides nothing about documents: it takes types, lists of names, and what makes text safe to print',
      from: { path: '^src/interfaces/' },
      to: {
        path: DOCUMENTS,
        pathNot: '^src/documents/(?:hidden|event)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'pure',
      severity: 'error',
      comment: 'rules and nouns have no disk, no clock and no processes',
      from: {
        path: [
          ...[DOCUMENTS, LIFECYCLE, ADOPTION, AUDIT, PACKAGE, REPORT, ERRORS],
          ...[EXECUTION, LINT, AUTHORING, TRACEABILITY, DIAGRAM, AGENTS, BACKENDS],
        ],
      },
      to: { dependencyTypes: ['core'] },
    },
    onlyIn(
      'gray-matter-in-one-module',
      'node_modules/gray-matter',
      '^src/documents/frontmatter\\.ts$',
      'as it comes it runs JavaScript out of documents; one module holds it tame',
    ),
    {
      name: 'git-is-started-in-one-module',
      severity: 'error',
      comment: 'one place knows the environment and the options that every git child needs; the pager, the list of processes where there is no /proc, and programs of the user (commands whose output is evidence, agents), are others',
      from: { path: '^src/', pathNot: ['^src/store/plumbing[^/]*\\.ts$', '^src/interfaces/cli/pager\\.ts$', '^src/store/process-list\\.ts$', '^src/project/child(?:ren)?\\.ts$'] },
      to: { path: '^(?:node:)?child_process$', dependencyTypesNot: ['type-only'] },
    },
    onlyIn(
      'simple-git-in-one-module',
      'node_modules/simple-git',
      '^src/store/plumbing[^/]*\\.ts$',
      'as for child processes',
    ),
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'a module that nothing imports is dead, unless it is a command',
      from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'only-chosen-packages',
      severity: 'error',
      comment: 'what is imported is bundled: each package is chosen, not found lying in node_modules',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'],
        pathNot: `/@types/|^mdast$|^node_modules/(?:${CHOSEN.join('|')})/`,
      },
    },
  ],
  options: {
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:dist|test)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}
