import { MantineProvider } from "@mantine/core";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { SplitDiff, UnifiedDiff } from "./Diff";
import { rowsOf } from "./unified";

const ROWS = rowsOf("--- a\n+++ b\n@@ -1,1 +1,1 @@\n-old()\n+new()\n");

const headsOf = (View: typeof SplitDiff) => {
  const markup = renderToStaticMarkup(
    <MantineProvider>
      <View rows={ROWS} before={[]} after={[]} versions={[1, 2]} label="Changes" />
    </MantineProvider>,
  );
  return [...markup.matchAll(/<th [^>]*>([^<]*)<\/th>/g)].map(([, words]) => words);
};

test("the columns say which version they show, the older one first", () => {
  expect(headsOf(SplitDiff)).toEqual(["Version 1", "Version 2"]);
  expect(headsOf(UnifiedDiff)).toEqual(["v1", "v2"]);
});
