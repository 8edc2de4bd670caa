/**
 * Properties over drawn values. Every run draws the same ones, so that a check says of the same commit the same thing;
 * `QMS_TEST_SEED=random` draws others (the seed is in the report of a failure), and a number draws those again.
 */
import { configureGlobal } from 'fast-check'

const asked = process.env.QMS_TEST_SEED ?? '1'
configureGlobal({ seed: asked === 'random' ? Date.now() | 0 : Number(asked) })

export { default } from 'fast-check'
