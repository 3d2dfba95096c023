/** What a task's durations over many runs say: median, spread, and which of them stand out. */

/** The middle of the values; null when there are none. */
export function median(values: readonly number[]): number | null {
  return quantile(values, 0.5);
}

/** The value below which the share `q` of the values lies, between neighbours in proportion. */
export function quantile(values: readonly number[], q: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const below = Math.floor(place);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (place - below);
}

export interface Fences {
  low: number;
  high: number;
}

const FEWEST = 5; // of fewer values nothing can be said
const REACH = 3; // spreads away from the median; about three standard deviations of a bell curve
const TO_DEVIATION = 1.4826; // makes the median absolute deviation comparable with a standard deviation
const LEAST_SHARE = 0.2; // a value within a fifth of the median is never an outlier, however steady the others are
const LEAST_SECONDS = 0.5; // nor is one that differs by less than what anyone would notice

/**
 * Between which values a task's duration is usual: the median ± 3 scaled median absolute deviations
 * (Iglewicz and Hoaglin's robust rule; one slow run does not move it). Null with fewer than five values.
 */
export function fences(values: readonly number[]): Fences | null {
  const middle = median(values);
  if (middle === null || values.length < FEWEST) return null;
  const spread = TO_DEVIATION * (median(values.map((value) => Math.abs(value - middle))) ?? 0);
  const reach = Math.max(REACH * spread, LEAST_SHARE * middle, LEAST_SECONDS);
  return { low: middle - reach, high: middle + reach };
}

/** Which of the values (null where there is none) lie outside the fences. */
export function outliers(values: readonly (number | null)[]): boolean[] {
  const usual = fences(present(values));
  return values.map((value) => value !== null && usual !== null && (value < usual.low || value > usual.high));
}

/** The values that are there. */
export function present(values: readonly (number | null)[]): number[] {
  return values.filter((value): value is number => value !== null);
}
