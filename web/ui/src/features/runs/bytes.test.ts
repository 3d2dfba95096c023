import { expect, test } from "vitest";
import { bytesText } from "./bytes";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [9_960, "10 kB"],
  [999_700, "1.0 MB"],
  [120_400_000, "120 MB"],
  [5e15, "5000 TB"],
])("%d bytes are %s", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
