import type { Zone } from "@/preferences/store";
import { momentParts } from "@/time/format";
import type { Field } from "./fields";

export type Values = Readonly<Record<string, unknown>>;

/** What the form starts with: the parameters' own values. */
export function initialValues(fields: readonly Field[]): Values {
  return Object.fromEntries(fields.map(({ name, initial }) => [name, initial]));
}

/** The run's conf: everything in the form; an empty field that may be null is null. */
export function confOf(fields: readonly Field[], values: Values): Record<string, unknown> {
  const nullable = new Set(fields.filter((field) => field.nullable).map(({ name }) => name));
  const entries = Object.entries(values).map(([name, value]) => {
    const empty = value === "" || value === undefined;
    return [name, empty && nullable.has(name) ? null : value];
  });
  return Object.fromEntries(entries);
}

/** Reads a conf that was written as JSON; null when it is no JSON object. */
export function parsedConf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() || "{}");
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** An RFC 3339 moment as `<input type="datetime-local">` writes it, in the zone. */
export function inputMoment(value: unknown, zone: Zone): string {
  const at = new Date(String(value ?? ""));
  if (Number.isNaN(at.getTime())) return "";
  const { date, clock } = momentParts(at, zone);
  return `${date}T${clock}`;
}

/** What `<input type="datetime-local">` holds, in the zone, as an RFC 3339 moment; "" when it is empty. */
export function momentOf(input: string, zone: Zone): string {
  if (!input) return "";
  const at = new Date(zone === "UTC" ? `${input}Z` : input);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString().replace(".000Z", "Z");
}

/** The server's message for a parameter: it names `conf.days`, `days` or a place inside it. */
export function serverMessage(messages: ReadonlyMap<string, string>, name: string): string | null {
  for (const [field, message] of messages) {
    const path = field.replace(/^conf\.?/, "");
    if (path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`)) return message;
  }
  return null;
}
