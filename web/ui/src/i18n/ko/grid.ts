import type { grid as english } from "../en/grid";
import type { Catalogue } from "../format";

export const grid: Catalogue<keyof typeof english> = {};
