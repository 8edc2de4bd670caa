import { type Check, type Finding, note, warning } from '../check.ts'

/** What kind of stranger a name gives away. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [
    /conflicted copy|\.sync-conflict-|\((?:case )?conflict[^)]*\)|-(?:DESKTOP|LAPTOP)-[A-Z0-9]+(?:-\d+)?\.|_conf\(\d+\)/i,
    'a copy that a synchronising program made where two machines wrote: compare it with the text before it goes',
  ],
  [/~$|\.(?:sw[a-p]|bak|orig|rej|tmp)$|(?:^|\/)(?:#.*#|\.#[^/]*)$/, 'what an editor or a merge left'],
  [/(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/i, 'what a file manager left'],
  [/ \(\d+\)\.[a-z]+$| - Copy(?: \(\d+\))?\.[a-z]+$/i, 'a copy that somebody made'],
]

const found = (path: string): string =>
  KINDS.find(([name]) => name.test(path))?.[1] ?? 'a file of nothing that the store has'

const EXPECTED = 'only what qms writes below QMS/'

export const strangers: Check = {
  name: 'strangers',
  group: 'store',
  about: 'nothing else lies in the folder of the store',
  examine: async ({ repository }) => {
    const [{ files, emptyFolders, others }, { root }] = await Promise.all([
      repository.strangers(),
      repository.view(),
    ])
    const findings: Finding[] = [
      ...files.map((path) =>
        warning(path, {
          found: found(path),
          expected: EXPECTED,
          next: [['rm', '-i', '--', `${root}/${path}`]],
        }),
      ),
      ...others.map(({ path, kind }) =>
        warning(path, {
          found: `${kind}: never followed`,
          expected: EXPECTED,
          next: [['ls', '-ld', '--', `${root}/${path}`]],
        }),
      ),
      ...emptyFolders.map((path) => note(path, 'an empty folder')),
    ]
    return { summary: 'nothing else lies there', findings }
  },
}
