/** How wide a task's box must be for its words; guessed from their lengths, as layouts are made where nothing is drawn. */

import type { TaskNode } from "./model";

const LEAST = 148;
const MOST = 272;
/** Widths of a letter in the first line (name) and in the second (operator, queue). */
const LETTER = { first: 7.9, second: 6.4 };
/** Edges, icon and gaps around the words; what a count, a mark or the queue's frame take. */
const AROUND = 50;
const COUNT = 74;
const MARK = 20;
const QUEUE = 16;

/** The width of a task's box. */
export function widthOf(task: TaskNode): number {
  const extras = (task.mapped ? COUNT : 0) + (task.is_setup || task.is_teardown ? MARK : 0);
  const first = task.label.length * LETTER.first + AROUND + extras;
  const second = (task.operator.length + task.queue.length) * LETTER.second + AROUND - MARK + QUEUE;
  const rule = task.trigger_rule === "all_success" ? 0 : task.trigger_rule.length * LETTER.second + AROUND - MARK;
  return Math.round(Math.min(MOST, Math.max(LEAST, first, second, rule)));
}
