import { expect, test } from "vitest";
import { stepText } from "./stepText";

test.each([
  [0, 1000, "0"],
  [500, 100, "0.5s"],
  [45_000, 15_000, "45s"],
  [90_000, 30_000, "1:30"],
  [7_500_000, 300_000, "2:05:00"],
  [97_200_000, 10_800_000, "1d 3h"],
  [86_400_000, 86_400_000, "1d"],
])("%d ms in steps of %d are %s", (offset, step, text) => {
  expect(stepText(offset, step)).toBe(text);
});

test("Korean has signs of its own", () => {
  expect(stepText(500, 100, "ko")).toBe("0.5초");
  expect(stepText(97_200_000, 10_800_000, "ko")).toBe("1일 3시간");
});
