/** Commands as agents write them: what writes to what is guarded is seen, and what only reads is let through. */
import { symlinkSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { readShell } from '../../src/agents/shell/shell.ts'
import { readHookInput } from '../../src/agents/tool-call.ts'
import { surroundingsOf } from '../../src/project/disk-surroundings.ts'
import type { Surroundings } from '../../src/project/surroundings.ts'
import { openRepository } from '../../src/store/repository.ts'
import { initialised, type Project } from '../support/cli.ts'

let project: Project
let around: Surroundings

beforeAll(async () => {
  project = await initialised()
  project.write('scripts/clean.sh', '#!/bin/bash\nset -e\ncd "$(dirname "$0")/.."\nrm -rf QMS/.meta\n')
  project.write('scripts/build.sh', '#!/bin/sh\nset -eu\nnpm run build > build.log\n')
  project.write(
    'scripts/fix.py',
    'import pathlib\npathlib.Path("QMS/.meta/CR/CR-001.json").write_text("{}")\n',
  )
  project.write('scripts/count.py', 'import glob\nprint(len(glob.glob("QMS/**/*.md")))\n')
  project.write('store.patch', '--- a/QMS/CR/CR-001.md\n+++ b/QMS/CR/CR-001.md\n')
  project.write('code.patch', '--- a/src/code.txt\n+++ b/src/code.txt\n')
  project.write('scripts/noext', 'rm -rf QMS\n')
  project.write('scripts/arg.sh', '#!/usr/bin/env bash\nD=$1\nrm -rf "$D"\n')
  project.write(
    'scripts/show.mjs',
    'import fs from "node:fs"\nconsole.log(fs.readdirSync(process.argv[2]))\n',
  )
  const scripts = { wipe: 'rm -rf QMS', prebundle: 'rimraf QMS/.meta', bundle: 'x', test: 'vitest run' }
  project.write('package.json', JSON.stringify({ scripts }))
  project.write('docs/.prettierignore', 'QMS\n')
  symlinkSync('QMS', project.path('documents'))
  symlinkSync('../QMS/CR/CR-999.md', project.path('src/to-be'))
  symlinkSync('../QMS/SOP', project.path('src/inside'))
  const repository = await openRepository(project.root)
  around = await surroundingsOf(repository)
  repository.close()
})

const harms = (command: string, cwd = project.root) =>
  readShell(command, {
    ...around,
    cwd,
    branch: 'main',
    guarded: {
      places: [...around.places, ...around.settings],
      free: [project.path('.qms/workspace/claude')],
      ignoresCase: false,
    },
  }).harms

const REFUSED = String.raw`
echo '{}' > QMS/.meta/CR/CR-001.json
echo "approved" >> QMS/.audit/CR/CR-001.jsonl
echo x >| QMS/CR/CR-001.md
echo x &> QMS/CR/CR-001.md
printf '%s\n' done 2>&1 | tee QMS/CR/CR-001-draft.md
cat new.md | tee -a ./QMS/CR/CR-001.md > /dev/null
dd if=/dev/zero of=QMS/.audit/CR/CR-001.jsonl bs=1 count=1
sed -i 's/DRAFT/APPROVED/' QMS/.meta/CR/CR-001.json
sed -i.bak -e 's/a/b/' QMS/CR/CR-001.md
sed --in-place 's/a/b/' $(pwd)/QMS/CR/CR-001.md
sed -n 'w QMS/CR/CR-001.md' src/code.txt
perl -i -pe 's/DRAFT/EFFECTIVE/' QMS/.meta/CR/CR-001.json
perl -pi.bak -e 's/a/b/' QMS/CR/CR-001.md
cp /tmp/CR-001.json QMS/.meta/CR/CR-001.json
cp -r /tmp/QMS .
cp -t QMS/CR draft.md
mv QMS/CR/CR-001-draft.md QMS/CR/CR-001.md
mv QMS /tmp/elsewhere
rm QMS/CR/CR-001-draft.md
rm -rf QMS
rm -rf .git
rm -rf ./.git/refs/heads/main
rm -rf .
rm -f .qms/seen/qa/CR-001.json
ln -sf /tmp/x QMS/CR/CR-001.md
ln -s QMS docs
install -m 644 x.json QMS/.meta/CR/CR-001.json
truncate -s 0 QMS/.audit/CR/CR-001.jsonl
touch QMS/CR/CR-002.md
mkdir -p QMS/CR/CR-009
rsync -a backup/ QMS/
chmod -R 777 .
git update-ref refs/heads/main HEAD~1
git hash-object -w --stdin < x.json
git commit-tree HEAD^{tree} -m x
git fast-import < dump
git update-index --cacheinfo 100644,0000000000000000000000000000000000000000,QMS/CR/CR-001.md
git reset --hard HEAD~1
git reset --soft HEAD~1
git checkout HEAD~3 -- QMS/CR/CR-001.md
git checkout -- QMS
git restore --source=HEAD~1 QMS/.meta
git restore QMS/CR/CR-001.md
git push --force
git push -f origin main
git push origin +main
git push origin --delete main
git filter-branch --tree-filter 'rm x' HEAD
git replace abc def
git notes add -m 'approved' HEAD
git config qms.branch other
git config --unset qms.branch
git config core.hooksPath /dev/null
git -c core.hooksPath=/dev/null commit -m x
git commit --no-verify -m 'fix metadata'
git commit -nm 'fix metadata'
git -C . update-ref -d refs/heads/main
git --git-dir=.git update-ref -d refs/heads/main
git rm QMS/CR/CR-001.md
git mv QMS/CR/CR-001.md QMS/CR/CR-002.md
git branch -f main HEAD~2
git branch -D main
git worktree add /tmp/w main
git apply store.patch
git clean -fdx
git symbolic-ref HEAD refs/heads/other
git reflog expire --expire=now --all
python3 -c "open('QMS/.meta/CR/CR-001.json','w').write('{}')"
python -c 'import json,pathlib; p=pathlib.Path("QMS/.meta/CR/CR-001.json"); d=json.loads(p.read_text()); d["status"]="EFFECTIVE"; p.write_text(json.dumps(d))'
node -e "require('fs').writeFileSync('QMS/CR/CR-001.md','x')"
ruby -e 'File.write("QMS/CR/CR-001.md", "x")'
bash -c 'rm -rf QMS'
sh -c "echo x > QMS/CR/CR-001.md"
bash -lc "cd QMS && touch x"
bash scripts/clean.sh
./scripts/clean.sh
source scripts/clean.sh
sh < scripts/clean.sh
python3 scripts/fix.py
eval "rm -rf QM""S"
echo 'rm -rf QMS' | bash
cd QMS && rm CR/CR-001.md
cd QMS/CR; sed -i s/a/b/ CR-001.md
pushd QMS/.meta && echo x > CR/CR-001.json
(cd QMS; touch x)
D=QMS; rm -rf $D/.meta
F="QMS/CR/CR-001.md"; echo x > "$F"
for f in QMS/CR/*.md; do sed -i 's/a/b/' "$f"; done
find QMS -name '*.md' -delete
find . -name '*.json' -exec sed -i 's/a/b/' {} +
find QMS -type f | xargs sed -i 's/a/b/'
grep -rl DRAFT . | xargs sed -i 's/DRAFT/EFFECTIVE/'
git ls-files | xargs rm
ls QMS/CR/*.md | xargs -I{} mv {} /tmp
sudo rm -rf QMS
env X=1 rm -rf QMS
nohup rm -rf QMS &
timeout 5 rm -rf QMS
command rm QMS/x
nice -n 10 rm -rf QMS
time rm -rf QMS
/bin/rm -rf QMS
\rm -rf QMS
Q\MS=1; rm -rf Q'M'S
rm -rf Q*S
rm -rf ./QM?/CR
rm -rf {QMS,dist}
rm -rf src/../QMS
echo x > "$UNSET/QMS/x"
X=$(ls QMS | head -1); rm -rf "$X"
while read f; do rm "$f"; done < <(ls QMS/CR/*)
echo "$(rm -rf QMS)"
true && { rm -rf QMS; }
if true; then rm -rf QMS; fi
f() { rm -rf "$1"; }; f QMS
curl -o QMS/CR/CR-001.md https://example.org/x
tar -xf x.tar -C QMS
unzip x.zip -d QMS
sort -o QMS/CR/CR-001.md src/code.txt
vim -c 'wq' QMS/CR/CR-001.md
prettier --write QMS/CR/CR-001.md
npx prettier --write 'QMS/**/*.md'
echo '{"hooks":{}}' > .claude/settings.json
rm .claude/settings.local.json
echo '{}' > qms.config.json
jq '.branch="x"' qms.config.json > t && mv t qms.config.json
echo x > documents/CR/CR-001.md
rm -rf .qms/workspace/qa
echo x > .qms/workspace/claude/../qa/CR-001.md
rm -rf "QMS
strange-tool QMS/CR/CR-001.md
awk '{print > "QMS/CR/CR-001.md"}' src/code.txt
exec > QMS/log; echo x
trap 'rm -rf QMS' EXIT
flock /tmp/l rm -rf QMS
xargs -a list rm -rf QMS
a="rm -rf QMS"; $a
D="dist QMS"; rm -rf $D
S=; $S rm -rf QMS
rm {a,b,c,d,e,f,g,h}{a,b,c,d,e,f,g,h} QMS/{a,b,c,d,e,f,g,h}{a,b,c,d,e,f,g,h,i}
f() { rm -rf "$1"; }; f QMS
f() { rm -rf "$@"; }; f src QMS
f() { cd QMS; }; f; touch x
alias wipe='rm -rf QMS'
bash scripts/noext
cat scripts/noext | bash
eval "$(cat scripts/noext)"
bash scripts/arg.sh QMS
sh -c 'rm -rf "$1"' _ QMS
find . -name '*.json' -exec sh -c 'echo {} > "$1"' _ {} \;
find . -name '*.json' | xargs -I{} sh -c 'echo > {}'
bash <(printf 'rm -rf QMS\n')
BASH_ENV=scripts/noext bash -c true
PROMPT_COMMAND='rm -rf QMS'
GIT_EDITOR='rm -rf QMS' git commit
git -c core.pager='rm -rf QMS' log
export D=QMS; python3 -c "import os,shutil; shutil.rmtree(os.environ['D'])"
npm run wipe
npm run bundle
pnpm wipe
yarn wipe
npm exec -- rm -rf QMS
npm test -- --outputFile=QMS/x
deno eval "Deno.removeSync('QMS/x')"
ruby -i -pe '$_.upcase!' QMS/CR/CR-001.md
ruby -e 'FileUtils.rm_rf("QMS")'
perl -MFile::Path -e 'rmtree("QMS")'
perl -e 'open(F,">QMS/CR/CR-001.md")'
python3 -c "open('QMS/CR/CR-001.md','wt')"
python3 -c "from pathlib import Path; Path('x').replace(Path('QMS/CR/CR-001.md'))"
sed -n '1e rm -rf QMS' src/code.txt
sed 's/.*/rm -rf QMS/e' src/code.txt
awk '{print > "QMS/x"; print > "/tmp/y"}' src/code.txt
su -c 'rm -rf QMS'
script -c 'rm -rf QMS' /dev/null
tmux new -d 'rm -rf QMS'
chmod -w QMS
chmod -x .git/hooks/pre-commit
gunzip QMS/x.gz
7z x a.7z -oQMS
rename s/a/b/ QMS/*
vim -c ':wq! QMS/x' src/code.txt
prettier --write .
npx prettier --write "**/*.md"
biome check --write .
mdformat QMS
echo x > src/to-be
cd src/inside && echo x > ../CR/CR-001.md
echo x > src/inside/../x
rm -rf $(git rev-parse --git-dir)/refs
echo x > "$(git rev-parse --git-path HEAD)"
git reset main~1
git reset 'main@{1}'
git restore --source HEAD~1 :/
git checkout HEAD~1 -- ':(top)QMS'
git stash push QMS/CR/CR-001.md
git rebase --onto HEAD~5 HEAD~3
GIT_SEQUENCE_EDITOR=true git rebase -i HEAD~4
git push --force
git checkout -b x && git push -f && git switch main && git push -f
git submodule add https://example.org/x QMS/y
git bundle create QMS/x HEAD
git init QMS/CR
`

const HERE: readonly string[] = [
  "cat > QMS/CR/CR-001.md <<'EOF'\n# New\nEOF",
  "cat <<'EOF' > QMS/.meta/CR/CR-001.json\n{}\nEOF",
  "python3 - <<'EOF'\nopen('QMS/CR/CR-001.md', 'w').write('x')\nEOF",
  'bash <<EOF\nrm -rf QMS\nEOF',
  'cat <<EOF\n$(rm -rf QMS)\nEOF',
  'git update-index --index-info <<EOF\n100644 abc\tQMS/x\nEOF',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's
  'rm -rf "${D:-QMS}"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's
  'D=${D:-QMS}; echo x > "$D/x"',
  "patch -p1 <<'EOF'\n--- a/QMS/CR/CR-001.md\n+++ b/QMS/CR/CR-001.md\nEOF",
]

const ALLOWED = `
cat QMS/CR/CR-001/CR-001.md
cat QMS/.audit/CR/CR-001.jsonl | tail -5
head -50 QMS/SOP/SOP-001.md
grep -rn 'SHALL' QMS
grep -rn TODO . --include='*.ts'
rg DRAFT QMS/.meta
ls -la QMS .qms .git
find QMS -name '*.md'
find QMS -name '*.md' | xargs wc -l
find . -name '*.ts' -exec grep -l qms {} +
wc -l QMS/CR/*.md
diff QMS/CR/CR-001.md /tmp/x.md
jq .status QMS/.meta/CR/CR-001.json
sed -n '1,40p' QMS/SOP/SOP-001.md
awk '{print $1}' QMS/SOP/SOP-001.md
cp QMS/CR/CR-001.md /tmp/copy.md
cat QMS/SOP/SOP-001.md > /tmp/sop.md
tar czf /tmp/qms.tgz QMS
for f in QMS/CR/*.md; do cat "$f"; done
for f in QMS/CR/*.md; do cp "$f" /tmp/; done
git status
git log --oneline -5 -- QMS
git show HEAD:QMS/CR/CR-001.md
git show HEAD:QMS/CR/CR-001.md > /tmp/x.md
git diff HEAD~1 -- QMS
git blame QMS/SOP/SOP-001.md
git add src/code.txt && git commit -m "fix QMS link in the docs"
git add -A
git commit -am 'QMS: not touched'
git push
git push origin main
git push --force-with-lease origin feature
git checkout -b feature
git switch feature
git checkout -- src/code.txt
git restore src/code.txt
git stash
git pull --rebase
git fetch origin
git branch -D feature
git config user.name
git config --get qms.branch
git config qms.branch
git reset HEAD src/code.txt
git apply code.patch
git clean -fd src
git rev-parse HEAD
git notes list
git cat-file -p HEAD
git hash-object QMS/CR/CR-001.md
git -C /tmp reset --hard
qms status CR-001
qms review CR-001 --recommend --comment 'QMS/CR reads well > fine'
qms create CR --title 'Remove QMS/.meta by hand'
qms history CR-001 | tail -3
npx qms inbox
npm test
npm run build > build.log 2>&1
npm install
node build/setup.mjs
npx vitest run test/x.test.ts
npx tsc --noEmit
node -e "console.log(require('fs').readFileSync('QMS/.meta/CR/CR-001.json','utf8'))"
python3 -c "print(open('QMS/SOP/SOP-001.md').read())"
python3 scripts/count.py
./scripts/build.sh
bash scripts/build.sh
bash -c 'cat QMS/SOP/SOP-001.md'
echo QMS
echo 'rm -rf QMS'
echo "see QMS/SOP/SOP-001.md" >> notes.md
rm -rf dist node_modules
rm -rf "$TMPDIR/x"
sed -i 's/a/b/' src/code.txt
find . -name '*.pyc' -delete
find . -name node_modules -prune -o -name '*.ts' -print
find src -name '*.ts' | xargs sed -i 's/a/b/'
find . -name '*.ts' -not -path './node_modules/*' -exec sed -i 's/a/b/' {} +
find . -type f -not -path './.git/*' -not -path './QMS/*' -exec sed -i 's/a/b/' {} +
grep -rl foo src | xargs sed -i 's/foo/bar/'
grep -rl foo . --include='*.ts' | xargs sed -i 's/foo/bar/'
git ls-files '*.ts' | xargs npx prettier --write
echo x > .qms/workspace/claude/CR-001.md
sed -i 's/a/b/' .qms/workspace/claude/CR-001.md
cat .qms/workspace/claude/CR-001.md
cd src && rm -f code.o && cd ..
mkdir -p src/new && touch src/new/a.ts
mv src/a.ts src/b.ts
cp -r templates/. src/
echo x > $OUT
curl -s https://example.org/x -o /tmp/x
chmod +x scripts/build.sh
touch .gitignore && echo dist >> .gitignore
mkdir -p .github/workflows && echo 'on: push' > .github/workflows/ci.yml
export QMS_USER=claude; qms inbox
QMS_USER=claude qms inbox
ls .git/hooks
test -f QMS/CR/CR-001.md && echo yes
[ -d QMS ] || qms init
[[ -f QMS/x ]] && echo there
wc -c < QMS/SOP/SOP-001.md
x=$(cat QMS/.meta/CR/CR-001.json); echo "$x"
gh pr create --title "Docs" --body "Changes the QMS docs"
docker ps
time npm test
timeout 60 npm test
sudo apt-get install jq
pandoc QMS/SOP/SOP-001.md -o /tmp/sop.pdf
md5sum QMS/CR/*.md | sort
python3 -m json.tool QMS/.meta/CR/CR-001.json
python3 -c "rows=[]; [rows.append(l.replace('a','b')) for l in open('QMS/SOP/SOP-001.md')]; print(len(rows))"
python3 -c "import sys; sys.stdout.write(open('QMS/SOP/SOP-001.md').read())"
python3 -c "p='.qms/workspace/claude/CR-001.md'; s=open(p).read(); open(p,'w').write(s.replace('a','b'))"
node -e "const f = require('fs').readdirSync('QMS').filter(n => n.length > 3); console.log(/x/.exec(f[0]))"
node scripts/show.mjs QMS
perl -ne 'print if $. > 5' QMS/SOP/SOP-001.md
awk '$1 > 5' QMS/.audit/CR/CR-001.jsonl
awk '/QMS/ {print > "/tmp/out"}' src/code.txt
show() { head -5 "$1"; }; show QMS/SOP/SOP-001.md
clean() { rm -rf "$1"; }; clean dist; ls QMS
D=$(mktemp -d); cp -r QMS "$D" && diff -r QMS "$D/QMS"; rm -rf "$D"
D=$(mktemp -d) && cd "$D" && qms init --git && ls QMS && rm -rf "$D"
grep -rn foo QMS > "$(mktemp)"
A="src/a.ts src/b.ts"; prettier --write $A; ls QMS
alias ll='ls -la'
npm test
npm run lint
GIT_EDITOR=true git commit --amend
git -c core.pager=cat log -- QMS
git push -f origin feature
git checkout -b feature && git push --force-with-lease
git update-index --refresh
git rebase main
git rebase -i HEAD~3 feature
git stash push src/code.txt
prettier --check .
prettier --write src
cd docs && npx prettier --write .
chmod -x scripts/build.sh
sed -e 's/see/e/' QMS/SOP/SOP-001.md
for a in 1 2 3; do for b in 1 2 3; do echo $a$b; done; done; ls QMS
`

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')

test.each([...lines(REFUSED), ...HERE])('writes: %s', (command) => {
  expect(harms(command)).not.toEqual([])
})

const HERE_READING: readonly string[] = [
  "cat > notes.md <<'EOF'\nThe QMS folder holds documents. Do not rm -rf QMS.\nEOF",
  "git commit -F - <<'EOF'\nupdate docs of QMS\nEOF",
  "python3 - <<'EOF'\nprint(open('QMS/SOP/SOP-001.md').read())\nEOF",
  'qms review CR-001 --comment-file - <<EOF\nQMS/x > y\nEOF',
]

test.each([...lines(ALLOWED), ...HERE_READING])('only reads, or writes elsewhere: %s', (command) => {
  expect(harms(command)).toEqual([])
})

test('a path is seen from where the command starts', () => {
  expect(harms('rm CR/CR-001.md', project.path('QMS'))).toMatchObject([
    { path: project.path('QMS/CR/CR-001.md'), by: 'rm' },
  ])
  expect(harms('rm CR/CR-001.md', project.path('src'))).toEqual([])
  expect(harms('rm -rf ../QMS', project.path('src'))).toMatchObject([{ path: project.path('QMS') }])
})

test('a command that would take too long to read is not read, and refused where it names what is guarded', () => {
  const words = Array.from({ length: 50 }, (_, i) => `w${i}`).join(' ')
  const nested = (depth: number): string =>
    `for v${depth} in ${words}; do ${depth === 0 ? 'echo $v0' : nested(depth - 1)}; done`
  const doubled = Array.from({ length: 60 }, (_, i) => `v${i + 1}="$v${i}$v${i}"`).join(';')
  const many = [
    nested(3),
    `v0=ab;${doubled}`,
    ':(){ :|:& };:',
    `f() { f; f; }; f`,
    `sed 'w ${'w'.repeat(90_000)}' x`,
    `echo ${'a '.repeat(600_000)}`,
  ]
  for (const command of many) {
    expect(harms(command).slice(0, 1)).toEqual([])
    if (!command.startsWith('sed')) expect(harms(`${command}; rm "$x"; ls QMS`)).not.toEqual([])
  }
})

test('what is started is told, through programs that start others', () => {
  const scene = {
    ...around,
    cwd: project.root,
    branch: 'main',
    guarded: { places: [], free: [], ignoresCase: false },
  }
  const { started } = readShell(`timeout 9 env A=1 claude -p "review CR-001" && echo $(codex exec x)`, scene)
  expect(started.map(({ program }) => program)).toEqual(
    expect.arrayContaining(['timeout', 'env', 'claude', 'echo', 'codex']),
  )
  expect(started.find((s) => s.program === 'claude')?.words).toEqual(['-p', 'review CR-001'])
})

test('a folder that is no whole path is not taken for where a tool works', () => {
  expect(readHookInput('{"cwd":"src","tool_name":"Write"}')).toMatchObject({ cwd: null })
  expect(readHookInput('{"cwd":"/src","tool_name":"Write"}')).toMatchObject({ cwd: '/src' })
})
