import { expect, test } from "vitest";
import { absoluteTime, durationText, momentParts, relativeTime, shortTime } from "./format";

const AT = new Date("2026-11-21T15:04:05Z");

test("moments are written in the chosen zone", () => {
  expect(absoluteTime(AT, "UTC")).toBe("2026-11-21 15:04:05");
  expect(absoluteTime(AT, "local")).toBe("2026-11-22 00:04:05");
  expect(momentParts(AT, "local").offset).toBe("+09:00");
  expect(momentParts(AT, "UTC").offset).toBe("+00:00");
});

test("short times leave out what is the same as now", () => {
  expect(shortTime(AT, "UTC", new Date("2026-11-21T20:00:00Z"))).toBe("15:04");
  expect(shortTime(AT, "UTC", new Date("2026-12-21T20:00:00Z"))).toBe("11-21 15:04");
  expect(shortTime(AT, "UTC", new Date("2027-01-01T00:00:00Z"))).toBe("2026-11-21 15:04");
});

test.each([
  [-3, "now"],
  [-59, "59 sec. ago"],
  [-60, "1 min. ago"],
  [7_200, "in 2 hr."],
  [-86_400, "yesterday"],
  [-172_800, "2 days ago"],
])("%d seconds from now are %s", (seconds, text) => {
  expect(relativeTime(new Date(AT.getTime() + seconds * 1000), AT, "en")).toBe(text);
});

test("relative times speak Korean", () => {
  expect(relativeTime(new Date(AT.getTime() - 180_000), AT, "ko")).toBe("3분 전");
});

test.each([
  [0, "0s"],
  [0.0002, "1ms"],
  [0.042, "42ms"],
  [0.424, "0.42s"],
  [7.31, "7.3s"],
  [59.6, "1m 00s"],
  [125, "2m 05s"],
  [11_520, "3h 12m"],
  [187_200, "2d 4h"],
])("%d seconds last %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test("durations speak Korean", () => {
  const texts = [0, 0.042, 7.31, 125, 11_520, 187_200].map((seconds) => durationText(seconds, "ko"));
  expect(texts).toEqual(["0초", "42ms", "7.3초", "2분 05초", "3시간 12분", "2일 4시간"]);
});
