import type { home as english } from "../en/home";
import type { Catalogue } from "../format";

export const home: Catalogue<keyof typeof english> = {};
