import type { Problem } from "./types";

/** What the server answered instead of the thing asked for: the words of its problem+json, ready to be shown. */
export class ApiError extends Error {
  readonly status: number;
  readonly remedy: string | null;
  /** Messages of the server for single fields of a form, by the field's path (`conf.days`). */
  readonly fields: ReadonlyMap<string, string>;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.remedy = problem.remedy ?? null;
    this.fields = new Map((problem.errors ?? []).map(({ field, message }) => [field, message]));
  }
}

/** The server could not be reached at all: no answer, or none in time. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("unreachable", { cause });
    this.name = "Unreachable";
  }
}

/** Reads the error out of a failed response, whatever its body is. */
export async function problemOf(response: Response): Promise<ApiError> {
  const kind = response.headers.get("Content-Type") ?? "";
  if (!kind.includes("json")) return new ApiError(response.status, {});
  try {
    return new ApiError(response.status, (await response.json()) as Partial<Problem>);
  } catch {
    return new ApiError(response.status, {});
  }
}
