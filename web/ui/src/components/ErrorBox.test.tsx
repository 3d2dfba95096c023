import { MantineProvider } from "@mantine/core";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ApiError } from "@/api/problem";
import { ErrorBox } from "./ErrorBox";

const boxOf = (error: unknown) =>
  renderToStaticMarkup(
    <MantineProvider>
      <ErrorBox error={error} onRetry={() => undefined} />
    </MantineProvider>,
  );

test("what failed can be tried again, what is refused to the user cannot", () => {
  expect(boxOf(new ApiError(500, { detail: "The metastore is away." }))).toContain("Try again");
  const refused = boxOf(new ApiError(403, { detail: "This needs the role admin." }));
  expect(refused).toContain("This needs the role admin.");
  expect(refused).not.toContain("Try again");
});
