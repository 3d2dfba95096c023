import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { SessionProvider } from "@/api/session";
import type { Role, Session } from "@/api/types";
import { useNote } from "../actions/NoteBox";
import { PageHead } from "./PageHead";

const NOTED = { note: "the bank is closed", note_by: "ops", note_at: null };
const BARE = { note: null, note_by: null, note_at: null };

function Head({ on }: { on: Parameters<typeof useNote>[0]["on"] }) {
  const note = useNote({ on, save: async () => undefined, onSaved: () => undefined });
  return <PageHead title="load" badge={null} facts={null} actions={null} note={note} />;
}

const headFor = (role: Role, on: Parameters<typeof Head>[0]["on"]) =>
  renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <SessionProvider value={{ user: { role } } as Session}>
          <Head on={on} />
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );

test("a note stands in the head, above whatever tab is open", () => {
  for (const role of ["viewer", "operator"] as const) {
    const markup = headFor(role, NOTED);
    expect(markup).toContain('aria-label="Note"');
    expect(markup).toContain("<b>ops</b>");
    expect(markup).not.toContain("Add a note");
  }
  expect(headFor("operator", NOTED)).toContain("Edit the note");
  expect(headFor("viewer", NOTED)).not.toContain("Edit the note");
});

test("the head offers a note where there is none, to those who may", () => {
  expect(headFor("operator", BARE)).toContain("Add a note");
  expect(headFor("viewer", BARE)).not.toContain("Add a note");
});
