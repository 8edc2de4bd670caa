import { MemoryStore } from '../../src/store/memory-store.ts'
import { makeRepository } from '../support/repository.ts'
import { openStore } from '../support/stores.ts'
import { storeContract } from './contract.ts'

storeContract('memory', async () => new MemoryStore())

storeContract('git, a branch of its own', async () => {
  const { store } = await openStore(makeRepository().root, 'qms')
  return store
})

storeContract('git, checked out and unborn', async () => {
  const { store } = await openStore(makeRepository({ commit: false }).root, 'main')
  return store
})
