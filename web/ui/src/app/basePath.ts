/** What Headway is mounted at, by a page's <base>: "" at the root, else `/path` without a slash at its end. */
export function mountedAt(base: string): string {
  return new URL(base).pathname.replace(/\/+[^/]*$/, "");
}

/** What Headway is mounted at: the page was written for it, so it stays. */
export const BASE_PATH = mountedAt(globalThis.document?.baseURI ?? "http://here.invalid/");
