import { MantineProvider } from "@mantine/core";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { TestResult } from "./TestButton";

const shown = (of: Parameters<typeof TestResult>[0]["test"]) =>
  renderToStaticMarkup(
    <MantineProvider>
      <TestResult test={of} />
    </MantineProvider>,
  );

test("a result says what was found out, whole, and by whom", () => {
  const message = "connection to server at 127.0.0.1 was refused: is it running there, and does it accept TCP?";
  const markup = shown({ data: { ok: false, message, worker: "worker-1", seconds: 1 }, error: null });
  expect(markup).toContain(message);
  expect(markup).toContain("tried by worker-1");
  expect(markup).not.toContain("data-short");
});

test("a test that could not be asked for says why", () => {
  expect(shown({ data: undefined, error: new Error("Extra is no JSON object.") })).toContain(
    "Extra is no JSON object.",
  );
});
