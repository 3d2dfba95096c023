/** One request for each row, a few at a time: there is no route for many, and each row gets its entry in the audit trail. */

/** So many requests are under way at once. */
export const AT_ONCE = 4;

export interface Failure<T> {
  row: T;
  error: unknown;
}

/** Does something with each row, however the others go; which failed, in their order. `onDone` hears how many have ended. */
export async function forEach<T>(
  rows: readonly T[],
  act: (row: T) => Promise<unknown>,
  onDone: (count: number) => void,
): Promise<Failure<T>[]> {
  const failures = new Map<T, Failure<T>>();
  const waiting = rows.values();
  let done = 0;
  const work = async () => {
    for (const row of waiting) {
      try {
        await act(row);
      } catch (error) {
        failures.set(row, { row, error });
      }
      done += 1;
      onDone(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return rows.flatMap((row) => failures.get(row) ?? []);
}
