/** What the server advises is a command, as its words are the same for the CLI: here the button is named first. */

import type { MessageKey, Translate } from "../i18n";

/** Where the UI does what a command does: how that is said, and the name of the button or page. */
const WAYS: Readonly<Record<string, readonly [how: MessageKey, name: MessageKey]>> = {
  "tasks release": ["advice.button", "hold.release"],
  "runs release": ["advice.button", "hold.release"],
  "dags release": ["advice.menu", "hold.release"],
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

const COMMAND = /(?:^|: )`?headway ([a-z]+ [a-z]+)/g;

/** `text` with the way through the UI before the first command in it that has one; otherwise as it is. */
export function advised(text: string, t: Translate): string {
  for (const { index, 0: found, 1: command = "" } of text.matchAll(COMMAND)) {
    const way = WAYS[command];
    if (way === undefined) continue;
    const rest = text.slice(index).replace(/^: /, "");
    const words = t("advice.here", { way: t(way[0], { name: t(way[1]) }), rest });
    return found.startsWith(": ") ? `${text.slice(0, index)}: ${words}` : words;
  }
  return text;
}
