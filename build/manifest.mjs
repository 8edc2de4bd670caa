// Writes oclif.manifest.json, so that starting `qms` does not load every command to learn what there is.
import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Config, Plugin, settings } from '@oclif/core'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
settings.enableAutoTranspile = false
const file = join(root, 'oclif.manifest.json')
rmSync(file, { force: true })

await Config.load({ root })
const plugin = new Plugin({
  root,
  type: 'core',
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
})
await plugin.load()
writeFileSync(file, `${JSON.stringify(plugin.manifest, null, 2)}\n`)
