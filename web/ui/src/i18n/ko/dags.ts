import type { dags as english } from "../en/dags";
import type { Catalogue } from "../format";

export const dags: Catalogue<keyof typeof english> = {};
