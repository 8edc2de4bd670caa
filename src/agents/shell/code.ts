/** Whether a text in a language that is not read here writes: told by the words of the usual languages. */

const WAYS: readonly RegExp[] = [
  // Calls and methods, as `fs.writeFileSync(`, `p.write_text(`, `os.remove(`, and Ruby's and Perl's without brackets.
  /\b(?<!std(?:out|err|in)\.)write(?!able|r\b)\w*|\bappend_?(?:file|text|all)\w*|\bunlink\w*|\bremove\w*\s*\(|\bdelete\b[ (]\s*["']/i,
  /\brm(?:tree|_rf|_r|_f|Sync|dir\w*)?\b|\brename\w*|\bos\.replace\b|\.replace\(\s*[^,()]*(?:\([^()]*\))?\s*\)/i,
  /\bshutil\b|\bFileUtils\b|\bFile::Copy\b|\bcopy_?(?:file|tree)\w*|\bcp(?:Sync)?\s*\(|\bmove\s*\(/i,
  /\bmk\w+\s*\(|\bmkdir\b|\btouch\b\s*\(|\btruncate\w*|\bch(?:mod|own)\w*|\b(?:sym)?link(?:Sync|_to)?\s*\(|\bsymlink\w*/i,
  /\b(?:dump|save|put|spurt|extractall)\s*\(|\binplace\b|\bfileinput\b|\bRemoveSync\b/i,
  // What starts another program.
  /\bsystem\b|\bpopen\b|\bsubprocess\b|\bcheck_call\b|\bchild_process\b|\bspawn\w*|\bexec(?:a|File\w*|Sync|v\w*|l\w*)\b|(?<![.\w])exec\b|\bos\.exec|\bqx\b|`[^`]*\b(?:sed|tee|rm|mv|cp)\b/i,
  // How a file is opened, and redirections in a text.
  /(?:[,=]\s*|\bopen\w*\s*\(\s*)['"](?:[wax][bt+]{0,2}|r[bt]?\+[bt]?)['"]|['"]\s*\+?>{1,2}|>\s*['"]?\.?\/?(?:QMS|\.qms|\.git)\b/i,
]

export const writingCode = (text: string): boolean => WAYS.some((way) => way.test(text))
