import type { JsonSchema, Param } from "@/api/dagTypes";

/** What kind of control a parameter gets in the form. */
export type FieldKind =
  | "text"
  | "multiline"
  | "number"
  | "boolean"
  | "choice"
  | "choices"
  | "suggestions"
  | "list"
  | "date"
  | "datetime"
  | "time"
  | "json"
  | "constant";

/** A parameter of a DAG as a field of the form. */
export interface Field {
  name: string;
  label: string;
  kind: FieldKind;
  schema: JsonSchema;
  description: string;
  /** Whether it may be left empty, which sends null. */
  nullable: boolean;
  /** A run must give it: the DAG has no value of its own. */
  isRequired: boolean;
  section: string;
  initial: unknown;
}

const FORMATS: Record<string, FieldKind> = {
  date: "date",
  "date-time": "datetime",
  time: "time",
  multiline: "multiline",
};

/** The types that a schema allows, without null. */
export function typesOf(schema: JsonSchema): string[] {
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  return types.filter((type) => type !== "null");
}

function allowsNull(schema: JsonSchema): boolean {
  const listed = Array.isArray(schema.type) && schema.type.includes("null");
  return listed || schema.type === "null" || (schema.enum?.includes(null) ?? false);
}

/** Chooses the control for a schema; what has no control of its own is written as JSON. */
export function kindOf(schema: JsonSchema, value: unknown): FieldKind {
  if ("const" in schema) return "constant";
  if (schema.enum) return "choice";
  const types = typesOf(schema);
  if (types.length > 1) return "json";
  switch (types[0] ?? typeOfValue(value)) {
    case "string":
      return FORMATS[schema.format ?? ""] ?? (schema.examples ? "suggestions" : "text");
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return arrayKind(schema, value);
    default:
      return "json";
  }
}

function arrayKind(schema: JsonSchema, value: unknown): FieldKind {
  if (schema.items?.enum || schema.examples) return "choices";
  const items = schema.items?.type;
  if (items !== undefined) return items === "string" ? "list" : "json";
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? "list" : "json";
}

function typeOfValue(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return "number";
  return value === null || value === undefined ? "unknown" : typeof value;
}

/** A parameter's value as it stands, when the schema is of the looser kind that says nothing. */
export function fieldOf(name: string, param: Param): Field {
  const { schema, value } = param;
  return {
    name,
    label: param.title || schema.title || name,
    kind: kindOf(schema, value),
    schema,
    description: schema.description_md ?? param.description ?? schema.description ?? "",
    nullable: allowsNull(schema) || (typesOf(schema).length === 0 && value === null),
    isRequired: param.required ?? false,
    section: schema.section ?? "",
    initial: "const" in schema ? schema.const : (value ?? null),
  };
}

/** The fields of a DAG's form, in the order in which the DAG names its parameters. */
export function fieldsOf(params: Record<string, Param>): Field[] {
  return Object.entries(params).map(([name, param]) => fieldOf(name, param));
}

/** The sections of a form, in order of appearance; fields without one come first. */
export function sectionsOf(fields: readonly Field[]): { title: string; fields: Field[] }[] {
  const titles = [...new Set(["", ...fields.map(({ section }) => section)])];
  return titles
    .map((title) => ({ title, fields: fields.filter(({ section }) => section === title) }))
    .filter(({ fields }) => fields.length > 0);
}
