/** What Headway is mounted at, from the page's <base>: "" at the root, else `/path` without a slash at its end. */
export function basePath(base: string = globalThis.document?.baseURI ?? "http://here.invalid/"): string {
  return new URL(base).pathname.replace(/\/+[^/]*$/, "");
}
