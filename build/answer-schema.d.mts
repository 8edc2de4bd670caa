/** What each command gives where it succeeds, by the command's name. */
export const results: Readonly<Record<string, object>>
/** The schema of `--json`, made from the compiled program. */
export const answerSchema: () => Promise<object>
