/** What is installed with the program, and what could run while it is (H56). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../support/cli.ts'

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly hasInstallScript?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
  readonly link?: boolean
}

const json = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'))
const manifest = json('package.json')
const lock = json('package-lock.json')
const entries = Object.entries<Locked>(lock.packages).filter(([path]) => path !== '')

// Verifies: REQ-QMS-907
describe('H56. the package', () => {
  it('runs nothing when it is installed', () => {
    const hooks = [
      'preinstall',
      'install',
      'postinstall',
      'preprepare',
      'prepare',
      'postprepare',
      'prepublish',
    ]
    expect(Object.keys(manifest.scripts).filter((name) => hooks.includes(name))).toEqual([])
    expect(manifest.gypfile).toBeUndefined()
  })

  it('names every package by one exact version, none by address, tag or range', () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      expect({ name, version }).toEqual({ name, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
    expect(manifest.optionalDependencies ?? manifest.bundledDependencies).toBeUndefined()
  })

  it('is locked: every package has its version and the digest of what is fetched', () => {
    expect(lock.lockfileVersion).toBeGreaterThanOrEqual(3)
    expect(lock.packages[''].dependencies).toEqual(manifest.dependencies)
    expect(lock.packages[''].devDependencies).toEqual(manifest.devDependencies)
    expect(entries.length).toBeGreaterThan(100)
    for (const [path, entry] of entries)
      expect({ path, ...entry }).toMatchObject({
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        integrity: expect.stringMatching(/^sha512-[A-Za-z0-9+/]{86}==$/),
      })
    expect(entries.filter(([, entry]) => entry.link)).toEqual([])
  })

  it('brings its users no other package: what it needs is in its bundle, from the versions that are locked', () => {
    const brought = entries.filter(([, entry]) => !entry.dev && !entry.devOptional)
    expect(brought.map(([path]) => path)).toEqual([])
    const licences = readFileSync(join(ROOT, 'dist/licences.txt'), 'utf8')
    const bundled = [...licences.matchAll(/^(@?[\w./-]+) (\d\S*): \S/gm)]
    expect(bundled.length).toBeGreaterThan(30)
    for (const [, name, version] of bundled) {
      const copies = entries.filter(([path]) => path === name || path.endsWith(`node_modules/${name}`))
      expect({ name, versions: copies.map(([, entry]) => entry.version) }).toMatchObject({
        versions: expect.arrayContaining([version]),
      })
      expect(copies.some(([, entry]) => entry.hasInstallScript)).toBe(false)
    }
  })

  it('is built where no script of a package is run, and CI installs what is locked', () => {
    expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toContain('npm ci --ignore-scripts')
  })
})
