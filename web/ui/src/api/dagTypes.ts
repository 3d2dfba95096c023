import type { components } from "./schema";

type Schemas = components["schemas"];

export type RecentRun = Schemas["RecentRun"];
export type Dag = Schemas["Dag"];
export type DagPage = Schemas["Dags"];
export type DagRun = Schemas["DagRun"];
export type DagRunPage = Schemas["DagRuns"];

/** A param of a DAG; its schema is what DAG authors write, of which the trigger form knows this much. */
export type Param = Omit<Schemas["Param"], "schema"> & { schema: JsonSchema };
export type DagDetails = Omit<Schemas["DagDetails"], "params"> & { params: Record<string, Param> };

export interface JsonSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  examples?: unknown[];
  items?: JsonSchema;
  /** Words to show for the values of `enum` or `examples`, by value. */
  values_display?: Record<string, string>;
  /** The heading under which the field stands in the form. */
  section?: string;
  description_md?: string;
}
