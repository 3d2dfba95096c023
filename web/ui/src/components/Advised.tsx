import { Code } from "@mantine/core";
import { useText } from "@/i18n";
import { advised } from "./advice";

/** What the server says, with the way through the UI, and commands set as code. */
export function Advised({ text }: { text: string }) {
  return <Coded text={advised(text, useText())} />;
}

/** A text with what stands in backticks set as code. */
export function Coded({ text }: { text: string }) {
  return text.split("`").map((part, at) => (at % 2 === 1 ? <Code key={at}>{part}</Code> : part));
}
