import { expect, test } from "vitest";
import { address, path } from "@/api/client";
import { mountedAt } from "./basePath";
import { loginAddress, placeAfterLogin } from "./loginAddress";

test.each([
  ["http://h/", ""],
  ["http://h/headway/", "/headway"],
  ["http://h/a/b/", "/a/b"],
])("a page below %s is mounted at %s", (base, mounted) => {
  expect(mountedAt(base)).toBe(mounted);
});

test("names are escaped in paths", () => {
  expect(path`/dags/${"a/b ?#"}/runs/${7}`).toBe("/dags/a%2Fb%20%3F%23/runs/7");
});

test("empty values are left out of queries, lists are repeated", () => {
  expect(address("/dags", { q: "", owner: null, limit: 5, tags: ["a", "b&c"], paused: false })).toBe(
    "/api/v1/dags?limit=5&tags=a&tags=b%26c&paused=false",
  );
});

test("the login leads back to where one was", () => {
  const there = { pathname: "/dags/a%20b", search: "?tab=logs", hash: "#x" };
  const search = new URLSearchParams(loginAddress(there).split("?")[1]);
  expect(placeAfterLogin(search.get("next"))).toBe("/dags/a%20b?tab=logs#x");
  expect(loginAddress({ pathname: "/", search: "", hash: "" })).toBe("/login");
});

test.each([
  null,
  "",
  "https://evil.example.com/",
  "//evil.example.com/",
  "/\\evil.example.com",
  "/login?next=/login",
  "javascript:alert(1)",
  "/\t/evil.example.com",
  "/.//evil.example.com",
  "/a/..//evil.example.com",
])("the login never leads to %s", (next) => {
  expect(placeAfterLogin(next)).toBe("/");
});
