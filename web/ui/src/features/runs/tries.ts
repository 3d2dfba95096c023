import type { TaskInstance } from "@/api/runTypes";

/** Which try it is and of how many; null when none has started: a try is counted when it is queued. */
export function triesOf(
  instance: Pick<TaskInstance, "try_number" | "max_tries" | "start_date">,
): { n: number; of: number } | null {
  const { try_number: n, max_tries: most, start_date: start } = instance;
  if (n < 1 || (n === 1 && start === null)) return null;
  return { n, of: Math.max(n, most + 1) };
}
