/** Kills and failing system calls where the control branch is checked out. */
import { injure } from './injuries.ts'

injure('checked out')
