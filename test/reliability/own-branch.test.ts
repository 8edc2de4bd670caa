/** Kills and failing system calls where the control branch is one of its own. */
import { injure } from './injuries.ts'

injure('own branch')
