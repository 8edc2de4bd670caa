import { QmsError } from '../../src/errors.ts'

/** The refusal that this work ends in; anything else that it throws, or nothing, fails the test. */
export const refusal = (work: () => unknown): QmsError => {
  try {
    work()
  } catch (error) {
    if (error instanceof QmsError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
