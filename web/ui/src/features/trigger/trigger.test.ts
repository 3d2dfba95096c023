import { expect, test } from "vitest";
import type { JsonSchema } from "@/api/dagTypes";
import { fieldOf, fieldsOf, kindOf, sectionsOf } from "./fields";
import { faultOf, INVALID_JSON, isNeeded, limitsOf } from "./validate";
import { confOf, initialValues, inputMoment, momentOf, parsedConf, serverMessage } from "./values";

const param = (schema: JsonSchema, value: unknown = null) => ({ value, schema, required: false });
const fault = (schema: JsonSchema, value: unknown) => faultOf(fieldOf("p", param(schema)), value)?.key ?? null;

test.each<[JsonSchema, unknown, string]>([
  [{ type: "string" }, "a", "text"],
  [{ type: "string", format: "multiline" }, "a", "multiline"],
  [{ type: "string", format: "date" }, "2026-01-01", "date"],
  [{ type: ["string", "null"], format: "date-time" }, null, "datetime"],
  [{ type: "string", format: "time" }, null, "time"],
  [{ type: "string", examples: ["a"] }, "a", "suggestions"],
  [{ type: "integer" }, 1, "number"],
  [{ type: ["null", "number"] }, null, "number"],
  [{ type: "boolean" }, true, "boolean"],
  [{ enum: [1, "two", null] }, 1, "choice"],
  [{ type: "array", items: { enum: ["a"] } }, [], "choices"],
  [{ type: "array", examples: ["a", "b"] }, [], "choices"],
  [{ type: "array", items: { type: "string" } }, null, "list"],
  [{ type: "array" }, ["a"], "list"],
  [{ type: "array", items: { type: "number" } }, [1], "json"],
  [{ type: "object" }, {}, "json"],
  [{ type: ["string", "integer"] }, 1, "json"],
  [{ const: 42 }, null, "constant"],
  [{}, "plain", "text"],
  [{}, 3.5, "number"],
  [{}, { a: 1 }, "json"],
  [{}, null, "json"],
])("%j with %j is a %s field", (schema, value, kind) => {
  expect(kindOf(schema, value)).toBe(kind);
});

test("a field shows the best words it has", () => {
  const field = fieldOf("days", {
    value: 3,
    required: false,
    schema: { title: "Days back", description_md: "**How** many" },
    description: "plain",
  });
  expect([field.label, field.description]).toEqual(["Days back", "**How** many"]);
  expect(fieldOf("days", param({})).label).toBe("days");
});

test("sections keep their order, fields without one come first", () => {
  const fields = fieldsOf({
    a: param({ section: "Two" }),
    b: param({}),
    c: param({ section: "One" }),
    d: param({ section: "Two" }),
  });
  const shown = sectionsOf(fields).map(({ title, fields }) => [title, fields.map(({ name }) => name).join("")]);
  expect(shown).toEqual([
    ["", "b"],
    ["Two", "ad"],
    ["One", "c"],
  ]);
});

test.each<[JsonSchema, unknown, string | null]>([
  [{ type: "string" }, "", null],
  [{ type: "string", minLength: 1 }, "", "trigger.fault.required"],
  [{ type: "string" }, null, "trigger.fault.required"],
  [{ type: ["string", "null"] }, null, null],
  [{ type: "string", minLength: 3 }, "한글", "trigger.fault.minLength"],
  [{ type: "string", maxLength: 2 }, "abc", "trigger.fault.maxLength"],
  [{ type: "string", pattern: "^a+$" }, "ab", "trigger.fault.pattern"],
  [{ type: "string", pattern: "(?P<x>a)" }, "b", null],
  [{ type: "integer" }, 1.5, "trigger.fault.integer"],
  [{ type: "number", minimum: 2 }, 1, "trigger.fault.minimum"],
  [{ type: "number", minimum: 2 }, 2, null],
  [{ type: "number", maximum: 2 }, 3, "trigger.fault.maximum"],
  [{ type: "array", minItems: 1 }, [], "trigger.fault.minItems"],
  [{ type: "array", maxItems: 1 }, [1, 2], "trigger.fault.maxItems"],
  [{ type: "object" }, INVALID_JSON, "trigger.fault.json"],
  [{ type: "date", format: "date" }, "", "trigger.fault.required"],
  [{ const: 1 }, undefined, null],
])("%j finds in %j: %s", (schema, value, key) => {
  expect(fault(schema, value)).toBe(key);
});

test("the conf has everything in the form; empty and nullable is null", () => {
  const fields = fieldsOf({
    a: param({ type: ["string", "null"] }, "x"),
    b: param({ type: "string" }, ""),
    c: param({ const: 7 }),
  });
  const values = { ...initialValues(fields), a: "", extra: 1 };
  expect(confOf(fields, values)).toEqual({ a: null, b: "", c: 7, extra: 1 });
});

test.each([
  ['{"a": 1}', { a: 1 }],
  ["", {}],
  ["[1]", null],
  ["{", null],
  ["null", null],
])("conf text %s is read as %j", (text, conf) => {
  expect(parsedConf(text)).toEqual(conf);
});

test("moments go into inputs and come back in the user's zone", () => {
  expect(inputMoment("2026-11-21T15:04:05Z", "local")).toBe("2026-11-22T00:04:05");
  expect(momentOf("2026-11-22T00:04:05", "local")).toBe("2026-11-21T15:04:05Z");
  expect(momentOf(inputMoment("2026-11-21T15:04:05Z", "UTC"), "UTC")).toBe("2026-11-21T15:04:05Z");
  expect([inputMoment(null, "UTC"), inputMoment("soon", "UTC"), momentOf("", "UTC")]).toEqual(["", "", ""]);
});

test("the server's messages find their field", () => {
  const messages = new Map([
    ["conf.days", "too many"],
    ["tables[0]", "no such table"],
  ]);
  expect(serverMessage(messages, "days")).toBe("too many");
  expect(serverMessage(messages, "tables")).toBe("no such table");
  expect(serverMessage(messages, "day")).toBeNull();
});

test("a field says what its schema allows before anything is wrong", () => {
  const limits = (schema: JsonSchema) => limitsOf(fieldOf("p", param(schema)));
  expect(limits({ type: "integer", minimum: 0, maximum: 30 })).toEqual([
    { key: "trigger.fault.minimum", params: { minimum: 0 } },
    { key: "trigger.fault.maximum", params: { maximum: 30 } },
  ]);
  expect(limits({ type: "string", minLength: 3, pattern: "^a" }).map(({ key }) => key)).toEqual([
    "trigger.fault.minLength",
    "trigger.fault.pattern",
  ]);
  expect(limits({ type: "array", maxItems: 2 })).toEqual([{ key: "trigger.fault.maxItems", params: { count: 2 } }]);
  expect(limits({ type: "string" })).toEqual([]);
});

test("what a run cannot begin without is marked", () => {
  const needed = (schema: JsonSchema, required = false) => isNeeded(fieldOf("p", { ...param(schema), required }));
  expect([
    needed({ type: "integer" }),
    needed({ type: "string", minLength: 1 }),
    needed({ type: "string" }, true),
  ]).toEqual([true, true, true]);
  expect([needed({ type: ["integer", "null"] }), needed({ type: "string" })]).toEqual([false, false]);
});
