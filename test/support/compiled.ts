/**
 * The store as plain JavaScript, for child processes: each source is transpiled on its own (no type check, no bundle)
 * into a temporary folder. Simplest way that needs neither a build nor a loader. Packages cannot be reached from there.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'

const ROOT = resolve(import.meta.dirname, '../..')
const SOURCES = ['src/store', 'test/support/children']

/** Transpiles into `folder` and gives the path of the child program `name`. */
export function compileChildren(folder: string): (name: string) => string {
  for (const source of SOURCES)
    for (const name of readdirSync(join(ROOT, source))) transpile(join(source, name), folder)
  transpile('src/errors.ts', folder)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  return (name) => join(folder, 'test/support/children', `${name}.js`)
}

function transpile(file: string, folder: string): void {
  if (!file.endsWith('.ts')) return
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
    rewriteRelativeImportExtensions: true,
    verbatimModuleSyntax: true,
  }
  const { outputText } = ts.transpileModule(readFileSync(join(ROOT, file), 'utf8'), { compilerOptions })
  const target = join(folder, file.replace(/\.ts$/, '.js'))
  mkdirSync(join(target, '..'), { recursive: true })
  writeFileSync(target, outputText)
}
