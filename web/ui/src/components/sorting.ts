export type Direction = "ascending" | "descending" | "none";

/** How a list in the order `now` (`name`, or `-name` from the top down) is sorted by a column. */
export function directionOf(now: string, column: string): Direction {
  if (now.replace("-", "") !== column.replace("-", "")) return "none";
  return now.startsWith("-") ? "descending" : "ascending";
}

/** The order that a click on a column's head leads to: first the column's own direction, then the other. */
export function toggledOrder<Order extends string>(now: Order, first: Order): Order {
  const other = (first.startsWith("-") ? first.slice(1) : `-${first}`) as Order;
  return now === first ? other : first;
}
