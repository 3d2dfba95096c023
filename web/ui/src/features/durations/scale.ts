/** The vertical scale of durations, linear from zero or logarithmic. */

import { durationScale } from "../grid/scale";

export interface ValueScale {
  /** Place of a value from the bottom, 0 to 1. */
  at: (seconds: number) => number;
  ticks: number[];
}

const LEAST = 0.001; // seconds; nothing shorter is told apart on a logarithmic scale
const DECADES = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400];

/** A scale that holds all of `values` (seconds). */
export function valueScale(values: readonly number[], isLog: boolean): ValueScale {
  const most = Math.max(LEAST * 10, ...values);
  return isLog ? logarithmic(Math.max(LEAST, Math.min(...values, most)), most) : linear(most);
}

function linear(most: number): ValueScale {
  const { ticks, top } = durationScale(most * 1.05, 5);
  return { at: (seconds) => seconds / top, ticks: [0, ...ticks] };
}

function logarithmic(least: number, most: number): ValueScale {
  const low = Math.log(least / 1.3);
  const high = Math.log(most * 1.3);
  const at = (seconds: number) => (Math.log(Math.max(seconds, LEAST)) - low) / (high - low);
  return { at, ticks: DECADES.filter((tick) => at(tick) >= 0 && at(tick) <= 1 && tick >= LEAST) };
}
