import { expect } from 'vitest'

/** Seconds of processor time that no sound reading of one text takes on any machine; exponents and their like take hours. */
const MOST = 20

/** Does the work and holds it to processor time: how busy the machine is makes no difference. Gives what the work gives. */
export const withEffort = async <T>(work: () => T | Promise<T>): Promise<T> => {
  const began = process.cpuUsage()
  const done = await work()
  expect(process.cpuUsage(began).user / 1e6).toBeLessThan(MOST)
  return done
}
