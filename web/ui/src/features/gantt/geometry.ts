/**
 * The geometry of a Gantt chart: a run's task instances as rows, each dispatch as a wait and a bar of running.
 * Times are milliseconds since the epoch; a bar that goes on ends at `now`.
 */

import type { GanttAttempt, GanttTask } from "@/api/runTypes";

/** An attempt; what waits in a queue has no start yet. */
export type Attempt = Omit<GanttAttempt, "start_date"> & { start_date: string | null };

export interface Bar {
  tryNumber: number;
  /** When it was queued, when it began to run, when it ended (or `now`). */
  queued: number | null;
  start: number | null;
  end: number;
  isOpen: boolean;
  outcome: string | null;
  attempt: Attempt;
}

export interface TaskBars {
  task: GanttTask;
  bars: Bar[];
  /** When people held it before it began. */
  held: Span[];
  /** From the first queueing to the last end; null when nothing has happened yet. */
  span: Span | null;
}

export interface Span {
  from: number;
  to: number;
}

/** The bars of one task instance, in order of time. */
export function barsOf(task: GanttTask, now: number): TaskBars {
  const bars = [...task.attempts, ...waitingAttempt(task)]
    .map((attempt) => barOf(attempt, now))
    .filter((bar): bar is Bar => bar !== null)
    .sort((a, b) => beginOf(a) - beginOf(b));
  const held = task.held.map(({ start_date, end_date }) => ({
    from: Date.parse(start_date),
    to: Date.parse(end_date),
  }));
  return { task, bars, held, span: spanOf([...held, ...bars.map((bar) => ({ from: beginOf(bar), to: bar.end }))]) };
}

/** An instance that waits in the queue has no attempt yet: its wait is drawn all the same. */
function waitingAttempt({ state, queued_at, try_number }: GanttTask): Attempt[] {
  if (state !== "queued" || queued_at === null) return [];
  return [{ try_number, queued_at, start_date: null, end_date: null, outcome: null, hostname: "", queue: "" }];
}

/** The span that holds all of `spans`; null for none. */
export function spanOf(spans: readonly (Span | null)[]): Span | null {
  let whole: Span | null = null;
  for (const span of spans) {
    if (span === null) continue;
    whole = whole === null ? { ...span } : { from: Math.min(whole.from, span.from), to: Math.max(whole.to, span.to) };
  }
  return whole;
}

/** Milliseconds in which the instance waited in a queue, and in which it ran, over all its attempts. */
export function timesOf({ bars }: TaskBars): { waited: number; ran: number } {
  let waited = 0;
  let ran = 0;
  for (const { queued, start, end } of bars) {
    if (queued !== null) waited += (start ?? end) - queued;
    if (start !== null) ran += end - start;
  }
  return { waited, ran };
}

/** Milliseconds in which the instance was held. */
export function heldOf({ held }: TaskBars): number {
  return held.reduce((sum, { from, to }) => sum + to - from, 0);
}

function barOf(attempt: Attempt, now: number): Bar | null {
  const queued = at(attempt.queued_at);
  const start = at(attempt.start_date);
  if (queued === null && start === null) return null;
  const begun = start ?? queued ?? now;
  const ended = at(attempt.end_date);
  return {
    tryNumber: attempt.try_number,
    // A clock that was put back must not draw a wait of negative length.
    queued: queued !== null && queued <= begun ? queued : null,
    start,
    end: Math.max(ended ?? now, begun),
    isOpen: ended === null,
    outcome: attempt.outcome,
    attempt,
  };
}

function beginOf(bar: Bar): number {
  return bar.queued ?? bar.start ?? bar.end;
}

function at(time: string | null): number | null {
  const parsed = time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(parsed) ? null : parsed;
}

/** Where moments lie on the screen: `pixels` wide for the whole domain. */
export interface Axis {
  domain: Span;
  pixels: number;
}

/** Pixels from the left edge. */
export function xOf({ domain, pixels }: Axis, time: number): number {
  return ((time - domain.from) / (domain.to - domain.from)) * pixels;
}

/** The moment at `x` pixels from the left edge. */
export function timeAt({ domain, pixels }: Axis, x: number): number {
  return domain.from + (x / pixels) * (domain.to - domain.from);
}

/** The domain to show: the bars' span with a little air at the end, never empty. */
export function domainOf(span: Span | null, now: number): Span {
  if (span === null) return { from: now - 1000, to: now };
  const length = Math.max(span.to - span.from, 1000);
  return { from: span.from, to: span.from + length * 1.02 };
}

const SECOND = 1000;
const STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
].map((seconds) => seconds * SECOND);

export interface Ticks {
  /** Milliseconds between two ticks. */
  step: number;
  /** Milliseconds since the begin of the domain, ascending, the first is 0. */
  offsets: number[];
}

/** Round steps since the run began, at least `apart` pixels from each other; only those between the two edges. */
export function ticksOf(axis: Axis, from: number, to: number, apart = 90): Ticks {
  const length = axis.domain.to - axis.domain.from;
  const perPixel = length / axis.pixels;
  const days = 86400 * SECOND;
  const step = STEPS.find((each) => each / perPixel >= apart) ?? Math.ceil((perPixel * apart) / days) * days;
  const offsets: number[] = [];
  const first = Math.max(0, Math.floor((from * perPixel) / step));
  const last = Math.min(Math.floor(length / step), Math.ceil((to * perPixel) / step));
  for (let tick = first; tick <= last; tick += 1) offsets.push(tick * step);
  return { step, offsets };
}

/** The scroll offset at which the moment under `x` (pixels inside the view) stays there when `pixels` changes. */
export function anchored(scroll: number, x: number, pixelsBefore: number, pixelsAfter: number): number {
  return Math.max(0, ((scroll + x) / pixelsBefore) * pixelsAfter - x);
}
