import { expect, test } from "vitest";
import { bytesText } from "./bytes";

test("sizes are short", () => {
  expect([3, 999, 1234, 45_600, 7_800_000].map(bytesText)).toEqual(["3 B", "999 B", "1.2 kB", "46 kB", "7.8 MB"]);
});
