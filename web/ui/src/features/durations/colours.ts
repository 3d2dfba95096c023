/** Colours that tell the lines of a chart apart. */

const NAMES = ["blue", "orange", "teal", "grape", "red", "lime", "cyan", "pink", "yellow", "indigo"];

/** How many tasks can be compared at once. */
export const MOST_LINES = NAMES.length;

/** The colour of line `index`. */
export function lineColour(index: number): string {
  return `var(--mantine-color-${NAMES[index % NAMES.length]}-6)`;
}
