import type { admin as english } from "../en/admin";
import type { Catalogue } from "../format";

export const admin: Catalogue<keyof typeof english> = {};
