/** Two versions beside each other: the older is at the left, whichever of them was chosen first. */

export interface Sides {
  left: number;
  /** Null while nothing is compared. */
  right: number | null;
}

/** What stands at the left and at the right; `compared` is null, or the version itself, while there is no second. */
export function inOrder(version: number, compared: number | null): Sides {
  if (compared === null || compared === version) return { left: version, right: null };
  return { left: Math.min(version, compared), right: Math.max(version, compared) };
}

/** The two of them as the address names them: the newer is the one that stays when the comparison ends. */
export function asAddress(one: number, other: number): { version: number; compare: number; file: null } {
  return { version: Math.max(one, other), compare: Math.min(one, other), file: null };
}
