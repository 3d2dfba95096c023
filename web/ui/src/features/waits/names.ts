/** The kind of a trigger: the last word of its class path. */
export const kindOf = (classpath: string): string => classpath.split(".").at(-1) || classpath;

export const DEADLINE_STATES = ["missed", "waiting", "met"] as const;
export type DeadlineState = (typeof DEADLINE_STATES)[number];
