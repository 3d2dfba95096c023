import { expect, test } from "vitest";
import type { Translate } from "@/i18n";
import en from "@/i18n/en";
import { fill } from "@/i18n/format";
import ko from "@/i18n/ko";
import { deltaSeconds, plainCron } from "./cron";
import { scheduleWords } from "./scheduleWords";

test.each([
  ["* * * * *", { kind: "minutes", count: 1 }],
  ["*/5 * * * *", { kind: "minutes", count: 5 }],
  ["*/7 * * * *", null],
  ["15 * * * *", { kind: "hours", count: 1, minute: 15 }],
  ["0 */6 * * *", { kind: "hours", count: 6, minute: 0 }],
  ["0 */5 * * *", null],
  ["@daily", { kind: "days", at: "00:00" }],
  ["5 4 * * *", { kind: "days", at: "04:05" }],
  ["30 6 * * 1-5", { kind: "weekdays", at: "06:30" }],
  ["30 6 * * MON-FRI", { kind: "weekdays", at: "06:30" }],
  ["0 9 * * 7", { kind: "week", day: 0, at: "09:00" }],
  ["0 9 * * sat", { kind: "week", day: 6, at: "09:00" }],
  ["0 9 * * 1,3", null],
  ["0 9 1 * *", { kind: "month", day: 1, at: "09:00" }],
  ["@yearly", { kind: "year", month: 1, day: 1, at: "00:00" }],
  ["0 9 1 * 1", null],
  ["0 0,12 * * *", null],
  ["not cron", null],
])("%s means %j", (cron, plain) => {
  expect(plainCron(cron)).toEqual(plain);
});

test.each([
  ["1 day, 0:00:00", 86_400],
  ["0:10:00", 600],
  ["2 days, 1:00:01", 176_401],
  ["soon", null],
])("%s lasts %s seconds", (text, seconds) => {
  expect(deltaSeconds(text)).toBe(seconds);
});

test.each([
  ["cron", "30 6 * * 1-5", "weekdays at 06:30", "평일 06:30"],
  ["cron", "0 9 * * 3", "Wednesdays at 09:00", "매주 수요일 09:00"],
  ["cron", "*/10 * * * *", "every 10 minutes", "10분마다"],
  ["cron", "0 9 2 * *", "day 2 of each month at 09:00", "매월 2일 09:00"],
  ["cron", "1,2 3 * * *", "1,2 3 * * *", "1,2 3 * * *"],
  ["delta", "1 day, 0:00:00", "every 1d 0h", "1d 0h마다"],
  ["none", "", "only by hand", "수동 트리거만"],
  ["assets", "when orders updated", "when orders is updated", "orders 갱신 시"],
  ["assets", "when 2 assets updated", "when 2 assets are updated", "에셋 2개 갱신 시"],
  ["assets", "(a | b)", "when assets are updated", "에셋이 갱신될 때"],
  ["once", "@once", "once", "한 번만"],
])("%s %s is said as %s", (schedule_kind, schedule, english, korean) => {
  const say = (catalogue: typeof en, locale: string): string => {
    const t: Translate = (key, params) => fill(catalogue[key], params, locale);
    return scheduleWords({ schedule_kind, schedule }, t, locale);
  };
  expect(say(en, "en")).toBe(english);
  expect(say(ko as typeof en, "ko")).toBe(korean);
});
