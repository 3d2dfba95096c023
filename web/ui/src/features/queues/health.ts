/** How a queue is doing, in one word. */

import type { Queue } from "./queries";

export type Health = "unattended" | "quiet" | "short" | "ok";

/** Task instances that wait in a queue, wherever. */
export const waitingIn = ({ backlog, outstanding }: Pick<Queue, "backlog" | "outstanding">): number =>
  backlog + outstanding;

/** `unattended`: nobody consumes it and something waits; `quiet`: nobody, and nothing waits; `short`: more workers are wanted. */
export function healthOf(queue: Queue): Health {
  if (queue.workers === 0) return waitingIn(queue) > 0 ? "unattended" : "quiet";
  return queue.wanted_workers > queue.workers && waitingIn(queue) > 0 ? "short" : "ok";
}

const ORDER: Health[] = ["unattended", "short", "ok", "quiet"];

/** What needs somebody comes first, then by what waits, then by name. */
export function byNeed(queues: Queue[]): Queue[] {
  return queues.toSorted(
    (one, other) =>
      ORDER.indexOf(healthOf(one)) - ORDER.indexOf(healthOf(other)) ||
      waitingIn(other) - waitingIn(one) ||
      one.queue.localeCompare(other.queue),
  );
}

/** What starts a worker for a queue; quoted where a shell would read the name otherwise. */
export function workerCommand(queue: string): string {
  const isPlain = /^[\w.@%+:-]+$/.test(queue) && !queue.startsWith("-");
  return `headway worker -Q ${isPlain ? queue : `'${queue.replaceAll("'", `'\\''`)}'`}`;
}
