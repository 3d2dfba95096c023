/** What somebody typed as an update's extra: an object, or why it is none. An empty text is an empty object. */
export function extraOf(text: string, mustBeObject: string): { extra: Record<string, unknown>; fault: string | null } {
  if (!text.trim()) return { extra: {}, fault: null };
  try {
    const value: unknown = JSON.parse(text);
    const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
    return isObject ? { extra: value as Record<string, unknown>, fault: null } : { extra: {}, fault: mustBeObject };
  } catch (error) {
    return { extra: {}, fault: error instanceof Error ? error.message : String(error) };
  }
}
