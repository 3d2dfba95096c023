import { expect, test } from "vitest";
import { triesOf } from "./tries";

const START = "2026-11-21T10:00:00Z";

test.each([
  ["never queued", { try_number: 0, max_tries: 2, start_date: null }, null],
  ["queued and never started", { try_number: 1, max_tries: 0, start_date: null }, null],
  ["its first try", { try_number: 1, max_tries: 2, start_date: START }, { n: 1, of: 3 }],
  ["queued for its second try", { try_number: 2, max_tries: 2, start_date: null }, { n: 2, of: 3 }],
  ["cleared beyond its retries", { try_number: 4, max_tries: 1, start_date: START }, { n: 4, of: 4 }],
])("tries of a task that is %s", (_what, instance, tries) => {
  expect(triesOf(instance)).toEqual(tries);
});
