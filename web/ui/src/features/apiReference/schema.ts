/** What a schema says, in a few words, and values that fit it. */

import type { Schema } from "./document";

export type Schemas = Record<string, Schema>;

const nameIn = (ref: string): string => ref.slice(ref.lastIndexOf("/") + 1);

/** The schema that is meant: what `$ref` names, and what may be null without that. */
export function resolved(schema: Schema, schemas: Schemas): Schema {
  if (schema.$ref) return schemas[nameIn(schema.$ref)] ?? {};
  const others = schema.anyOf?.filter(({ type }) => type !== "null") ?? [];
  return others.length === 1 && others[0] ? resolved(others[0], schemas) : schema;
}

/** The type in TypeScript's notation; `date-time` and other formats go by their names. */
export function typeOf(schema: Schema): string {
  if (schema.$ref) return nameIn(schema.$ref);
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.type === "array") return listOf(typeOf(schema.items ?? {}));
  if (schema.type === "object" && typeof schema.additionalProperties === "object")
    return `{ [name]: ${typeOf(schema.additionalProperties)} }`;
  return schema.format ?? schema.type ?? "any";
}

const listOf = (type: string): string => (type.includes(" | ") ? `(${type})[]` : `${type}[]`);

/** The object whose fields are to be told: the schema itself, what it refers to, or what a list has of; else null. */
export function objectOf(schema: Schema, schemas: Schemas): Schema | null {
  const meant = resolved(schema, schemas);
  if (meant.properties) return meant;
  const inner = meant.items ?? (typeof meant.additionalProperties === "object" ? meant.additionalProperties : null);
  return inner ? objectOf(inner, schemas) : null;
}

/** A value that fits: the document's own examples first, then what the types allow. */
export function exampleOf(schema: Schema, schemas: Schemas, above: readonly Schema[] = []): unknown {
  const meant = resolved(schema, schemas);
  const given = [schema.examples?.[0], meant.examples?.[0], schema.default ?? undefined, meant.const, meant.enum?.[0]];
  const known = given.find((one) => one !== undefined);
  if (known !== undefined) return known;
  if (above.includes(meant)) return {};
  const below = (inner: Schema) => exampleOf(inner, schemas, [...above, meant]);
  if (meant.properties)
    return Object.fromEntries(Object.entries(meant.properties).map(([name, inner]) => [name, below(inner)]));
  if (meant.anyOf?.[0]) return below(meant.anyOf[0]);
  if (meant.type === "array") return meant.items ? [below(meant.items)] : [];
  if (meant.type === "object")
    return typeof meant.additionalProperties === "object" ? { name: below(meant.additionalProperties) } : {};
  return plainExample(meant);
}

const FORMATS: Record<string, string> = { "date-time": "2026-01-31T00:00:00Z", date: "2026-01-31" };
const PLAIN: Record<string, unknown> = { string: "text", integer: 1, number: 1.5, boolean: true, null: null };

function plainExample({ type = "", format = "", minimum }: Schema): unknown {
  return FORMATS[format] ?? minimum ?? PLAIN[type] ?? null;
}

/** A body to send: an example as it is given, else only the fields that must be there, if any must. */
export function bodyExample(schema: Schema, schemas: Schemas): unknown {
  const meant = resolved(schema, schemas);
  const { examples, properties, required } = meant;
  if (examples || !properties || !required) return exampleOf(schema, schemas);
  const needed = Object.entries(properties).filter(([name]) => required.includes(name));
  return Object.fromEntries(needed.map(([name, inner]) => [name, exampleOf(inner, schemas)]));
}
