/** Arguments shared by commands. None ever reads standard input by itself. */
import { Args } from '@oclif/core'

export const documentArg = Args.string({
  name: 'id',
  description: 'document, such as CR-001',
  required: true,
  ignoreStdin: true,
})

export const optionalDocumentArg = Args.string({
  name: 'id',
  description: 'document, such as CR-001',
  ignoreStdin: true,
})

export const nameArg = (description: string) =>
  Args.string({ name: 'name', description, required: true, ignoreStdin: true })
