import type { graph as english } from "../en/graph";
import type { Catalogue } from "../format";

export const graph: Catalogue<keyof typeof english> = {};
