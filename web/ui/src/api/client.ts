import { BASE_PATH } from "../app/basePath";
import { ApiError, problemOf, Unreachable } from "./problem";

const BASE = `${BASE_PATH}/api/v1`;

export type QueryValue = string | number | boolean | null | undefined | readonly string[];
export interface RequestOptions {
  query?: Record<string, QueryValue>;
  body?: unknown;
  signal?: AbortSignal;
  /** Sent as If-Match, for changes that must not overwrite somebody else's. */
  etag?: string;
}

let csrfToken = "";
let onUnauthorized: () => void = () => {};

/** Remembers the token that unsafe requests carry; it comes with the session. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Says what happens when the session has ended: called on every 401. */
export function setUnauthorizedHandler(handler: () => void): void {
  onUnauthorized = handler;
}

/** Builds a path of the API, escaping what is put in: path`/dags/${dagId}/grid`. */
export function path(parts: TemplateStringsArray, ...values: (string | number)[]): string {
  return parts.reduce((text, part, i) => text + encodeURIComponent(String(values[i - 1])) + part);
}

/** The address of a resource below /api/v1 (and what Headway is mounted at), with its query; empty values are left out. */
export function address(resource: string, query: Record<string, QueryValue> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return BASE + resource + (text ? `?${text}` : "");
}

async function send(method: string, resource: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.etag) headers["If-Match"] = options.etag;
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  if (options.signal) init.signal = options.signal;
  try {
    return await fetch(address(resource, options.query), init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable(error);
  }
}

async function request<T>(method: string, resource: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, resource, options);
  if (response.ok) {
    return response.status === 204 || response.status === 202 ? (undefined as T) : ((await response.json()) as T);
  }
  const error = await problemOf(response);
  if (error.status === 401 && !isLogin(method, resource)) onUnauthorized();
  throw error;
}

const isLogin = (method: string, resource: string) => method === "POST" && resource === "/session";

/** The REST API. Paths are below /api/v1 (use the `path` tag for those with names in them). */
export const api = {
  get: <T>(resource: string, options?: RequestOptions) => request<T>("GET", resource, options),
  post: <T = void>(resource: string, body?: unknown, options?: RequestOptions) =>
    request<T>("POST", resource, { ...options, body }),
  put: <T = void>(resource: string, body?: unknown, options?: RequestOptions) =>
    request<T>("PUT", resource, { ...options, body }),
  patch: <T = void>(resource: string, body?: unknown, options?: RequestOptions) =>
    request<T>("PATCH", resource, { ...options, body }),
  delete: <T = void>(resource: string, options?: RequestOptions) => request<T>("DELETE", resource, options),
};

/** Whether asking again can help: not when the server has said no. */
export function isWorthRetrying(failures: number, error: unknown): boolean {
  const answered = error instanceof ApiError && error.status < 500;
  return !answered && failures < 2;
}
