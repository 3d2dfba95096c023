import { expect, test } from "vitest";
import { changedPart, pairsOf, rowsOf, tally } from "./unified";

const DIFF = `--- dags/report.py version 1
+++ dags/report.py version 2
@@ -3,5 +3,6 @@
 with DAG("report"):
-    load = load_data()
-    show(load)
+    data = load_data()
+    show(data)
+    check(data)
     done()
 
@@ -20,1 +21,0 @@
--- a comment that looks like a header
\\ No newline at end of file
`;

test("lines keep their numbers in both files", () => {
  const rows = rowsOf(DIFF);
  expect(rows.map(({ kind, before, after }) => [kind, before, after])).toEqual([
    ["gap", null, null],
    ["same", 3, 3],
    ["removed", 4, null],
    ["removed", 5, null],
    ["added", null, 4],
    ["added", null, 5],
    ["added", null, 6],
    ["same", 6, 7],
    ["same", 7, 8],
    ["gap", null, null],
    ["removed", 20, null],
  ]);
  expect(rows.at(-1)?.text).toBe("-- a comment that looks like a header");
  expect(rows.filter((row) => row.kind === "gap").map((row) => row.text)).toEqual(["2", "12"]);
});

test("removed lines face added ones", () => {
  const sides = pairsOf(rowsOf(DIFF)).map(({ left, right }) => [left?.before ?? null, right?.after ?? null]);
  expect(sides).toEqual([
    [null, null],
    [3, 3],
    [4, 4],
    [5, 5],
    [null, 6],
    [6, 7],
    [7, 8],
    [null, null],
    [20, null],
  ]);
});

test("only what differs within a line is marked", () => {
  expect(changedPart("retries=2)", "retries=13)")).toEqual({ before: [8, 9], after: [8, 10] });
  expect(changedPart("aa", "aaa")).toEqual({ before: [2, 2], after: [2, 3] });
});

test("counts lines that came and went", () => {
  expect(tally(rowsOf(DIFF))).toEqual({ added: 3, removed: 3 });
});

test("equal files have no rows", () => {
  expect(rowsOf("")).toEqual([]);
});
