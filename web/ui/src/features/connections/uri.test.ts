import { expect, test } from "vitest";
import { fromUri } from "./uri";
import cases from "./uris.json";

/** What the server reads is held to the same cases by tests/unit/authoring/test_connection_uris.py. */
test.each(cases)("$uri is read as the server reads it", ({ uri, fields }) => {
  const { extra, port, ...texts } = fromUri(uri) ?? { extra: "", port: "" };
  const orNull = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, value || null]));
  expect({ ...orNull, port: port ? Number(port) : null, extra: extra ? JSON.parse(extra) : null }).toEqual(fields);
});

test.each(["", "postgres", "db.example.com:5432", "://host"])("%j is no URI", (text) => {
  expect(fromUri(text)).toBeNull();
});
