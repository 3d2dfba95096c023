// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { whileShown } from "./whileShown";

let leave: () => void = () => undefined;
afterEach(() => {
  leave();
  show("visible");
});

function show(state: DocumentVisibilityState) {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

/** What has happened to a stream that is open while its page is shown. */
function followed(options: { alsoInBackground?: boolean } = {}) {
  const story: string[] = [];
  leave = whileShown(
    { start: () => void story.push("open"), stop: () => void story.push("closed") },
    { ...options, onAgain: () => void story.push("again") },
  );
  return story;
}

test("a page in the background holds no connection, and says when it is back", () => {
  const story = followed();
  show("hidden");
  show("visible");
  show("visible");
  expect(story).toEqual(["open", "closed", "open", "again"]);
});

test("a page that opens in the background waits until it is looked at", () => {
  show("hidden");
  const story = followed();
  expect(story).toEqual([]);
  show("visible");
  expect(story).toEqual(["open", "again"]);
});

test("a page that is kept for the way back holds no connection", () => {
  const story = followed({ alsoInBackground: true });
  show("hidden");
  dispatchEvent(new Event("pagehide"));
  dispatchEvent(new Event("pageshow"));
  expect(story).toEqual(["open", "closed", "open", "again"]);
});

test("after the end nothing opens it again", () => {
  const story = followed();
  leave();
  dispatchEvent(new Event("pageshow"));
  show("visible");
  expect(story).toEqual(["open", "closed"]);
});
