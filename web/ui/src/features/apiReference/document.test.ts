import { expect, test } from "vitest";
import openapi from "../../../../openapi.json";
import { curlOf } from "./curl";
import { type ApiDocument, matching, nameOf, type Operation, sectionsOf } from "./document";
import { bodyExample, exampleOf, objectOf, resolved, type Schemas, typeOf } from "./schema";

const DOCUMENT = openapi as unknown as ApiDocument;
const ALL = sectionsOf(DOCUMENT);
const SCHEMAS = DOCUMENT.components.schemas;

const operation = (id: string): Operation => {
  const found = ALL.flatMap((section) => section.operations).find((one) => one.operationId === id);
  if (!found) throw new Error(`no operation ${id}`);
  return found;
};

test("every operation of the API is in a section, once", () => {
  const count = Object.values(DOCUMENT.paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);
  const ids = ALL.flatMap((section) => section.operations.map((one) => one.operationId));
  expect(new Set(ids).size).toBe(count);
  expect(ids).toHaveLength(count);
  expect(ALL.map(({ tag }) => tag)).toEqual(ALL.map(({ tag }) => tag).sort());
  expect(["import_errors", "dags"].map(nameOf)).toEqual(["Import errors", "DAGs"]);
});

test("a search finds operations that have every word somewhere", () => {
  const found = matching(ALL, "PUT hold dagRuns").flatMap((section) => section.operations.map((one) => one.path));
  expect(found).toEqual([
    "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/hold",
    "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/hold",
  ]);
  expect(matching(ALL, "  ")).toHaveLength(ALL.length);
  expect(matching(ALL, "no such thing")).toEqual([]);
});

test("types read like TypeScript's", () => {
  expect(typeOf({ anyOf: [{ type: "string", format: "date-time" }, { type: "null" }] })).toBe("date-time | null");
  expect(typeOf({ type: "array", items: { enum: ["a", "b"] } })).toBe('("a" | "b")[]');
  expect(typeOf({ type: "object", additionalProperties: { $ref: "#/components/schemas/Run" } })).toBe(
    "{ [name]: Run }",
  );
  expect(typeOf({})).toBe("any");
});

const NODE: Schemas = {
  Node: {
    type: "object",
    required: ["name"],
    properties: {
      name: { type: "string" },
      at: { type: "string", format: "date-time" },
      below: { type: "array", items: { $ref: "#/components/schemas/Node" } },
    },
  },
};
const REF = { $ref: "#/components/schemas/Node" };

test("an example fits its schema, and ends where a schema has itself inside", () => {
  expect(exampleOf(REF, NODE)).toEqual({ name: "text", at: "2026-01-31T00:00:00Z", below: [{}] });
  expect(exampleOf({ ...REF, examples: [{ name: "mine" }] }, NODE)).toEqual({ name: "mine" });
  expect(bodyExample(REF, NODE)).toEqual({ name: "text" });
  expect(objectOf({ anyOf: [{ type: "array", items: REF }, { type: "null" }] }, NODE)).toBe(NODE.Node);
  expect(resolved({ anyOf: [REF, { type: "null" }] }, NODE)).toBe(NODE.Node);
});

test("a command has the method, an address without gaps, the token's place and a body", () => {
  expect(curlOf(operation("trigger_run"), SCHEMAS, "http://127.0.0.1:8080")).toBe(
    [
      "curl 'http://127.0.0.1:8080/api/v1/dags/daily_sales/dagRuns'",
      '-H "Authorization: Bearer $TOKEN"',
      '-H "Content-Type: application/json"',
      `-d '{"conf":{"day":"2026-01-31"}}'`,
    ].join(" \\\n  "),
  );
  expect(curlOf(operation("release_dag"), SCHEMAS, "")).toMatch(/^curl -X DELETE '/);
  expect(curlOf(operation("stream_events"), SCHEMAS, "")).toMatch(/^curl -N '/);
  expect(curlOf(operation("get_version"), SCHEMAS, "")).toBe("curl '/api/v1/version'");
  for (const one of ALL.flatMap((section) => section.operations))
    expect(curlOf(one, SCHEMAS, "")).not.toMatch(/\{\w+\}|undefined/);
});

test("what a command puts in quotes cannot end them", () => {
  const tricky = {
    ...operation("trigger_run"),
    requestBody: { content: { "text/plain": { schema: { default: "it's" } } } },
  };
  expect(curlOf(tricky, SCHEMAS, "")).toContain(`-d '"it'\\''s"'`);
});
