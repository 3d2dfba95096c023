import { expect, test } from "vitest";
import { AT_ONCE, forEach } from "./each";

test("each row is taken once, at most four at a time", async () => {
  const rows = Array.from({ length: 11 }, (_, n) => n);
  const taken: number[] = [];
  const counts: number[] = [];
  let [underWay, most] = [0, 0];
  const act = async (row: number) => {
    taken.push(row);
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve));
    underWay -= 1;
  };
  expect(await forEach(rows, act, (count) => counts.push(count))).toEqual([]);
  expect(taken).toEqual(rows);
  expect(most).toBe(AT_ONCE);
  expect(counts).toEqual(rows.map((row) => row + 1));
});

test("one that fails keeps none of the others from being done", async () => {
  const done: string[] = [];
  const act = async (row: string) => {
    if (row.startsWith("bad")) throw new Error(`${row} is refused`);
    done.push(row);
  };
  const failures = await forEach(["bad 1", "a", "bad 2", "b", "c", "d"], act, () => undefined);
  expect(done.sort()).toEqual(["a", "b", "c", "d"]);
  expect(failures.map(({ row, error }) => [row, (error as Error).message])).toEqual([
    ["bad 1", "bad 1 is refused"],
    ["bad 2", "bad 2 is refused"],
  ]);
});
