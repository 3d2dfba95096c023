import type { Connection, ConnectionType, ExtraField } from "@/api/adminTypes";
import type { UriFields } from "./uri";

/** A connection while its form is being filled. */
export interface ConnectionDraft {
  connection_id: string;
  conn_type: string;
  description: string;
  host: string;
  schema: string;
  login: string;
  port: string;
  /** null: what is stored stays. */
  password: string | null;
  /** Values of extra that the type has fields for. */
  known: Record<string, unknown>;
  /** The rest of extra, as JSON text. */
  rest: string;
}

/** What stands for a secret that is stored and not shown. */
export const HIDDEN = "***";

/** Takes extra apart: values with a field of their own, and the rest as JSON text. */
export function splitExtra(
  extra: string | null,
  fields: readonly ExtraField[],
): Pick<ConnectionDraft, "known" | "rest"> {
  const all = parsedObject(extra ?? "");
  if (all === null) return { known: {}, rest: extra ?? "" };
  const names = new Set(fields.map(({ name }) => name));
  const known = Object.entries(all).filter(([name]) => names.has(name));
  const rest = Object.entries(all).filter(([name]) => !names.has(name));
  return {
    known: Object.fromEntries(known),
    rest: rest.length > 0 ? JSON.stringify(Object.fromEntries(rest), null, 2) : "",
  };
}

/** Puts extra together again; empty fields are left out. null when the rest is no JSON object. */
export function joinExtra({ known, rest }: Pick<ConnectionDraft, "known" | "rest">): string | null {
  const others = parsedObject(rest);
  if (others === null) return null;
  const filled = Object.entries(known).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const all = { ...others, ...Object.fromEntries(filled) };
  return Object.keys(all).length > 0 ? JSON.stringify(all) : "";
}

/** A JSON object; `{}` for no text; null for anything else. */
export function parsedObject(text: string): Record<string, unknown> | null {
  if (!text.trim()) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

const EMPTY = { connection_id: "", conn_type: "", description: "", host: "", schema: "", login: "", port: "" };

/** The form for a connection, or for a new one of a type. */
export function draftOf(connection: Connection | null, type: ConnectionType | undefined): ConnectionDraft {
  if (!connection) return { ...EMPTY, conn_type: type?.conn_type ?? "", password: "", known: {}, rest: "" };
  const { connection_id, conn_type, description, host, schema, login, port, extra, has_password } = connection;
  return {
    connection_id,
    conn_type,
    description,
    host: host ?? "",
    schema: schema ?? "",
    login: login ?? "",
    port: port === null ? "" : String(port),
    password: has_password ? null : "",
    ...splitExtra(extra, type?.extras ?? []),
  };
}

/** What is sent: empty texts take values away, a password that was not touched is left out. */
export function bodyOf(draft: ConnectionDraft): Record<string, unknown> {
  const { conn_type, description, host, schema, login, port, password } = draft;
  const orNull = (text: string) => (text === "" ? null : text);
  return {
    conn_type,
    description,
    host: orNull(host),
    schema: orNull(schema),
    login: orNull(login),
    port: port === "" ? null : Number(port),
    extra: orNull(joinExtra(draft) ?? ""),
    ...(password !== null && { password: orNull(password) }),
  };
}

/** The form after another type was chosen: extra is taken apart anew. */
export function withType(draft: ConnectionDraft, type: ConnectionType | undefined, conn_type: string): ConnectionDraft {
  return { ...draft, conn_type, ...splitExtra(joinExtra(draft) ?? draft.rest, type?.extras ?? []) };
}

/** The form with what a URI says; id and description stay. */
export function withUri(draft: ConnectionDraft, type: ConnectionType | undefined, read: UriFields): ConnectionDraft {
  const { extra, ...fields } = read;
  return { ...draft, ...fields, ...splitExtra(extra, type?.extras ?? []) };
}

/** Why what the form holds cannot be tested, as a text's key; null when it can. */
export function unfitForTest(
  { conn_type }: Pick<ConnectionDraft, "conn_type">,
  type: Pick<ConnectionType, "testable"> | undefined,
): "connections.test.noType" | "connections.test.noTester" | null {
  if (!conn_type) return "connections.test.noType";
  return type?.testable ? null : "connections.test.noTester";
}
