/** The API's OpenAPI document, as far as the reference shows it. */

import type { Role } from "@/api/types";

export interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string;
  format?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  examples?: readonly unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  description?: string;
  schema: Schema;
}

/** Bodies by their media type. */
export type Content = Record<string, { schema?: Schema }>;

interface RawOperation {
  tags?: readonly string[];
  operationId: string;
  description?: string;
  parameters?: readonly Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { description?: string; content?: Content }>;
  "x-role"?: Role | "public";
}

export interface ApiDocument {
  info: { title: string; version: string };
  paths: Record<string, Record<string, RawOperation>>;
  components: { schemas: Record<string, Schema> };
}

/** One thing that the API does. */
export interface Operation extends RawOperation {
  method: string;
  path: string;
}

/** The operations of one kind of thing. */
export interface Section {
  tag: string;
  operations: Operation[];
}

/** All operations by what they are about: sections and paths by name, a path's methods as the document has them. */
export function sectionsOf({ paths }: ApiDocument): Section[] {
  const found = new Map<string, Operation[]>();
  for (const [path, methods] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? "";
      const shown = { ...operation, method: method.toUpperCase(), path };
      found.set(tag, [...(found.get(tag) ?? []), shown]);
    }
  return [...found]
    .map(([tag, operations]) => ({ tag, operations: operations.sort((a, b) => a.path.localeCompare(b.path)) }))
    .sort((a, b) => a.tag.localeCompare(b.tag));
}

/** What of it has every word of `text` in its path, method, section or description. */
export function matching(sections: readonly Section[], text: string): Section[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const has = ({ tag }: Section, { method, path, description = "" }: Operation) => {
    const all = `${tag} ${method} ${path} ${description}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  return sections
    .map((section) => ({ ...section, operations: section.operations.filter((one) => has(section, one)) }))
    .filter(({ operations }) => operations.length > 0);
}

const NAMES: Record<string, string> = { dags: "DAGs", oidc: "OpenID Connect", openapi: "OpenAPI", xcoms: "XComs" };

/** A section's name as people read it. */
export const nameOf = (tag: string): string =>
  NAMES[tag] ?? tag.charAt(0).toUpperCase() + tag.slice(1).replaceAll("_", " ");

/** The media type and schema of a body. */
export function bodyOf(content: Content | undefined): { type: string; schema: Schema } | null {
  const [type, body] = Object.entries(content ?? {})[0] ?? [];
  return type === undefined ? null : { type, schema: body?.schema ?? {} };
}
