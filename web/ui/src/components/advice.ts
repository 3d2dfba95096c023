/** What the server advises is a command, as its words are the same for the CLI: here the button is named first. */

import type { MessageKey, Translate } from "../i18n";

/** Where the UI does what a command does: how that is said, and the name of the button or page. */
const WAYS: Readonly<Record<string, readonly [how: MessageKey, name: MessageKey]>> = {
  "tasks release": ["advice.release", "hold.release"],
  "runs release": ["advice.releaseRun", "hold.release"],
  "dags release": ["advice.releaseDag", "hold.release"],
  "dags unpause": ["advice.switch", "nav.dags"],
  "dags trigger": ["advice.button", "trigger.action"],
  "tasks clear": ["advice.button", "clear.action"],
  "backfill resume": ["advice.backfill", "backfills.resume"],
  "backfill cancel": ["advice.backfill", "backfills.cancel"],
  "pools set": ["advice.page", "admin.pools"],
  "variables set": ["advice.page", "admin.variables"],
  "connections set": ["advice.page", "admin.connections"],
  "dags list": ["advice.page", "nav.dags"],
  "dags errors": ["advice.page", "admin.importErrors"],
  "dags runs": ["advice.tab", "dag.tab.runs"],
  "tasks list": ["advice.tab", "dag.tab.graph"],
  "assets list": ["advice.page", "nav.assets"],
  "backfill list": ["advice.page", "nav.backfills"],
  "nodes list": ["advice.page", "nav.nodes"],
  "pools list": ["advice.page", "admin.pools"],
  "users list": ["advice.page", "admin.users"],
  "tokens list": ["advice.page", "admin.tokens"],
};

/** What the server says, and behind a colon the command that ends it, in backticks or not. */
const LAST = /^(?<what>.*): `?(?<command>headway [^`]+)`?$/s;
const COMMAND = /`headway ([a-z]+ [a-z]+)/g;

/** `text` with the way through the UI before the command; commands stand in backticks. */
export function advised(text: string, t: Translate): string {
  const { what, command } = LAST.exec(text)?.groups ?? {};
  if (what === undefined || command === undefined) return beforeHints(text, t);
  const way = wayOf(command.split(" ").slice(1, 3).join(" "), t);
  return way === null ? `${what}: \`${command}\`` : t("advice.do", { what, way, command: `\`${command}\`` });
}

/** A text in which commands stand among words: the way stands before the first one that has one. */
function beforeHints(text: string, t: Translate): string {
  for (const { index, 1: name = "" } of text.matchAll(COMMAND)) {
    const way = wayOf(name, t);
    if (way !== null) return text.slice(0, index) + t("advice.here", { way, rest: text.slice(index) });
  }
  return text;
}

function wayOf(name: string, t: Translate): string | null {
  const way = WAYS[name];
  return way === undefined ? null : t(way[0], { name: t(way[1]) });
}
