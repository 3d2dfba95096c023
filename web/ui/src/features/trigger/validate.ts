import type { MessageKey } from "@/i18n";
import type { Params } from "@/i18n/format";
import { type Field, typesOf } from "./fields";

/** What is wrong with a value, as a message of the catalogue. */
export interface Fault {
  key: MessageKey;
  params?: Params;
}

const isEmpty = (value: unknown) => value === undefined || value === null || value === "";

/** What the browser can tell about a value before the server checks it for good; null when nothing is wrong. */
export function faultOf({ kind, schema, nullable }: Field, value: unknown): Fault | null {
  if (kind === "constant") return null;
  if (value === INVALID_JSON) return { key: "trigger.fault.json" };
  if (isEmpty(value))
    return nullable || allowsEmpty(kind, schema.minLength, value) ? null : { key: "trigger.fault.required" };
  if (typeof value === "number") return numberFault(value, schema, typesOf(schema).includes("integer"));
  if (typeof value === "string") return textFault(value, schema);
  if (Array.isArray(value)) return listFault(value, schema);
  return null;
}

/** Whether a run cannot begin without a value in this field. */
export function isNeeded({ kind, schema, nullable, isRequired }: Field): boolean {
  return !nullable && (isRequired || !allowsEmpty(kind, schema.minLength, ""));
}

/** What a schema allows, as messages of the catalogue: those that are said when a value breaks them. */
export function limitsOf({ schema }: Field): Fault[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  const limits: (Fault | false)[] = [
    minimum !== undefined && { key: "trigger.fault.minimum", params: { minimum } },
    maximum !== undefined && { key: "trigger.fault.maximum", params: { maximum } },
    minLength !== undefined && { key: "trigger.fault.minLength", params: { count: minLength } },
    maxLength !== undefined && { key: "trigger.fault.maxLength", params: { count: maxLength } },
    minItems !== undefined && { key: "trigger.fault.minItems", params: { count: minItems } },
    maxItems !== undefined && { key: "trigger.fault.maxItems", params: { count: maxItems } },
    pattern !== undefined && { key: "trigger.fault.pattern", params: { pattern } },
  ];
  return limits.filter((limit) => limit !== false);
}

/** Stands in the form's values for a JSON text that cannot be read. */
export const INVALID_JSON = Symbol("invalid JSON");

function allowsEmpty(kind: string, minLength: number | undefined, value: unknown): boolean {
  return value === "" && (kind === "text" || kind === "multiline" || kind === "suggestions") && !minLength;
}

interface Range {
  minimum?: number;
  maximum?: number;
}

function numberFault(value: number, { minimum, maximum }: Range, whole: boolean): Fault | null {
  if (whole && !Number.isInteger(value)) return { key: "trigger.fault.integer" };
  if (minimum !== undefined && value < minimum) return { key: "trigger.fault.minimum", params: { minimum } };
  if (maximum !== undefined && value > maximum) return { key: "trigger.fault.maximum", params: { maximum } };
  return null;
}

interface Lengths {
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

function textFault(value: string, { minLength, maxLength, pattern }: Lengths): Fault | null {
  const length = [...value].length;
  if (minLength !== undefined && length < minLength)
    return { key: "trigger.fault.minLength", params: { count: minLength } };
  if (maxLength !== undefined && length > maxLength)
    return { key: "trigger.fault.maxLength", params: { count: maxLength } };
  if (pattern && !matches(value, pattern)) return { key: "trigger.fault.pattern", params: { pattern } };
  return null;
}

function matches(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true; // a pattern of Python that browsers do not know: the server decides
  }
}

function listFault(value: unknown[], { minItems, maxItems }: { minItems?: number; maxItems?: number }): Fault | null {
  if (minItems !== undefined && value.length < minItems)
    return { key: "trigger.fault.minItems", params: { count: minItems } };
  if (maxItems !== undefined && value.length > maxItems)
    return { key: "trigger.fault.maxItems", params: { count: maxItems } };
  return null;
}
