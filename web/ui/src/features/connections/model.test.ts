import { expect, test } from "vitest";
import type { Connection, ConnectionType, ExtraField } from "@/api/adminTypes";
import { bodyOf, draftOf, joinExtra, splitExtra, unfitForTest, withType, withUri } from "./model";
import { fromUri } from "./uri";

const field = (name: string): ExtraField => ({ name, label: name, kind: "text", help: "" });
const type = (conn_type: string, ...extras: string[]): ConnectionType => ({
  conn_type,
  label: conn_type,
  fields: {},
  extras: extras.map(field),
  placeholders: {},
  testable: true,
  built_in: true,
});
const stored: Connection = {
  connection_id: "warehouse",
  conn_type: "postgres",
  description: "",
  host: "db.example.com",
  schema: null,
  login: "reader",
  port: 5432,
  extra: '{"sslmode": "require", "token": "***"}',
  has_password: true,
  changed_at: "2026-11-21T10:00:00Z",
};

test("extra comes apart into fields and the rest, and goes together again", () => {
  const parts = splitExtra(stored.extra, [field("sslmode"), field("cursor")]);
  expect(parts.known).toEqual({ sslmode: "require" });
  expect(JSON.parse(parts.rest)).toEqual({ token: "***" });
  expect(JSON.parse(joinExtra(parts) ?? "")).toEqual({ sslmode: "require", token: "***" });
});

test("empty fields of extra are left out", () => {
  expect(joinExtra({ known: { sslmode: "", verify: false, timeout: 0 }, rest: "" })).toBe(
    '{"verify":false,"timeout":0}',
  );
  expect(joinExtra({ known: {}, rest: " " })).toBe("");
});

test.each(["[1]", "{", "7"])("a rest of %s cannot be sent", (rest) => {
  expect(joinExtra({ known: {}, rest })).toBeNull();
});

test("extra that is no JSON stays as it is written", () => {
  expect(splitExtra("a=b", [field("a")])).toEqual({ known: {}, rest: "a=b" });
});

test("a password that was not touched is not sent", () => {
  const draft = draftOf(stored, type("postgres", "sslmode"));
  expect(draft.password).toBeNull();
  expect(bodyOf(draft)).not.toHaveProperty("password");
  expect(bodyOf({ ...draft, password: "" })).toHaveProperty("password", null);
  expect(bodyOf({ ...draft, password: "new" })).toHaveProperty("password", "new");
});

test("empty texts take values away, the port is a number", () => {
  expect(bodyOf({ ...draftOf(stored, type("postgres")), host: "" })).toMatchObject({
    host: null,
    schema: null,
    port: 5432,
  });
});

test("another type takes extra apart anew and loses nothing", () => {
  const draft = draftOf(stored, type("postgres", "sslmode"));
  const changed = withType(draft, type("http", "token"), "http");
  expect(changed).toMatchObject({ conn_type: "http", known: { token: "***" } });
  expect(JSON.parse(changed.rest)).toEqual({ sslmode: "require" });
});

test("a URI fills the form and leaves its name alone", () => {
  const read = fromUri("postgres://me:secret@db:5433/sales?sslmode=require&x=1");
  const begun = { ...draftOf(null, undefined), connection_id: "warehouse", description: "nightly" };
  const filled = read && withUri(begun, type("postgres", "sslmode"), read);
  expect(filled).toMatchObject({ connection_id: "warehouse", description: "nightly", known: { sslmode: "require" } });
  expect(filled && bodyOf(filled)).toMatchObject({ conn_type: "postgres", port: 5433, password: "secret" });
});

test("the button of a test says why it cannot be used", () => {
  expect(unfitForTest({ conn_type: "" }, undefined)).toBe("connections.test.noType");
  expect(unfitForTest({ conn_type: "odd" }, undefined)).toBe("connections.test.noTester");
  expect(unfitForTest({ conn_type: "odd" }, { ...type("odd"), testable: false })).toBe("connections.test.noTester");
  expect(unfitForTest({ conn_type: "postgres" }, type("postgres"))).toBeNull();
});
