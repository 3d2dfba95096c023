/** A text with `{name}` gaps; or two of them, chosen by the parameter `count`. */
export type Message = string | { one: string; other: string };
export type Params = Record<string, string | number>;
export type Catalogue<K extends string = string> = Readonly<Record<K, Message>>;

const GAP = /\{(\w+)\}/g;

/** The form of a message that fits the count. */
export function formOf(message: Message, params: { count?: unknown } = {}): string {
  if (typeof message === "string") return message;
  return params.count === 1 ? message.one : message.other;
}

/** Fills the gaps of a message; numbers are grouped as the language does. */
export function fill(message: Message, params: Params = {}, locale = "en"): string {
  return formOf(message, params).replace(GAP, (gap, name: string) => {
    const value = params[name];
    if (value === undefined) return gap;
    return typeof value === "number" ? value.toLocaleString(locale) : value;
  });
}

/** Splits a message at its gaps: texts and the names of gaps, in turn. */
export function pieces(text: string): { text?: string; gap?: string }[] {
  return text
    .split(/(\{\w+\})/)
    .filter(Boolean)
    .map((part) => (/^\{\w+\}$/.test(part) ? { gap: part.slice(1, -1) } : { text: part }));
}

/** The names of all gaps of a message, sorted. */
export function gapsOf(message: Message): string[] {
  const texts = typeof message === "string" ? [message] : Object.values(message);
  return [...new Set(texts.flatMap((text) => [...text.matchAll(GAP)].map((match) => match[1] as string)))].sort();
}
