import { expect, test } from "vitest";
import en from "@/i18n/en";
import { fill } from "@/i18n/format";
import { byNeed, healthOf, workerCommand } from "./health";
import type { Queue } from "./queries";

const queue = (name: string, some: Partial<Queue> = {}): Queue => ({
  queue: name,
  backlog: 0,
  outstanding: 0,
  running: 0,
  oldest_seconds: null,
  workers: 1,
  slots: 4,
  mean_duration: null,
  wanted_workers: 0,
  depth: 0,
  ...some,
});

test("a queue that nobody consumes matters when something waits in it", () => {
  expect(healthOf(queue("a", { workers: 0, outstanding: 1 }))).toBe("unattended");
  expect(healthOf(queue("a", { workers: 0 }))).toBe("quiet");
});

test("workers are short when more are wanted and tasks wait", () => {
  expect(healthOf(queue("a", { wanted_workers: 3, backlog: 9 }))).toBe("short");
  expect(healthOf(queue("a", { wanted_workers: 3, running: 9 }))).toBe("ok");
});

test("what needs somebody comes first", () => {
  const queues = [queue("b"), queue("idle", { workers: 0 }), queue("lost", { workers: 0, backlog: 1 }), queue("a")];
  expect(byNeed(queues).map((each) => each.queue)).toEqual(["lost", "a", "b", "idle"]);
});

test("a command can be pasted into a shell, whatever the queue is called", () => {
  expect(workerCommand("high_cpu")).toBe("headway worker -Q high_cpu");
  expect(workerCommand("it's $(rm)")).toBe("headway worker -Q 'it'\\''s $(rm)'");
});

test("what waits in a queue is counted in words", () => {
  const told = (count: number) => fill(en["queues.unattended"], { queue: "etl", count }, "en");
  expect(told(1)).toBe("Nobody consumes etl, and 1 task waits in it.");
  expect(told(2)).toBe("Nobody consumes etl, and 2 tasks wait in it.");
});
