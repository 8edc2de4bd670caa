/** A store in a folder that is not there yet, and the environment to use it in. */
export const storeAt: (folder: string, plan: object) => Promise<{ cwd: string; env: NodeJS.ProcessEnv }>
