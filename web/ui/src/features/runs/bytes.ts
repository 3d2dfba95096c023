const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A number of bytes in at most three figures: `512 B`, `1.5 kB`, `120 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
