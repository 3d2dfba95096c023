import { expect, test } from "vitest";
import type { Handlers, LiveState } from "./EventStream";
import { type FromHub, Hub } from "./hub";

/** A hub over streams that tests speak for. */
function staged() {
  const opened: { address: string; handlers: Handlers; tell: (state: LiveState) => void; open: boolean }[] = [];
  const hub = new Hub(["run", "dags"], (address, handlers, tell) => {
    const stream = { address, handlers, tell, open: false };
    opened.push(stream);
    return {
      start: () => {
        stream.open = true;
        tell("connecting");
      },
      stop: () => {
        stream.open = false;
      },
    };
  });
  return { hub, opened };
}

function page() {
  const heard: FromHub[] = [];
  return { heard, postMessage: (message: FromHub) => void heard.push(message) };
}

test("many pages share one stream, and each hears everything", () => {
  const { hub, opened } = staged();
  const [one, other] = [page(), page()];
  hub.join(one, "http://h/events");
  opened[0]?.tell("live");
  hub.join(other, "http://h/events");
  opened[0]?.handlers.run?.({ dag_id: "a" });
  expect(opened.map(({ address, open }) => [address, open])).toEqual([["http://h/events", true]]);
  const news = { name: "run", data: { dag_id: "a" } };
  expect(one.heard).toEqual([{ state: "connecting" }, { state: "live" }, news]);
  expect(other.heard).toEqual([{ state: "live" }, news]);
});

test("the stream ends with its last page, and begins anew with the next one", () => {
  const { hub, opened } = staged();
  const [one, other] = [page(), page()];
  hub.join(one, "http://h/events");
  hub.join(other, "http://h/events");
  hub.leave(one);
  expect(opened[0]?.open).toBe(true);
  hub.leave(other);
  expect(opened[0]?.open).toBe(false);
  hub.join(one, "http://h/events");
  expect(opened.map(({ open }) => open)).toEqual([false, true]);
});

test("who has left hears nothing more", () => {
  const { hub, opened } = staged();
  const [one, other] = [page(), page()];
  hub.join(one, "http://h/events");
  hub.join(other, "http://h/events");
  hub.leave(one);
  opened[0]?.handlers.dags?.({});
  expect(one.heard).not.toContainEqual({ name: "dags", data: {} });
  expect(other.heard).toContainEqual({ name: "dags", data: {} });
});
